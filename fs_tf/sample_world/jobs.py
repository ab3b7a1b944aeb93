"""Jobs that write files, and images as the layouts want them, each in one step."""

import dataclasses
import pathlib
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image

from fs_tf import files


@dataclasses.dataclass(frozen=True)
class Job:
    """Files that are written together.

    Attributes:
      paths: relative to the directory of the world.
      write: writes them all, given that directory; can be sent to another process.
    """

    paths: tuple[pathlib.Path, ...]
    write: Callable[[pathlib.Path], None]

    def run(self, directory: pathlib.Path) -> None:
        """Writes the files unless they all exist."""
        if not all((directory / path).exists() for path in self.paths):
            self.write(directory)


def write_png(path: pathlib.Path, image: np.ndarray) -> None:
    """Writes uint8 or uint16 [H, W], RGB [H, W, 3] or RGBA [H, W, 4]."""
    files.write_bytes(path, _encode(".png", image, []))


def write_jpeg(path: pathlib.Path, image: np.ndarray) -> None:
    """Writes RGB uint8 [H, W, 3]."""
    files.write_bytes(path, _encode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 95]))


def write_palette_png(path: pathlib.Path, labels: np.ndarray) -> None:
    """Writes uint8 [H, W] as a palette image with the colours of Pascal VOC."""
    picture = Image.fromarray(labels).convert("L")
    picture.putpalette(voc_palette().ravel().tolist())
    with files.writing(path) as partial:
        picture.save(partial, format="PNG")


def voc_palette() -> np.ndarray:
    """Returns the 256 colours of Pascal VOC, uint8 [256, 3].

    The bits of the index go in turn to red, green and blue, the lowest to the highest.
    """
    index = np.arange(256)
    palette = np.zeros((256, 3), np.uint8)
    for bit in range(8):
        for channel in range(3):
            value = index >> (3 * bit + channel) & 1
            palette[:, channel] |= (value << (7 - bit)).astype(np.uint8)
    return palette


def _encode(suffix: str, image: np.ndarray, options: list[int]) -> bytes:
    if image.ndim == 3:
        order = [2, 1, 0, 3][: image.shape[2]]
        image = np.ascontiguousarray(image[..., order])
    return cv2.imencode(suffix, image, options)[1].tobytes()
