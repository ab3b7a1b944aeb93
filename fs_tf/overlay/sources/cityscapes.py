"""Cityscapes frames in the raw layout, unpacked or in the official zips."""

import dataclasses
import functools
import os
import pathlib
from collections.abc import Callable, Sequence

import cv2
import numpy as np

from fs_tf import digests, errors
from fs_tf.labels import KNOWN_LABEL_IDS
from fs_tf.overlay.sources import camera, images, label_ids
from fs_tf.overlay.sources.tree import Tree

IMAGE_SUFFIX = "_leftImg8bit.png"
LABELS_SUFFIX = "_gtFine_labelIds.png"
SPLITS = ("train", "val")
MIN_SIDE = 32
DISPARITY_SUFFIX = "_disparity.png"
CAMERA_SUFFIX = "_camera.json"
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
      needs_labels: whether `gtFine` must be there.

    Raises:
      FileNotFoundError: the directory or one of its parts is missing.
    """

    def __init__(self, directory: str | os.PathLike, needs_labels: bool = True):
        self.directory = pathlib.Path(os.path.expanduser(directory))
        if not self.directory.is_dir():
            raise errors.NotFound(
                f"The Cityscapes directory '{self.directory}' does not exist. "
                f"{INSTRUCTION}."
            )
        self._images = self._component("leftImg8bit")
        self._labels = self._component("gtFine", optional=not needs_labels)
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
        raise errors.NotFound(
            f"'{self.directory}' has neither '{name}' nor '{name}_trainvaltest.zip'. "
            f"{INSTRUCTION}."
        )

    def frames(self, split: str) -> list[Frame]:
        """Returns the frames of "train" or "val", sorted by id; maybe none.

        Raises:
          ValueError: two of one id, in one split or in both.
        """
        found: dict[str, Frame] = {}
        for name in self._images.names(IMAGE_SUFFIX):
            parts = name.split("/")
            if len(parts) == 3 and parts[0] in SPLITS:
                frame = Frame(parts[2].removesuffix(IMAGE_SUFFIX), *parts[:2])
                first = found.setdefault(frame.frame_id, frame).name(IMAGE_SUFFIX)
                self._images.check_same(first, name, f"frame '{frame.frame_id}'")
        frames = [frame for frame in found.values() if frame.split == split]
        return sorted(frames, key=lambda frame: frame.frame_id)

    def digest(self, splits: Sequence[str] = SPLITS, has_labels: bool = True) -> str:
        """Returns the digest of all files of the frames of some splits.

        Args:
          splits: of "train" and "val".
          has_labels: whether labels and depth count, too.
        """
        parts = {IMAGE_SUFFIX: self._images}
        if has_labels:
            parts[LABELS_SUFFIX] = self._labels
            parts[DISPARITY_SUFFIX] = self._disparity
            parts[CAMERA_SUFFIX] = self._camera
        return digests.of_json(
            {
                suffix: tree.digest(
                    [n for n in tree.names(suffix) if n.startswith(tuple(splits))]
                )
                for suffix, tree in parts.items()
                if tree is not None
            }
        )

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
        return images.resized(self._image(frame)[1], image_size, cv2.INTER_AREA)

    def image_file(self, frame: Frame) -> tuple[bytes, np.ndarray]:
        """Reads the left camera image.

        Returns:
          The file, as `images.as_png` hands it on, and uint8 [H, W, 3], RGB.

        Raises:
          FileNotFoundError, ValueError: missing or broken file.
        """
        data, image = self._image(frame)
        return images.as_png(data, image), image

    def _image(self, frame: Frame) -> tuple[bytes, np.ndarray]:
        name = frame.name(IMAGE_SUFFIX)
        data = self._images.read(name)
        return data, images.decode_rgb(data, self._images.where(name))

    def labels(
        self, frame: Frame, image_size: tuple[int, int] | None = None
    ) -> np.ndarray:
        """Reads the original Cityscapes label ids.

        Returns:
          uint8 [H, W], `labels.KNOWN_LABEL_IDS`.

        Raises:
          FileNotFoundError: missing file.
          ValueError: broken file, another value, or train ids instead.
        """
        name = frame.name(LABELS_SUFFIX)
        _, labels = label_ids.read(self._labels, name, KNOWN_LABEL_IDS)
        label_ids.check_no_train_ids(labels, self._labels.where(name))
        return images.resized(labels, image_size, cv2.INTER_NEAREST)

    def labels_by_id(self, split: str) -> Callable[[str], np.ndarray]:
        """Returns a function from the id of a frame to its label ids."""
        frames = {frame.frame_id: frame for frame in self.frames(split)}
        return lambda frame_id: self.labels(frames[frame_id])

    def image_and_labels(
        self, frame: Frame, image_size: tuple[int, int] | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Reads a frame and its labels.

        Raises:
          ValueError: labels of another size than the image, or a broken file.
        """
        image, labels = self.image(frame), self.labels(frame)
        self.check_size(frame, image, labels)
        return (
            images.resized(image, image_size, cv2.INTER_AREA),
            images.resized(labels, image_size, cv2.INTER_NEAREST),
        )

    def check_size(self, frame: Frame, image: np.ndarray, labels: np.ndarray) -> None:
        """Raises ValueError if the labels of a frame have not the size of its image."""
        if image.shape[:2] != labels.shape:
            raise errors.BadValue(
                f"'{self._labels.where(frame.name(LABELS_SUFFIX))}' is "
                f"{labels.shape[0]}x{labels.shape[1]}, but its image is "
                f"{image.shape[0]}x{image.shape[1]}; labels and image must have one "
                "size."
            )

    def depth_reader(
        self, frame: Frame, labels: np.ndarray
    ) -> Callable[[], np.ndarray] | None:
        """Returns what reads the measured depth, if disparity and camera are there.

        Args:
          frame: one of `frames()`.
          labels: uint8 [H, W], label ids at the wanted size.

        Returns:
          A function to float32 [H, W] in metres, or None. Calling it raises
          ValueError for a broken disparity or camera file.
        """
        names = frame.name(DISPARITY_SUFFIX), frame.name(CAMERA_SUFFIX)
        if self._disparity is None or self._camera is None:
            return None
        if not (self._disparity.has(names[0]) and self._camera.has(names[1])):
            return None
        return functools.partial(self._depth, *names, labels)

    def _depth(self, disparity_name: str, camera_name: str, labels: np.ndarray):
        disparity = images.decode_gray(
            self._disparity.read(disparity_name),
            self._disparity.where(disparity_name),
            np.uint16,
        )
        where = self._camera.where(camera_name)
        measured = camera.decode(self._camera.read(camera_name), where)
        return measured.depth(disparity, labels)


def check_image_size(image_size: tuple[int, int] | None) -> None:
    """Raises ValueError for anything but None or (height, width) from 32x32."""
    if image_size is None:
        return
    is_pair = isinstance(image_size, tuple | list) and len(image_size) == 2
    is_pair = is_pair and all(isinstance(n, int) for n in image_size)
    if not is_pair or min(image_size) < MIN_SIDE:
        raise errors.BadValue(
            f"image_size must be (height, width), at least {MIN_SIDE}x{MIN_SIDE}; got "
            f"{image_size}."
        )
