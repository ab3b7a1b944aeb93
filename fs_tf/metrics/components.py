"""Component-level metrics of SegmentMeIfYouCan over all images."""

import os
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fs_tf import errors
from fs_tf.metrics import inputs, state
from fs_tf.metrics.anomaly import AnomalyMetrics
from fs_tf.metrics.segments import Segments, compare_segments
from fs_tf.metrics.spill import Spill
from fs_tf.metrics.workers import map_in_order

KIND = "ComponentMetrics"
# 0.25, 0.30, ..., 0.75 as the quotients nearest to these decimals.
SIOU_THRESHOLDS = tuple(step / 20 for step in range(5, 16))


class SpilledImage(NamedTuple):
    """One image on disk; score and mask are offsets into the spill."""

    image_id: str | None
    height: int
    width: int
    score: int
    mask: int


class ComponentMetrics:
    """Mean sIoU, mean PPV and F1 over the components of all images.

    A pixel is flagged if its score reaches a threshold, by default that of best pixel
    F1 over all images. It is known only at the end, so images wait in a nameless
    temporary file in TMPDIR, 5 bytes per pixel. At each sIoU threshold t a true
    component with sIoU >= t is found (TP) and another one missed (FN), a predicted
    component with PPV < t is false (FP); F1 = 2 TP / (2 TP + FN + FP), averaged over
    t = 0.25, 0.30, ..., 0.75.

    The minimum sizes are those of the anomaly track; the obstacle track and its Lost
    and Found have `min_true=10, min_predicted=50`.

    Any order and grouping of `update` and `merge` gives bit-equal results, also from
    any number of threads at once; results are of the images added until then.

    Args:
      min_true: true components below this many pixels are void.
      min_predicted: predicted components below this many pixels are dropped.
    """

    def __init__(self, min_true: int = 100, min_predicted: int = 500):
        for name, value in (("min_true", min_true), ("min_predicted", min_predicted)):
            if value < 0:
                raise errors.BadValue(
                    f"`{name}` must be 0 pixels or more; got {value}."
                )
        self._min_true = min_true
        self._min_predicted = min_predicted
        self._spill = Spill()
        # Threads may extend and copy a list at once: Python does both in one step.
        self._images: list[SpilledImage] = []

    def update(self, mask, score, image_id=None) -> None:
        """Adds one image or a batch; arguments and errors as of `AnomalyMetrics`."""
        self._spill.owner.require()
        images = inputs.scored_images(mask, score, image_id)
        self._images.extend([self._spilled(image) for image in images])

    def merge(self, other: "ComponentMetrics") -> None:
        """Adds all images of `other`, which stays as it is.

        Raises:
          ValueError: `other` has other minimum sizes.
          RuntimeError: called in a process forked from the one that made this.
        """
        self._spill.owner.require()
        if self._sizes() != other._sizes():
            raise errors.BadValue(
                "Merged component metrics must have the same minimum sizes; got "
                f"{self._sizes()} and {other._sizes()}."
            )
        images = map(other._image, tuple(other._images))
        self._images.extend([self._spilled(image) for image in images])

    def result(self, threshold: float | None = None) -> dict[str, float]:
        """Returns "sIoU", "PPV", "F1", the threshold and the counts.

        Means over no component are NaN: sIoU without true ones, PPV without predicted
        ones, F1 without either.

        Args:
          threshold: pixels of this score or a higher one are flagged; by default the
            one of best pixel F1 over these images. `AnomalyMetrics.best_f1` of the same
            images gives the same without ranking them again. NaN flags nothing.

        Raises:
          ValueError: no image was added.
        """
        images = tuple(self._images)
        if not images:
            raise errors.BadValue(inputs.NO_IMAGES)
        if threshold is None:
            threshold = self._best_threshold(images)
        found = list(
            map_in_order(lambda image: self._compare(image, threshold), images)
        )
        siou = np.sort(np.concatenate([segments.siou for segments in found]))
        ppv = np.sort(np.concatenate([segments.ppv for segments in found]))
        f1 = [_f1(siou, ppv, level) for level in SIOU_THRESHOLDS]
        return {
            "sIoU": _mean(siou),
            "PPV": _mean(ppv),
            "F1": float(np.mean(f1)),
            "threshold": float(threshold),
            "images": len(images),
            "true_components": len(siou),
            "predicted_components": len(ppv),
        }

    def save(self, path: os.PathLike) -> None:
        """Writes all that was added to a file, 5 bytes per pixel."""
        images = tuple(self._images)
        header = {"sizes": self._sizes(), "images": [image[:3] for image in images]}
        arrays = (array for image in images for array in self._image(image)[:0:-1])
        pixels = sum(image.height * image.width for image in images)
        state.write(path, KIND, header, arrays, 5 * pixels)

    @classmethod
    def load(cls, path: os.PathLike) -> "ComponentMetrics":
        """Reads what `save` wrote; `update` and `merge` may go on from there.

        Raises:
          FileNotFoundError: there is no such file.
          ValueError: the file is truncated, damaged, of another version or kind.
        """
        with state.reading(path, KIND) as (header, payload):
            metrics = cls(*header["sizes"])
            for image_id, height, width in header["images"]:
                score = payload.array((height, width), np.float32)
                mask = payload.array((height, width), np.uint8)
                image = inputs.Image(image_id, mask, score)
                metrics._images.append(metrics._spilled(image))
        return metrics

    def _sizes(self) -> list[int]:
        return [self._min_true, self._min_predicted]

    def _spilled(self, image: inputs.Image) -> SpilledImage:
        score = self._spill.append(image.prediction)
        mask = self._spill.append(np.ascontiguousarray(image.target, np.uint8))
        return SpilledImage(image.image_id, *image.target.shape, score, mask)

    def _image(self, image: SpilledImage) -> inputs.Image:
        shape = image.height, image.width
        count = image.height * image.width
        return inputs.Image(
            image.image_id,
            self._spill.read(image.mask, count, np.uint8).reshape(shape),
            self._spill.read(image.score, count, np.float32).reshape(shape),
        )

    def _best_threshold(self, images: Sequence[SpilledImage]) -> float:
        metrics = AnomalyMetrics()
        for image in images:
            _, mask, score = self._image(image)
            metrics.update(mask, score)
        return metrics.best_f1().threshold

    def _compare(self, image: SpilledImage, threshold: float) -> Segments:
        _, mask, score = self._image(image)
        is_flagged = score >= np.float32(threshold)
        return compare_segments(mask, is_flagged, self._min_true, self._min_predicted)


def _f1(siou: np.ndarray, ppv: np.ndarray, level: float) -> float:
    found = int(np.count_nonzero(siou >= level))
    missed = len(siou) - found
    false = int(np.count_nonzero(ppv < level))
    total = 2 * found + missed + false
    return 2 * found / total if total else np.nan


def _mean(ascending: np.ndarray) -> float:
    # Sorted first, so that the sum does not depend on the order of the images.
    return float(ascending.mean()) if ascending.size else np.nan
