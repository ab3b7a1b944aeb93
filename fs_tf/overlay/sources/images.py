"""Decoding and encoding of image files, with errors that name the file.

Pixels are those that Pillow reads, by value: what OpenCV or TensorFlow would scale,
turn or round differently is read with care or refused.
"""

import io

import cv2
import numpy as np
from PIL import Image

from fs_tf import errors
from fs_tf.overlay.sources import jpeg, png
from fs_tf.overlay.sources.storage import Storage

# What Pillow raises for damaged files, and for very large ones.
_PILLOW_ERRORS = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


def decode_rgb(data: bytes, where: str) -> np.ndarray:
    """Decodes a PNG or JPEG, as stored: EXIF's rotation would part it from its mask.

    Args:
      data: the file.
      where: how to call the file in errors.

    Returns:
      uint8 [H, W, 3], RGB.

    Raises:
      ValueError: not a complete image, one with an alpha channel, or not of 8 bits.
    """
    storage, image = _decode(data, where)
    is_opaque = not storage.has_alpha and image.shape[2:] in ((), (3,))
    if not is_opaque or image.dtype != np.uint8 or storage.colors == "CMYK":
        raise errors.BadValue(
            f"'{where}' must be an 8-bit image without an alpha channel; got "
            f"{storage}. Save it as RGB."
        )
    kind = cv2.COLOR_GRAY2RGB if image.ndim == 2 else cv2.COLOR_BGR2RGB
    return cv2.cvtColor(image, kind)


def decode_gray(data: bytes, where: str, dtype: type = np.uint8) -> np.ndarray:
    """Decodes a single-channel PNG such as labels (uint8) or disparity (uint16).

    One-bit PNGs, as Pillow writes boolean masks, are 0 and 1 in uint8.

    Returns:
      `dtype` [H, W].

    Raises:
      ValueError: not a complete image, several channels, or another depth.
    """
    storage, image = _decode(data, where)
    if not _holds_values(storage, np.dtype(dtype)):
        raise errors.BadValue(
            f"'{where}' must be a single-channel {np.dtype(dtype).name} PNG; got "
            f"{storage}. Save the values themselves, {np.iinfo(dtype).bits} bits each: "
            "colours and JPEG change them, and programs scale fewer bits."
        )
    return image if storage.bits > 1 else image // 255


def gray_file(data: bytes, where: str) -> tuple[bytes, np.ndarray]:
    """Returns a file of labels or a mask, and its pixels.

    Returns:
      A PNG that any decoder reads to the same pixels, and uint8 [H, W].

    Raises:
      ValueError: see `decode_gray`.
    """
    pixels = decode_gray(data, where)
    return as_png(data, pixels), pixels


def decode_rgba(data: bytes, where: str) -> np.ndarray:
    """Decodes a PNG with transparency.

    Returns:
      uint8 [H, W, 4], RGBA.

    Raises:
      ValueError: not a complete image, or one without an alpha channel.
    """
    storage, image = _decode(data, where)
    if image.shape[2:] != (4,) or image.dtype != np.uint8:
        raise errors.BadValue(
            f"'{where}' has no alpha channel of 8 bits (got {storage}); save the "
            "cutout as an 8-bit RGBA PNG."
        )
    return cv2.cvtColor(image, cv2.COLOR_BGRA2RGBA)


def decode_indices(data: bytes, where: str) -> np.ndarray:
    """Decodes a palette PNG such as the masks of Pascal VOC to palette indices.

    Returns:
      uint8 [H, W]; the values of a grey PNG.

    Raises:
      ValueError: not a complete image, or neither indices nor the values themselves.
    """
    # Pillow makes up rows that are missing, where OpenCV refuses the file.
    storage, _ = _decode(data, where)
    if storage.colors != "palette" and not _holds_values(storage, np.dtype(np.uint8)):
        raise errors.BadValue(
            f"'{where}' must be a palette PNG as in Pascal VOC; got {storage}. Use the "
            "original file."
        )
    try:
        with Image.open(io.BytesIO(data)) as image:
            return np.array(image, np.uint8)
    except _PILLOW_ERRORS:
        raise _undecodable(where) from None


def versions() -> dict[str, str]:
    """Returns the versions of the libraries that pixels follow from."""
    return {
        "opencv": cv2.__version__,
        "numpy": np.__version__,
        "pillow": Image.__version__,
    }


def encode_png(image: np.ndarray) -> bytes:
    """Encodes as PNG, the same bytes for the same pixels.

    Args:
      image: uint8 [H, W, 3] RGB, or uint8 [H, W].
    """
    if image.ndim == 3:
        image = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    done, buffer = cv2.imencode(".png", image)
    assert done, "OpenCV encodes every uint8 image"
    return buffer.tobytes()


def as_png(data: bytes, image: np.ndarray) -> bytes:
    """Returns a PNG that every program reads to the same pixels.

    Args:
      data: the file, complete.
      image: what was decoded from it, uint8 [H, W, 3] RGB, or uint8 [H, W].

    Returns:
      The file as it is, or `encode_png(image)` where it is a JPEG, holds other bits or
      colours than the pixels, or may be shown as something else.
    """
    same = Storage(kind="PNG", bits=8, colors="grey" if image.ndim == 2 else "RGB")
    is_png = data.startswith(png.SIGNATURE)
    return data if is_png and png.storage(data) == same else encode_png(image)


def _decode(data: bytes, where: str) -> tuple[Storage, np.ndarray]:
    """Returns how a file stores its pixels, and them as OpenCV reads them."""
    storage = None
    for kind in (png, jpeg):
        # OpenCV alone would decode cut and damaged files without complaint.
        if data.startswith(kind.SIGNATURE):
            storage = kind.storage(data)
    if storage is None:
        raise _undecodable(where)
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:  # more than 2^30 pixels
        image = None
    if image is None:
        raise _undecodable(where)
    return storage, image


def _holds_values(storage: Storage, dtype: np.dtype) -> bool:
    """Tells whether a file stores integers that no program scales or mixes."""
    depths = (1, 8) if dtype == np.uint8 else (16,)
    is_gray = storage.kind == "PNG" and storage.colors == "grey"
    return is_gray and storage.bits in depths and not storage.has_alpha


def _undecodable(where: str) -> errors.BadValue:
    return errors.BadValue(
        f"'{where}' is not a complete PNG or JPEG image; copy or download it again."
    )


def resized(
    image: np.ndarray, image_size: tuple[int, int] | None, interpolation: int
) -> np.ndarray:
    """Returns an image at a size.

    Args:
      image: [H, W] or [H, W, C].
      image_size: (height, width); None keeps the size.
      interpolation: one of OpenCV's.
    """
    if image_size is None or image.shape[:2] == tuple(image_size):
        return image
    height, width = image_size
    return cv2.resize(image, (width, height), interpolation=interpolation)
