"""The scores of all images at one moment: what results are computed from."""

from collections.abc import Iterable

from fs_tf.metrics import ranking
from fs_tf.metrics.runs import NEGATIVE, Run, SortedRuns
from fs_tf.metrics.spill import Spill


class Scores:
    """Sorted scores by image and kind of pixel; never changes.

    Args:
      spill: holds the scores.
      image_ids: names of the images in the order they came.
      runs: their scores.
    """

    def __init__(
        self, spill: Spill, image_ids: Iterable[str | None], runs: Iterable[Run]
    ):
        self.spill = spill
        self.image_ids = tuple(image_ids)
        self.runs = tuple(runs)
        self._ranking: ranking.Ranking | None = None

    def negatives(self, image: int | None = None) -> SortedRuns:
        """Returns the in-distribution pixels, of one image or of all."""
        return SortedRuns(
            self.spill,
            [
                run
                for run in self.runs
                if run.size_class == NEGATIVE and image in (None, run.image)
            ],
        )

    def positives(
        self, image: int | None = None, size_class: int | None = None
    ) -> SortedRuns:
        """Returns the anomalous pixels, of one image or size class or of all."""
        return SortedRuns(
            self.spill,
            [
                run
                for run in self.runs
                if run.size_class != NEGATIVE
                and image in (None, run.image)
                and size_class in (None, run.size_class)
            ],
        )

    def ranking(self) -> ranking.Ranking:
        """Returns how well all scores separate the pixels; computed once."""
        # Threads that ask at the same time may both compute it: they find the same.
        if self._ranking is None:
            self._ranking = ranking.rank(self.positives(), self.negatives())
        return self._ranking
