"""Negative controls: pasted objects of Cityscapes classes, which are no anomalies.

They show whether a method finds anomalies or merely pasting (as in FS Static 3.0.0).
"""

import dataclasses
from collections.abc import Sequence

import cv2
import numpy as np

from fs_tf import errors
from fs_tf.labels import IN_DISTRIBUTION, LABEL_IDS
from fs_tf.overlay.scene import Cutout
from fs_tf.overlay.sources.cityscapes import Cityscapes, Frame
from fs_tf.overlay.sources.cutouts import CutoutFile, Cutouts

CLASSES = ("person", "rider", "car", "truck", "bus", "motorcycle", "bicycle")
# Our choice: sqrt(pixels) / image height. Smaller regions are too coarse to enlarge.
MIN_SIZE = 0.08
_TRIES = 30


@dataclasses.dataclass(frozen=True)
class ControlFiles:
    """Controls from cutouts whose class Cityscapes has."""

    source: Cutouts
    items: Sequence[CutoutFile]

    def draw(self, rng: np.random.Generator) -> Cutout:
        """Returns a random control."""
        return self.source.cutout(self.items[rng.integers(len(self.items))])


@dataclasses.dataclass(frozen=True)
class ControlFrames:
    """Controls cut out of other frames by their labels.

    An object is a connected region of one class that does not touch the image border;
    what stands in front of it is missing from it, as no instance masks are needed.
    """

    source: Cityscapes
    frames: Sequence[Frame]
    image_size: tuple[int, int] | None

    def draw(self, rng: np.random.Generator) -> Cutout:
        """Returns a random control.

        Raises:
          ValueError: none of many frames has a region that is large enough.
        """
        for _ in range(_TRIES):
            frame = self.frames[rng.integers(len(self.frames))]
            labels = self.source.labels(frame, self.image_size)
            regions = _regions(labels)
            if regions:
                name, is_object = regions[rng.integers(len(regions))]
                image = self.source.image(frame, self.image_size)
                return _cut_out(image, is_object, name, frame)
        raise errors.BadValue(
            f"None of {_TRIES} frames has a whole {', '.join(CLASSES)} that is large "
            "enough for a negative control; set control_probability=0."
        )


def _regions(labels: np.ndarray) -> list[tuple[str, np.ndarray]]:
    least = (MIN_SIZE * labels.shape[0]) ** 2
    found = []
    for name in CLASSES:
        is_class = (labels == LABEL_IDS[name]).astype(np.uint8)
        count, numbers, boxes, _ = cv2.connectedComponentsWithStats(is_class)
        for number in range(1, count):
            left, top, width, height, pixels = boxes[number]
            right, bottom = left + width, top + height
            is_whole = left > 0 and top > 0
            is_whole &= right < labels.shape[1] and bottom < labels.shape[0]
            if is_whole and pixels >= least:
                found.append((name, numbers == number))
    return found


def _cut_out(
    image: np.ndarray, is_object: np.ndarray, name: str, frame: Frame
) -> Cutout:
    rows, columns = np.nonzero(is_object)
    box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return Cutout(
        rgb=image[box],
        alpha=is_object[box].astype(np.float32),
        category=name,
        source=f"cityscapes/{frame.frame_id}#{columns.min()},{rows.min()}",
        code=IN_DISTRIBUTION,
    )
