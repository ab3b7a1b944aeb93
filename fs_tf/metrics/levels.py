"""Counts of pixels at every distinct score of an anomaly, in bounded memory.

AP, FPR at a TPR and AUROC need, beside the anomalies (about 2 % of the pixels), only
the number of in-distribution pixels above and at each distinct anomaly score. The
range of scores is cut into intervals of bounded content; of each interval the slices
of all sorted runs are read, sorted together and searched.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from fs_tf.metrics import workers
from fs_tf.metrics.runs import SortedRuns

# Scores per interval: few for the caches, more where many runs would be cut too fine.
MIN_INTERVAL = 1 << 19
MAX_INTERVAL = 1 << 24
PER_RUN = 1 << 13
# The counts below cost this many times the memory of a bare score.
POSITIVE_WEIGHT = 8


class Levels(NamedTuple):
    """Some distinct anomaly scores, descending, with exact counts; all [K].

    Attributes:
      threshold: float32, never -0.
      positives: int64, anomalous pixels of this score.
      true_positives: int64, anomalous pixels of this score or a higher one.
      above: int64, in-distribution pixels of a higher score.
      equal: int64, in-distribution pixels of this score.
    """

    threshold: np.ndarray
    positives: np.ndarray
    true_positives: np.ndarray
    above: np.ndarray
    equal: np.ndarray

    @property
    def false_positives(self) -> np.ndarray:
        """int64, in-distribution pixels of this score or a higher one."""
        return self.above + self.equal


def descending_levels(positives: SortedRuns, negatives: SortedRuns) -> Iterator[Levels]:
    """Yields all distinct scores of the positives, from the highest to the lowest."""
    edges = _edges(positives, negatives)
    cuts = [_cuts(runs, edges) for runs in (positives, negatives)]
    totals = [below.sum(axis=0) for below in cuts]

    def interval(index: int) -> Levels:
        slices = [(below[:, index], below[:, index + 1]) for below in cuts]
        above = [int(total[-1] - total[index + 1]) for total in totals]
        low, high = edges[index], edges[index + 1]
        if np.nextafter(low, np.float32(np.inf)) == high:
            # A single score, however often it occurs: nothing to read.
            inside = [int((stops - starts).sum()) for starts, stops in slices]
            return _single_level(low, *inside, *above)
        return _levels(
            positives.gather(*slices[0]), negatives.gather(*slices[1]), above
        )

    occupied = np.flatnonzero(np.diff(totals[0]))[::-1]
    return workers.map_in_order(interval, occupied.tolist())


def _edges(positives: SortedRuns, negatives: SortedRuns) -> np.ndarray:
    """Returns ascending edges; [edge, next edge) holds a bounded number of scores."""
    samples, weights = [], []
    for runs, weight in ((positives, POSITIVE_WEIGHT), (negatives, 1)):
        for run in runs.runs:
            samples.append(run.samples)
            share = weight * run.count / len(run.samples)
            weights.append(np.full(len(run.samples), share))
    total = POSITIVE_WEIGHT * positives.total + negatives.total
    num_runs = max(len(positives.runs), len(negatives.runs))
    spread = max(MIN_INTERVAL, min(MAX_INTERVAL, PER_RUN * num_runs))
    edges = np.array([-np.inf, np.inf], np.float32)
    if total > spread:
        values = np.concatenate(samples)
        order = np.argsort(values)
        interval = np.concatenate(weights)[order].cumsum() // spread
        cuts = values[order][np.flatnonzero(np.diff(interval)) + 1]
        cuts, repeats = np.unique(cuts, return_counts=True)
        ends = np.nextafter(cuts[repeats > 1], np.float32(np.inf))
        edges = np.unique(np.concatenate([edges, cuts, ends]))
    return edges


def _cuts(runs: SortedRuns, edges: np.ndarray) -> np.ndarray:
    """Returns int64 [runs, edges]: the number of scores of each run below each edge."""
    counts = np.zeros((len(runs.runs), len(edges)), np.int64)
    for row, below in zip(counts, runs.below(edges), strict=True):
        row[:] = below
    return counts


def _single_level(score, positives: int, negatives: int, *above: int) -> Levels:
    counts = [positives, positives + above[0], above[1], negatives]
    arrays = [np.array([count], np.int64) for count in counts]
    return Levels(np.array([score + np.float32(0)], np.float32), *arrays)


def _levels(positives: np.ndarray, negatives: np.ndarray, above: list[int]) -> Levels:
    is_first = np.concatenate([[True], positives[1:] != positives[:-1]])
    first = np.flatnonzero(is_first)
    threshold = positives[first]
    left = np.searchsorted(negatives, threshold)
    equal = np.zeros(len(first), np.int64)
    if negatives.size:
        found = negatives[np.minimum(left, negatives.size - 1)]
        tied = np.flatnonzero(found == threshold)
        right = np.searchsorted(negatives, threshold[tied], "right")
        equal[tied] = right - left[tied]
    counts = np.diff(first, append=positives.size)
    # Adding 0 turns -0 into 0, which compare equal.
    return Levels(
        (threshold + np.float32(0))[::-1],
        counts[::-1],
        (above[0] + positives.size - first)[::-1],
        (above[1] + negatives.size - left - equal)[::-1],
        equal[::-1],
    )
