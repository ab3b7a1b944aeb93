"""Exact points of the ROC and precision-recall curves at chosen recalls."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from fs_tf.metrics.levels import descending_levels
from fs_tf.metrics.runs import SortedRuns


class Points(NamedTuple):
    """Exact counts at some distinct anomaly scores, descending; all [K].

    Attributes:
      threshold: float32; pixels of this score or a higher one are flagged.
      true_positives: int64, flagged anomalous pixels.
      above: int64, in-distribution pixels of a higher score.
      false_positives: int64, flagged in-distribution pixels.
    """

    threshold: np.ndarray
    true_positives: np.ndarray
    above: np.ndarray
    false_positives: np.ndarray


def points_at(
    counts: Sequence[int], positives: SortedRuns, negatives: SortedRuns
) -> Points:
    """Returns the first point with at least each of these numbers of true positives.

    Args:
      counts: ascending, within 1..positives.total.
      positives: scores of anomalous pixels.
      negatives: scores of in-distribution pixels.

    Returns:
      The points without repetition, so there may be fewer of them than counts.
    """
    thresholds, true_positives = [], []
    wanted = np.asarray(counts, np.int64)
    for levels in descending_levels(positives, positives.none()):
        reached = int(np.searchsorted(wanted, levels.true_positives[-1], "right"))
        chosen = np.searchsorted(levels.true_positives, wanted[:reached])
        chosen = np.unique(chosen)
        thresholds.append(levels.threshold[chosen])
        true_positives.append(levels.true_positives[chosen])
        wanted = wanted[reached:]
    return _with_negatives(
        np.concatenate([np.zeros(0, np.float32), *thresholds]),
        np.concatenate([np.zeros(0, np.int64), *true_positives]),
        negatives,
    )


def curve_points(
    num_points: int, positives: SortedRuns, negatives: SortedRuns
) -> Points:
    """Returns all points, or `num_points` evenly spaced in recall if there are more.

    The first point is that of the highest anomaly score, the last has recall 1.
    """
    thresholds, true_positives = [], []
    found = 0
    for levels in descending_levels(positives, positives.none()):
        found += len(levels.threshold)
        if found > num_points:
            counts = np.linspace(1, positives.total, num_points)
            return points_at(np.ceil(counts).astype(np.int64), positives, negatives)
        thresholds.append(levels.threshold)
        true_positives.append(levels.true_positives)
    return _with_negatives(
        np.concatenate([np.zeros(0, np.float32), *thresholds]),
        np.concatenate([np.zeros(0, np.int64), *true_positives]),
        negatives,
    )


def _with_negatives(
    threshold: np.ndarray, true_positives: np.ndarray, negatives: SortedRuns
) -> Points:
    ascending = threshold[::-1]
    below = negatives.total_below(ascending)[::-1]
    not_above = negatives.total_below(np.nextafter(ascending, np.float32(np.inf)))
    return Points(
        threshold,
        true_positives,
        negatives.total - not_above[::-1],
        negatives.total - below,
    )
