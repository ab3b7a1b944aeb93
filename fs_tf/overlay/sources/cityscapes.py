"""Cityscapes frames in the raw layout, unpacked or in the official zips."""

import dataclasses
import os
import pathlib

import cv2
import numpy as np

from fs_tf.overlay.sources import images
from fs_tf.overlay.sources.tree import Tree

IMAGE_SUFFIX = "_leftImg8bit.png"
LABELS_SUFFIX = "_gtFine_labelIds.png"
INSTRUCTION = (
    "Expected the folders 'leftImg8bit' and 'gtFine', or the official zips "
    "'leftImg8bit_trainvaltest.zip' and 'gtFine_trainvaltest.zip' from "
    "https://www.cityscapes-dataset.com/downloads/"
)


@dataclasses.dataclass(frozen=True)
class Frame:
    """One recorded street scene.

    Attributes:
      frame_id: city, sequence and frame ("frankfurt_000000_000294").
      split: "train" or "val".
      city: folder of the frame.
    """

    frame_id: str
    split: str
    city: str

    def name(self, suffix: str) -> str:
        """Returns the file of this frame inside a component's folder."""
        return f"{self.split}/{self.city}/{self.frame_id}{suffix}"


class Cityscapes:
    """Lists and reads the frames below a directory.

    Args:
      directory: holds `leftImg8bit` and `gtFine`, or their zips, directly or in a
        subfolder `cityscapes`; `disparity` and `camera` are used where present.

    Raises:
      FileNotFoundError: the directory or one of its parts is missing.
    """

    def __init__(self, directory: str | os.PathLike):
        self.directory = pathlib.Path(directory).expanduser()
        if not self.directory.is_dir():
            raise FileNotFoundError(
                f"The Cityscapes directory '{self.directory}' does not exist. "
                f"{INSTRUCTION}."
            )
        self._images = self._component("leftImg8bit")
        self._labels = self._component("gtFine")
        self._disparity = self._component("disparity", optional=True)
        self._camera = self._component("camera", optional=True)

    def _component(self, name: str, optional: bool = False) -> Tree | None:
        for base in (self.directory / "cityscapes", self.directory):
            for unpacked in (base / name, base / f"{name}_trainvaltest" / name):
                if unpacked.is_dir():
                    return Tree(unpacked)
            packed = base / f"{name}_trainvaltest.zip"
            if packed.is_file():
                return Tree(packed, prefix=f"{name}/")
        if optional:
            return None
        raise FileNotFoundError(
            f"'{self.directory}' has neither '{name}' nor '{name}_trainvaltest.zip'. "
            f"{INSTRUCTION}."
        )

    def frames(self, split: str) -> list[Frame]:
        """Returns the frames of "train" or "val", sorted by id; maybe none."""
        found = []
        for name in self._images.names(IMAGE_SUFFIX):
            parts = name.split("/")
            if len(parts) == 3 and parts[0] == split:
                frame_id = parts[2].removesuffix(IMAGE_SUFFIX)
                found.append(Frame(frame_id, split, parts[1]))
        return sorted(found, key=lambda frame: frame.frame_id)

    def image(
        self, frame: Frame, image_size: tuple[int, int] | None = None
    ) -> np.ndarray:
        """Reads the left camera image.

        Args:
          frame: one of `frames()`.
          image_size: (height, width) to resize to; None keeps the size.

        Returns:
          uint8 [H, W, 3], RGB.

        Raises:
          FileNotFoundError, ValueError: missing or broken file.
        """
        name = frame.name(IMAGE_SUFFIX)
        image = images.decode_rgb(self._images.read(name), self._images.where(name))
        return _resized(image, image_size, cv2.INTER_AREA)

    def labels(
        self, frame: Frame, image_size: tuple[int, int] | None = None
    ) -> np.ndarray:
        """Reads the original Cityscapes label ids.

        Returns:
          uint8 [H, W].

        Raises:
          FileNotFoundError, ValueError: missing or broken file.
        """
        name = frame.name(LABELS_SUFFIX)
        labels = images.decode_gray(self._labels.read(name), self._labels.where(name))
        return _resized(labels, image_size, cv2.INTER_NEAREST)

    def image_and_labels(
        self, frame: Frame, image_size: tuple[int, int] | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Reads a frame and its labels.

        Raises:
          ValueError: labels of another size than the image, or a broken file.
        """
        image, labels = self.image(frame), self.labels(frame)
        if image.shape[:2] != labels.shape:
            raise ValueError(
                f"'{self._labels.where(frame.name(LABELS_SUFFIX))}' is "
                f"{labels.shape[0]}x{labels.shape[1]}, but its image is "
                f"{image.shape[0]}x{image.shape[1]}; labels and image must have one "
                "size."
            )
        return (
            _resized(image, image_size, cv2.INTER_AREA),
            _resized(labels, image_size, cv2.INTER_NEAREST),
        )


def _resized(
    image: np.ndarray, image_size: tuple[int, int] | None, interpolation: int
) -> np.ndarray:
    if image_size is None or image.shape[:2] == tuple(image_size):
        return image
    height, width = image_size
    return cv2.resize(image, (width, height), interpolation=interpolation)
