"""Intersection over union of the 19 train classes from one streaming matrix."""

import math
import os
from collections.abc import Iterable

import numpy as np

from fs_tf import errors, labels
from fs_tf.metrics import inputs, state
from fs_tf.metrics.owner import Owner

# The official container protocol writes 0..19 where 19 is no class; void is 255.
NO_CLASS = labels.NUM_CLASSES
KIND = "SegmentationMetrics"
COLUMNS = labels.NUM_CLASSES + 1
SHAPE = (labels.NUM_CLASSES, COLUMNS)


class SegmentationMetrics:
    """Per-class IoU and mIoU over the 19 train ids, from int64 counts of pixels.

    IoU = TP / (TP + FP + FN) of a class, pooled over all images; mIoU is their mean.
    Pixels with target 255 are ignored. A predicted 19 or 255 is "no class": it misses
    its target and is a false positive of no class. A class that occurs neither in the
    targets nor in the predictions at counted pixels has IoU NaN and is left out of the
    mean, as in the Cityscapes scripts; one that is only predicted has IoU 0 and counts.
    The counts of every image are kept, 3 kB each, for confidence intervals. Threads may
    update and merge at once; results are of the images added until then.
    """

    def __init__(self):
        self._owner = Owner()
        # Threads may extend and copy a list at once: Python does both in one step.
        self._images: list[tuple[str | None, np.ndarray]] = []

    @property
    def matrix(self) -> np.ndarray:
        """int64 [19, 20]: pixels by target and prediction, the last "no class"."""
        return _pooled(tuple(self._images))

    def image_matrices(self) -> np.ndarray:
        """int64 [images, 19, 20], ordered by name, then by content."""
        ordered = sorted(tuple(self._images), key=_name_and_content)
        return np.array([counts for _, counts in ordered], np.int64).reshape(-1, *SHAPE)

    def update(self, target, prediction, image_id=None) -> None:
        """Adds one image or a batch.

        Args:
          target: uint8 or int [H, W], [H, W, 1], [B, H, W] or [B, H, W, 1], train ids
            0..18 or 255 (ignored).
          prediction: int of the same shape up to the last 1, train ids 0..18; 19 and
            255 are no class.
          image_id: name of the image for errors; one per image of a batch.

        Raises:
          ValueError: wrong shape, type or value; then nothing was added.
          RuntimeError: called in a process forked from the one that made this.
        """
        self._owner.require()
        images = inputs.segmented_images(target, prediction, image_id)
        self._images.extend([(image.image_id, _count(image)) for image in images])

    def merge(self, other: "SegmentationMetrics") -> None:
        """Adds all images of `other`, which stays as it is; raises as `update`."""
        self._owner.require()
        self._images.extend(tuple(other._images))

    def iou(self) -> dict[str, float]:
        """Returns the IoU of every train class by name; NaN for one without pixels."""
        return _iou(self.matrix)

    def result(self) -> dict[str, float]:
        """Returns "mIoU", "IoU/NAME" of every class, and the counts.

        Raises:
          ValueError: no image was added.
        """
        images = tuple(self._images)
        if not images:
            raise errors.BadValue(inputs.NO_IMAGES)
        matrix = _pooled(images)
        per_class = _iou(matrix)
        known = [value for value in per_class.values() if not math.isnan(value)]
        return {
            "mIoU": math.fsum(known) / len(known) if known else math.nan,
            **{f"IoU/{name}": value for name, value in per_class.items()},
            "images": len(images),
            "pixels": int(matrix.sum()),
        }

    def save(self, path: os.PathLike) -> None:
        """Writes the counts to a file."""
        images = tuple(self._images)
        counts = np.array([counts for _, counts in images], np.int64)
        header = {"image_ids": [name for name, _ in images]}
        state.write(path, KIND, header, [counts], counts.nbytes)

    @classmethod
    def load(cls, path: os.PathLike) -> "SegmentationMetrics":
        """Reads what `save` wrote; `update` and `merge` may go on from there.

        Raises:
          FileNotFoundError: there is no such file.
          ValueError: the file is truncated, damaged, of another version or kind.
        """
        metrics = cls()
        with state.reading(path, KIND) as (header, payload):
            names = header["image_ids"]
            counts = payload.array((len(names), *SHAPE), np.int64)
        metrics._images = list(zip(names, counts, strict=True))
        return metrics


def class_iou(matrices: np.ndarray) -> np.ndarray:
    """Returns the IoU of every train class, NaN for one without pixels.

    Args:
      matrices: int64 or whole float64 below 2^53, [..., 19, 20] as
        `SegmentationMetrics.matrix`.

    Returns:
      float64 [..., 19].
    """
    hits = np.diagonal(matrices, axis1=-2, axis2=-1)
    union = matrices.sum(axis=-1) + matrices.sum(axis=-2)[..., :-1] - hits
    return np.divide(hits, union, np.full(hits.shape, np.nan), where=union > 0)


def _pooled(images: Iterable[tuple[str | None, np.ndarray]]) -> np.ndarray:
    return sum((counts for _, counts in images), start=np.zeros(SHAPE, np.int64))


def _iou(matrix: np.ndarray) -> dict[str, float]:
    return dict(zip(labels.CLASS_NAMES, class_iou(matrix).tolist(), strict=True))


def _name_and_content(image: tuple[str | None, np.ndarray]) -> tuple:
    name, counts = image
    return name is not None, name or "", counts.tobytes()


def _count(image: inputs.Image) -> np.ndarray:
    image_id, target, prediction = image
    _require("target", target, (target < 0) | (target >= labels.NUM_CLASSES), image_id)
    is_class = (prediction >= 0) & (prediction <= NO_CLASS)
    _require("prediction", prediction, ~is_class, image_id)
    kept = target != labels.VOID
    columns = np.where(prediction == labels.VOID, NO_CLASS, prediction)[kept]
    cells = target[kept].astype(np.int64) * COLUMNS + columns
    counts = np.bincount(cells, minlength=labels.NUM_CLASSES * COLUMNS)
    return counts.reshape(SHAPE)


def _require(name: str, array, is_outside, image_id: str | None) -> None:
    wrong = array[is_outside & (array != labels.VOID)]
    if wrong.size:
        rule = "0..18 or 255" if name == "target" else "0..18, 19 or 255"
        raise errors.BadValue(
            f"`{name}` must hold only train ids {rule}; got "
            f"{wrong[0]}{inputs.place(image_id)}."
        )
