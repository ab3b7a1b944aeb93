"""Sorted float32 scores on disk, one run per image, with exact counts on demand."""

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

from fs_tf.metrics import workers
from fs_tf.metrics.spill import Spill

# Every STRIDE-th value of a run stays in memory, 1/4096 of the pixels; of a short run
# about SAMPLES, so that the samples of many small images still show where scores lie.
STRIDE = 4096
SAMPLES = 64
# Below this number of values a run is read at once rather than block by block.
SHORT = 8 * STRIDE

NEGATIVE = -1


@dataclasses.dataclass(frozen=True)
class Run:
    """Scores of one kind of pixels of one image, ascending.

    Attributes:
      image: index of the image.
      size_class: of the anomalies whose pixels these are, an index into SIZE_CLASSES;
        NEGATIVE for in-distribution pixels.
      components: how many anomalies these are; 0 for in-distribution pixels.
      count: number of scores, at least 1.
      offset: bytes into the spill.
      samples: float32, values 0, stride, 2 stride, ...
    """

    image: int
    size_class: int
    components: int
    count: int
    offset: int
    samples: np.ndarray

    @classmethod
    def store(
        cls,
        spill: Spill,
        ascending: np.ndarray,
        image: int,
        size_class: int = NEGATIVE,
        components: int = 0,
    ) -> "Run":
        """Appends sorted scores to the spill."""
        count = ascending.size
        offset = spill.append(ascending)
        samples = ascending[:: _stride(count)].copy()
        return cls(image, size_class, components, count, offset, samples)

    @property
    def stride(self) -> int:
        """Distance of the samples."""
        return _stride(self.count)


class SortedRuns:
    """Some of the runs of one spill, seen as one multiset of scores."""

    def __init__(self, spill: Spill, runs: Sequence[Run]):
        self._spill = spill
        self.runs = tuple(runs)
        self.total = sum(run.count for run in self.runs)

    def none(self) -> "SortedRuns":
        """Returns the empty multiset."""
        return SortedRuns(self._spill, ())

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
                self._spill.read_into(run.offset + scores.itemsize * start, part)
                position += stop - start
        scores.sort()
        return scores

    def _below(self, run: Run, values: np.ndarray) -> np.ndarray:
        if run.count <= SHORT or len(values) > len(run.samples) // 2:
            scores = self._spill.read(run.offset, run.count, np.float32)
            return np.searchsorted(scores, values)
        counts = np.zeros(len(values), np.int64)
        blocks = np.searchsorted(run.samples, values)
        for index, block in enumerate(blocks.tolist()):
            if block:
                # Sample block - 1 lies below the value, sample block does not.
                start = (block - 1) * run.stride
                count = min(run.stride, run.count - start)
                scores = self._spill.read(run.offset + 4 * start, count, np.float32)
                counts[index] = start + np.searchsorted(scores, values[index])
        return counts


def _stride(count: int) -> int:
    return max(1, min(STRIDE, count // SAMPLES))
