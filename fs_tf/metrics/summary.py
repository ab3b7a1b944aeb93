"""A compact summary per image, enough to estimate the metrics of resampled images."""

import dataclasses
import math
import os

import numpy as np

from fs_tf.metrics import ranking, state
from fs_tf.metrics.points import points_at
from fs_tf.metrics.runs import SortedRuns
from fs_tf.metrics.scores import Scores

# Steps in recall; the same number again lies between recall 0.9 and 1, where FPR95 is.
LEVELS = 1024
KIND = "Summary"
ARRAYS = ("thresholds", "true_positives", "false_positives", "negatives")


@dataclasses.dataclass(frozen=True)
class Summary:
    """Counts of every image at common thresholds: about 16 kB per image.

    The thresholds are actual anomaly scores, about 1000 evenly spaced in pooled recall
    and 1000 more between recall 0.9 and 1, so at most 0.1 % of the anomalous pixels lie
    between two of them and are taken as tied. the exact AP lies within
    `average_precision_bounds` (typically 1e-3 wide); FPR95 is exact for the
    images as they are, and for resampled ones it is that of a TPR at most 0.01 to 0.1 %
    too high. Images are ordered by name, then by content, not by when they came.

    Attributes:
      image_ids: names or None.
      thresholds: float32 [G], descending.
      true_positives: uint32 [images, G], anomalous pixels at or above a threshold.
      false_positives: uint32 [images, G], the same of in-distribution pixels.
      negatives: int64 [images], all in-distribution pixels.
      exact: "AP", "FPR95" and "AUROC" of the pooled pixels.
    """

    image_ids: tuple[str | None, ...]
    thresholds: np.ndarray
    true_positives: np.ndarray
    false_positives: np.ndarray
    negatives: np.ndarray
    exact: dict[str, float]

    @property
    def positives(self) -> np.ndarray:
        """int64 [images], all anomalous pixels."""
        # The last threshold is the lowest anomaly score.
        return self.true_positives[:, -1:].sum(axis=1, dtype=np.int64)

    def average_precision_bounds(self) -> tuple[float, float]:
        """Returns bounds of the exact AP that follow from the summary alone."""
        true = self.true_positives.sum(axis=0, dtype=np.int64)
        false = self.false_positives.sum(axis=0, dtype=np.int64)
        if not true.size:
            return math.nan, math.nan
        gained = np.diff(true, prepend=0)
        # Between two thresholds all in-distribution pixels come first, or last.
        first = true - gained + 1
        low = gained * first / (first + false)
        high = gained * true / (true + np.concatenate([[0], false[:-1]]))
        return float(low.sum() / true[-1]), float(high.sum() / true[-1])

    def save(self, path: os.PathLike) -> None:
        """Writes the summary to a file."""
        arrays = [getattr(self, name) for name in ARRAYS]
        header = {
            "image_ids": self.image_ids,
            "exact": self.exact,
            "num_thresholds": len(self.thresholds),
        }
        size = sum(array.nbytes for array in arrays)
        state.write(path, KIND, header, arrays, size)

    @classmethod
    def load(cls, path: os.PathLike) -> "Summary":
        """Reads what `save` wrote.

        Raises:
          ValueError: the file is truncated, damaged, of another version or kind.
        """
        with state.reading(path, KIND) as (header, payload):
            image_ids = tuple(header["image_ids"])
            images, levels = len(image_ids), header["num_thresholds"]
            arrays = {
                "thresholds": payload.array((levels,), np.float32),
                "true_positives": payload.array((images, levels), np.uint32),
                "false_positives": payload.array((images, levels), np.uint32),
                "negatives": payload.array((images,), np.int64),
            }
        return cls(image_ids=image_ids, exact=header["exact"], **arrays)


def summarize(scores: Scores, exact: dict[str, float]) -> Summary:
    """Returns the summary of all images.

    Args:
      scores: of the images.
      exact: "AP", "FPR95" and "AUROC" of the same pixels.
    """
    positives, negatives = scores.positives(), scores.negatives()
    thresholds = points_at(_counts(positives.total), positives, negatives).threshold
    num_images = len(scores.image_ids)
    true_positives, _ = _at_least(positives, thresholds, num_images)
    false_positives, num_negatives = _at_least(negatives, thresholds, num_images)

    def content(index: int):
        name = scores.image_ids[index]
        rows = (true_positives[index], false_positives[index], num_negatives[index])
        return name is not None, name or "", *(row.tobytes() for row in rows)

    order = sorted(range(num_images), key=content)
    return Summary(
        tuple(scores.image_ids[index] for index in order),
        thresholds,
        true_positives[order],
        false_positives[order],
        num_negatives[order],
        dict(exact),
    )


def _counts(total: int) -> np.ndarray:
    """Returns the numbers of true positives at which the summary has thresholds."""
    if not total:
        return np.zeros(0, np.int64)
    counts = [
        np.linspace(1, total, LEVELS),
        np.linspace(max(1, 0.9 * total), total, LEVELS),
        [ranking.count_at_tpr(ranking.TPR_LEVEL, total)],
    ]
    return np.unique(np.ceil(np.concatenate(counts)).astype(np.int64))


def _at_least(
    runs: SortedRuns, thresholds: np.ndarray, num_images: int
) -> tuple[np.ndarray, np.ndarray]:
    """Returns per image the pixels at or above each threshold, and all its pixels."""
    counts = np.zeros((num_images, len(thresholds)), np.uint32)
    totals = np.zeros(num_images, np.int64)
    for run, below in zip(runs.runs, runs.below(thresholds[::-1]), strict=True):
        counts[run.image] += (run.count - below[::-1]).astype(np.uint32)
        totals[run.image] += run.count
    return counts, totals
