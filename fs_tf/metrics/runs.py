"""Sorted float32 scores on disk, one run per image, with exact counts on demand."""

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

from fs_tf.metrics import workers
from fs_tf.metrics.spill import Spill

# Every STRIDE-th value of a run stays in memory: 1/4096 of the pixels.
STRIDE = 4096
# Below this number of values a run is read at once rather than block by block.
SHORT = 8 * STRIDE


@dataclasses.dataclass(frozen=True)
class Run:
    """Scores of one kind of pixels of one image, ascending.

    Attributes:
      image: index of the image.
      group: 0 for in-distribution pixels; anomalies have their size class from 1 on.
      offset: bytes into the spill.
      count: number of scores, at least 1.
      samples: float32, values 0, STRIDE, 2 STRIDE, ...
    """

    image: int
    group: int
    offset: int
    count: int
    samples: np.ndarray

    @classmethod
    def store(cls, spill: Spill, image: int, group: int, ascending: np.ndarray):
        """Appends sorted scores to the spill."""
        offset = spill.append(ascending)
        samples = ascending[::STRIDE].copy()
        return cls(image, group, offset, ascending.size, samples)


class SortedRuns:
    """Some of the runs of one spill, seen as one multiset of scores."""

    def __init__(self, spill: Spill, runs: Sequence[Run]):
        self._spill = spill
        self.runs = tuple(runs)
        self.total = sum(run.count for run in self.runs)

    def read(self, run: Run) -> np.ndarray:
        """Returns the scores of one run, ascending."""
        return self._spill.read(run.offset, run.count)

    def below(self, values: np.ndarray) -> Iterator[np.ndarray]:
        """Yields per run how many of its scores lie below each value.

        Args:
          values: float32 [G], ascending.

        Yields:
          int64 [G], in the order of the runs.
        """
        return workers.map_in_order(lambda run: self._below(run, values), self.runs)

    def total_below(self, values: np.ndarray) -> np.ndarray:
        """Returns int64 [G]: how many scores of all runs lie below each value."""
        total = np.zeros(len(values), np.int64)
        for counts in self.below(values):
            total += counts
        return total

    def gather(self, starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
        """Returns the sorted union of one slice of every run."""
        scores = np.empty(int((stops - starts).sum()), np.float32)
        position = 0
        for run, start, stop in zip(
            self.runs, starts.tolist(), stops.tolist(), strict=True
        ):
            if stop > start:
                part = scores[position : position + stop - start]
                self._spill.read_into(run.offset + 4 * start, part)
                position += stop - start
        scores.sort()
        return scores

    def _below(self, run: Run, values: np.ndarray) -> np.ndarray:
        if run.count <= SHORT or len(values) > len(run.samples) // 2:
            return np.searchsorted(self.read(run), values)
        counts = np.zeros(len(values), np.int64)
        blocks = np.searchsorted(run.samples, values)
        for index, block in enumerate(blocks.tolist()):
            if block:
                # The value falls behind sample block - 1, not behind sample block.
                start = (block - 1) * STRIDE
                count = min(STRIDE, run.count - start)
                scores = self._spill.read(run.offset + 4 * start, count)
                counts[index] = start + np.searchsorted(scores, values[index])
        return counts
