"""Exact pooled anomaly metrics over any number of pixels, in bounded memory."""

import os

import numpy as np

from fs_tf import errors
from fs_tf.metrics import breakdown, inputs, points, ranking, summary
from fs_tf.metrics.conventions import DEFAULT, fpr_at_tpr
from fs_tf.metrics.scores import Scores
from fs_tf.metrics.store import ScoreStore

KIND = "AnomalyMetrics"


class AnomalyMetrics:
    """AP, FPR95 and AUROC pooled over the pixels of all images, exactly.

    Void pixels are dropped and ties are grouped. Scores are compared as float32, as
    the official code does, so float64 scores that differ by less are tied; -0 equals 0.
    Any order and grouping of `update` and `merge` gives bit-equal results, also from
    any number of threads at once; results are of the images added until then.

    Scores are sorted per image and kept in a nameless temporary file in TMPDIR, 4 bytes
    per pixel, which the system frees when the object or the process ends.
    """

    def __init__(self):
        self._store = ScoreStore()

    def update(self, mask, score, image_id=None) -> None:
        """Adds one image or a batch.

        Args:
          mask: uint8 [H, W], [H, W, 1], [B, H, W] or [B, H, W, 1]: 0 in-distribution,
            1 anomaly, 255 void.
          score: float of the same shape up to the last 1, finite; higher is more
            anomalous, any range.
          image_id: name of the image for errors and per-image results; one per image
            of a batch.

        Raises:
          ValueError: wrong shape, type or value; then nothing was added.
          OSError: the temporary directory is full.
          RuntimeError: called in a process forked from the one that made this.
        """
        self._store.owner.require()
        for image in inputs.scored_images(mask, score, image_id):
            self._store.add(image)

    def merge(self, other: "AnomalyMetrics") -> None:
        """Adds all images of `other`, which stays as it is; raises as `update`."""
        self._store.owner.require()
        self._store.extend(other._store)

    def wait(self) -> None:
        """Waits until the threads have sorted every image that was added.

        Never needed for right results; it raises early what went wrong.

        Raises:
          OSError: the temporary directory is full.
        """
        self._store.wait()

    def result(self) -> dict[str, float]:
        """Returns AP, FPR95, AUROC as fractions and the counts of images and pixels.

        Without positives AP, FPR95 and AUROC are NaN (the official code says 0);
        without negatives FPR95 and AUROC are.

        Raises:
          ValueError: no image was added.
        """
        scores = self._scores()
        return {
            **_exact(scores),
            "images": len(scores.image_ids),
            "positives": scores.positives().total,
            "negatives": scores.negatives().total,
        }

    def curves(self, num_points: int = 1000) -> dict[str, np.ndarray]:
        """Returns exact points of the precision-recall and ROC curves.

        The arrays belong together, one entry per threshold from the highest anomaly
        score to the lowest: all distinct ones, or `num_points` evenly spaced in recall
        if there are more. The ROC curve runs from (0, 0) through them to (1, 1).

        Args:
          num_points: at least 2.

        Returns:
          "threshold" float32, "recall", "precision", "true_positive_rate" (the recall)
          and "false_positive_rate" (NaN without negatives) float64, all of one length;
          empty without positives.

        Raises:
          ValueError: no image was added, or fewer than 2 points.
        """
        if num_points < 2:
            raise errors.BadValue(f"`num_points` must be at least 2; got {num_points}.")
        scores = self._scores()
        positives, negatives = scores.positives(), scores.negatives()
        found = points.curve_points(num_points, positives, negatives)
        recall = found.true_positives / max(positives.total, 1)
        flagged = found.true_positives + found.false_positives
        others = negatives.total or np.nan
        return {
            "threshold": found.threshold,
            "recall": recall,
            "precision": found.true_positives / flagged,
            "true_positive_rate": recall.copy(),
            "false_positive_rate": found.false_positives / others,
        }

    def fpr_at_tpr(self, level: float = 0.95, convention: str = DEFAULT) -> float:
        """Returns the FPR at a TPR by one of the conventions of the literature.

        "first" (the default, official), "above", "nearest" or "linear": see
        `fs_tf.metrics.conventions.fpr_at_tpr` for their meaning and who uses them.

        Raises:
          KeyError: unknown convention.
          ValueError: no image was added, or `level` is outside of (0, 1].
        """
        scores = self._scores()
        return fpr_at_tpr(level, convention, scores.positives(), scores.negatives())

    def best_f1(self) -> ranking.BestF1:
        """Returns the threshold of best pixel F1 and that F1; NaN without positives."""
        return self._scores().ranking().best_f1

    def by_size(self) -> dict[str, breakdown.SizeResult]:
        """Returns AP and FPR95 by size of anomaly, against all in-distribution pixels.

        Raises:
          ValueError: no image was added.
        """
        return breakdown.by_size(self._scores())

    def per_image(self) -> list[breakdown.ImageResult]:
        """Returns AP and FPR95 of every image, in the order they came.

        From several threads that order is one of chance: name the images.

        Raises:
          ValueError: no image was added.
        """
        return breakdown.per_image(self._scores())

    def summary(self) -> summary.Summary:
        """Returns the per-image summary for `intervals` and `paired_differences`.

        Raises:
          ValueError: no image was added.
        """
        scores = self._scores()
        return summary.summarize(scores, _exact(scores))

    def save(self, path: os.PathLike) -> None:
        """Writes all that was added to a file, 4 bytes per pixel."""
        self._store.save(path, KIND)

    @classmethod
    def load(cls, path: os.PathLike) -> "AnomalyMetrics":
        """Reads what `save` wrote; `update` and `merge` may go on from there.

        Raises:
          FileNotFoundError: there is no such file.
          ValueError: the file is truncated, damaged, of another version or kind.
        """
        metrics = cls()
        metrics._store = ScoreStore.load(path, KIND)
        return metrics

    def _scores(self) -> Scores:
        """Returns all images added so far; raises ValueError if there are none."""
        scores = self._store.scores()
        if not scores.image_ids:
            raise errors.BadValue(inputs.NO_IMAGES)
        return scores


def _exact(scores: Scores) -> dict[str, float]:
    found = scores.ranking()
    return {
        "AP": found.average_precision,
        "FPR95": found.fpr95,
        "AUROC": found.auroc,
    }
