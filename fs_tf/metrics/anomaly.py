"""Exact pooled anomaly metrics over any number of pixels, in bounded memory."""

import concurrent.futures

import numpy as np

from fs_tf import labels
from fs_tf.metrics import inputs, ranking, workers
from fs_tf.metrics.runs import Run, SortedRuns
from fs_tf.metrics.spill import Spill

# Images that wait for the sorting threads; they bound the memory of `update`.
MAX_PENDING = 4


class AnomalyMetrics:
    """AP, FPR95 and AUROC pooled over the pixels of all images, exactly.

    Void pixels are dropped and ties are grouped. Scores are compared as float32, as
    the official code does, so float64 scores that differ by less are tied; -0 equals 0.
    Any order and grouping of `update` and `merge` gives bit-equal results.

    Scores are sorted per image and kept in a nameless temporary file in TMPDIR, 4 bytes
    per pixel, which the system frees when the object or the process ends.
    """

    def __init__(self):
        self._spill = Spill()
        self._images: list[str | None] = []
        self._runs: list[Run] = []
        self._pending: list[concurrent.futures.Future[list[Run]]] = []
        self._ranking: ranking.Ranking | None = None

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
        """
        for image in inputs.scored_images(mask, score, image_id):
            while len(self._pending) >= MAX_PENDING:
                self._collect_one()
            negatives = image.prediction[image.target == labels.IN_DISTRIBUTION]
            positives = image.prediction[image.target == labels.ANOMALY]
            index = len(self._images)
            self._ranking = None
            self._images.append(image.image_id)
            self._pending.append(
                workers.pool().submit(self._store, index, negatives, positives)
            )

    def merge(self, other: "AnomalyMetrics") -> None:
        """Adds all images of `other`, which stays as it is."""
        self._collect()
        other._collect()
        self._ranking = None
        first = len(self._images)
        for run in list(other._runs):
            scores = other._spill.read(run.offset, run.count)
            self._runs.append(
                Run.store(self._spill, first + run.image, run.group, scores)
            )
        self._images.extend(list(other._images))

    def result(self) -> dict[str, float]:
        """Returns AP, FPR95, AUROC as fractions and the counts of images and pixels.

        Without positives AP, FPR95 and AUROC are NaN (the official code says 0).

        Raises:
          ValueError: no image was added.
        """
        found = self._pooled()
        return {
            "AP": found.average_precision,
            "FPR95": found.fpr95,
            "AUROC": found.auroc,
            "images": len(self._images),
            "positives": self._select(positive=True).total,
            "negatives": self._select(positive=False).total,
        }

    def best_f1(self) -> ranking.BestF1:
        """Returns the threshold of best pixel F1 and that F1; NaN without positives."""
        return self._pooled().best_f1

    def _pooled(self) -> ranking.Ranking:
        self._collect()
        if not self._images:
            raise ValueError(
                "The dataset must hold at least one image; got none: call `update` "
                "before `result`."
            )
        if self._ranking is None:
            self._ranking = ranking.rank(
                self._select(positive=True), self._select(positive=False)
            )
        return self._ranking

    def _select(self, positive: bool) -> SortedRuns:
        runs = [run for run in self._runs if (run.group > 0) == positive]
        return SortedRuns(self._spill, runs)

    def _store(self, image: int, negatives: np.ndarray, positives: np.ndarray):
        runs = []
        for group, scores in ((0, negatives), (1, positives)):
            if scores.size:
                scores.sort()
                runs.append(Run.store(self._spill, image, group, scores))
        return runs

    def _collect_one(self) -> None:
        # A failed image stays pending, so that no later call gives a wrong number.
        self._runs.extend(self._pending[0].result())
        del self._pending[0]

    def _collect(self) -> None:
        while self._pending:
            self._collect_one()
