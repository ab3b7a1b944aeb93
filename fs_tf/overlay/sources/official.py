"""The files in which Fishyscapes publishes its validation sets."""

import dataclasses
import os
import pathlib
import re

import numpy as np
from absl import logging

from fs_tf import archives, digests, errors, labels
from fs_tf.overlay.sources import images
from fs_tf.overlay.sources.tree import Tree

LABELS = re.compile(r"([0-9]+)_(.+)_labels\.png")
OVERLAY = re.compile(r"([0-9]+)_.*_rgb\.npz")
# Between two images of uint8.
MAX_DIFFERENCE = 255


@dataclasses.dataclass(frozen=True)
class Published:
    """One published example.

    Attributes:
      image_id: its number ("0000").
      frame_id: of the base image.
      labels: file of the mask.
    """

    image_id: str
    frame_id: str
    labels: str


class Official:
    """Lists and reads `DDDD_<frame>_labels.png` and `DDDD_*_rgb.npz`.

    Args:
      path: a folder or a zip; the files may lie in a subfolder.

    Raises:
      FileNotFoundError: nothing there.
      ValueError: no such files, two of one number, or a difference without a mask.
    """

    def __init__(self, path: str | os.PathLike):
        self._tree = Tree(path)
        masks = self._by_number("_labels.png", LABELS)
        if not masks:
            raise errors.BadValue(
                f"'{path}' has no 'DDDD_<frame>_labels.png'; is it the file that "
                "Fishyscapes published?"
            )
        self._examples = [
            Published(found[1], found[2], name) for name, found in masks.values()
        ]
        overlays = self._by_number("_rgb.npz", OVERLAY)
        self._overlays = {number: name for number, (name, _) in overlays.items()}
        for number, name in self._overlays.items():
            if number not in masks:
                raise errors.BadValue(
                    f"'{self._tree.where(name)}' has no mask of its number beside it; "
                    "unpack the download again."
                )

    def _by_number(
        self, suffix: str, pattern: re.Pattern
    ) -> dict[int, tuple[str, re.Match]]:
        """Returns the files of one kind, and how the pattern matches their names."""
        found: dict[int, tuple[str, re.Match]] = {}
        for name in self._tree.names(suffix):
            match = pattern.fullmatch(name.rpartition("/")[2])
            if match:
                first, _ = found.setdefault(int(match[1]), (name, match))
                self._tree.check_same(first, name, f"'{suffix}' of example {match[1]}")
        return found

    def examples(self) -> list[Published]:
        """Returns the examples in the order of their numbers."""
        return sorted(self._examples, key=lambda example: example.image_id)

    def check_complete(self, published: int) -> None:
        """Looks whether an interrupted copy left examples out; folders have no hash.

        Warns of another number of examples than was published.

        Raises:
          ValueError: a number between the others is missing.
        """
        numbers = {int(example.image_id) for example in self._examples}
        count = len(numbers)
        if count == published:
            return
        missing = next(n for n in range(count + 1) if n not in numbers)
        if missing < count:
            raise errors.BadValue(
                f"'{self._tree.path}' has an example {max(numbers):04d}, but none of "
                f"number {missing:04d}; copy the download again."
            )
        logging.warning(
            "'%s' has %d examples, but %d were published: no result on it is "
            "comparable with others.",
            *(self._tree.path, count, published),
        )

    def digest(self) -> str:
        """Returns the digest of all masks and differences."""
        names = [example.labels for example in self._examples]
        return self._tree.digest([*names, *self._overlays.values()])

    def mask_file(self, example: Published) -> tuple[bytes, np.ndarray]:
        """Reads the mask.

        Returns:
          The file, as `images.as_png` hands it on, and uint8 [H, W] of 0, 1, 255.

        Raises:
          ValueError: broken file or other values.
        """
        data, where = self._tree.read(example.labels), self._tree.where(example.labels)
        mask = images.decode_gray(data, where)
        check_mask(mask, where)
        return images.as_png(data, mask), mask

    def difference(self, example: Published) -> np.ndarray:
        """Reads the difference between image and base image.

        Returns:
          Signed integers [H, W, 3], within -255..255.

        Raises:
          FileNotFoundError, ValueError: missing or broken file.
        """
        number = int(example.image_id)
        if number not in self._overlays:
            raise errors.NotFound(
                f"'{self._tree.where(example.labels)}' has no '{example.image_id}_*_"
                "rgb.npz' beside it; unpack the download again."
            )
        name = self._overlays[number]
        where = self._tree.where(name)
        found = archives.arrays(self._tree.read(name), where)
        if "rgb" not in found:
            raise errors.BadValue(
                f"'{where}' must hold an array 'rgb'; got {sorted(found)}. Download it "
                "again."
            )
        rgb = found["rgb"]
        if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype.kind != "i":
            raise errors.BadValue(
                f"'rgb' in '{where}' must be signed integers [H, W, 3]; got "
                f"{rgb.dtype} {rgb.shape}."
            )
        if rgb.size and (rgb.min() < -MAX_DIFFERENCE or rgb.max() > MAX_DIFFERENCE):
            raise errors.BadValue(
                f"'rgb' in '{where}' must be differences of images, within "
                f"-{MAX_DIFFERENCE}..{MAX_DIFFERENCE}; got {rgb.min()}..{rgb.max()}. "
                "Download it again."
            )
        return rgb

    def overlaid(self, example: Published, base: np.ndarray) -> np.ndarray:
        """Returns clip(base + difference), uint8 [H, W, 3].

        Raises:
          ValueError: base image and difference differ in size, or a broken file.
        """
        difference = self.difference(example)
        if difference.shape != base.shape:
            name = self._overlays[int(example.image_id)]
            raise errors.BadValue(
                f"'{self._tree.where(name)}' is for an image of {difference.shape[0]}x"
                f"{difference.shape[1]}, but frame '{example.frame_id}' is "
                f"{base.shape[0]}x{base.shape[1]}; use Cityscapes at its original size."
            )
        return np.clip(base.astype(np.int32) + difference, 0, 255).astype(np.uint8)


def check_mask(mask: np.ndarray, where: str) -> None:
    """Raises ValueError if a mask holds anything but 0, 1 and 255."""
    if wrong := labels.unknown(mask, labels.MASK_VALUES):
        raise errors.BadValue(
            f"The mask '{where}' must hold only 0, 1 or 255; got {wrong[0]}."
        )


def check_hash(path: pathlib.Path, expected: str) -> None:
    """Compares the sha256 of a file.

    Raises:
      ValueError: it is another; the message names file, expected and found.
    """
    found = digests.of_file(path)
    if found != expected:
        raise errors.BadValue(
            f"'{path}' has sha256 {found}, but the published file has "
            f"{expected}; download it again, or pass verify_hashes=False if the "
            "difference is intended."
        )
