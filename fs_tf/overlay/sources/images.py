"""Decoding and encoding of image files, with errors that name the file."""

import io
import struct
import zlib

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from fs_tf import errors

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def decode_rgb(data: bytes, where: str) -> np.ndarray:
    """Decodes a PNG or JPEG.

    Args:
      data: the file.
      where: how to call the file in errors.

    Returns:
      uint8 [H, W, 3], RGB.

    Raises:
      ValueError: not a complete image, one with an alpha channel, or not of 8 bits.
    """
    image = _decode(data, where, cv2.IMREAD_UNCHANGED)
    if image.dtype != np.uint8 or image.shape[2:] not in ((), (3,)):
        raise errors.BadValue(
            f"'{where}' must be an 8-bit image without an alpha channel; got "
            f"{image.dtype} of shape {image.shape}. Save it as RGB."
        )
    kind = cv2.COLOR_GRAY2RGB if image.ndim == 2 else cv2.COLOR_BGR2RGB
    return cv2.cvtColor(image, kind)


def decode_gray(data: bytes, where: str, dtype: type = np.uint8) -> np.ndarray:
    """Decodes a single-channel PNG such as labels (uint8) or disparity (uint16).

    Returns:
      `dtype` [H, W].

    Raises:
      ValueError: not a complete image, several channels, or another depth.
    """
    image = _decode(data, where, cv2.IMREAD_UNCHANGED)
    if image.ndim != 2 or image.dtype != dtype:
        raise errors.BadValue(
            f"'{where}' must be a single-channel {np.dtype(dtype).name} PNG; got "
            f"{image.dtype} of shape {image.shape}. Is it a colour image?"
        )
    return image


def gray_file(data: bytes, where: str) -> tuple[bytes, np.ndarray]:
    """Returns a file of labels or a mask, and its pixels.

    Returns:
      A PNG that any decoder reads to the same pixels, and uint8 [H, W].

    Raises:
      ValueError: see `decode_gray`.
    """
    pixels = decode_gray(data, where)
    return data, pixels


def decode_rgba(data: bytes, where: str) -> np.ndarray:
    """Decodes a PNG with transparency.

    Returns:
      uint8 [H, W, 4], RGBA.

    Raises:
      ValueError: not a complete image, or one without an alpha channel.
    """
    image = _decode(data, where, cv2.IMREAD_UNCHANGED)
    if image.ndim != 3 or image.shape[2] != 4 or image.dtype != np.uint8:
        raise errors.BadValue(
            f"'{where}' has no alpha channel (got {image.dtype} of shape "
            f"{image.shape}); save the cutout as an 8-bit RGBA PNG."
        )
    return cv2.cvtColor(image, cv2.COLOR_BGRA2RGBA)


def decode_indices(data: bytes, where: str) -> np.ndarray:
    """Decodes a palette PNG such as the masks of Pascal VOC to palette indices.

    Returns:
      uint8 [H, W].

    Raises:
      ValueError: not a complete image, or a colour image without palette.
    """
    _check_complete(data, where)
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.mode not in ("P", "L"):
                raise errors.BadValue(
                    f"'{where}' must be a palette PNG as in Pascal VOC; got mode "
                    f"'{image.mode}'. Use the original file."
                )
            return np.array(image)
    except (OSError, SyntaxError, UnidentifiedImageError):
        raise _undecodable(where) from None


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


def _decode(data: bytes, where: str, flags: int) -> np.ndarray:
    _check_complete(data, where)
    # EXIF rotation would turn photographs away from their masks.
    image = cv2.imdecode(
        np.frombuffer(data, np.uint8), flags | cv2.IMREAD_IGNORE_ORIENTATION
    )
    if image is None:
        raise _undecodable(where)
    return image


def _check_complete(data: bytes, where: str) -> None:
    """Finds truncated and damaged files, which OpenCV decodes without complaint."""
    if data.startswith(_SIGNATURE):
        complete = _is_complete_png(data)
    elif data.startswith(b"\xff\xd8"):
        complete = b"\xff\xd9" in data[-64:]
    else:
        complete = False
    if not complete:
        raise _undecodable(where)


def _is_complete_png(data: bytes) -> bool:
    position = len(_SIGNATURE)
    while position + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, position)
        end = position + 12 + length
        if end > len(data):
            return False
        (checksum,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(memoryview(data)[position + 4 : end - 4]) != checksum:
            return False
        if data[position + 4 : position + 8] == b"IEND":
            return True
        position = end
    return False


def _undecodable(where: str) -> errors.BadValue:
    return errors.BadValue(
        f"'{where}' is not a complete PNG or JPEG image; copy or download it again."
    )
