"""Intervals of scores are of bounded size, whatever the scores and images."""

import numpy as np
import pytest

from fs_tf.metrics import levels, runs
from fs_tf.metrics.spill import Spill

LIMIT = 4096


def counted_gathers(monkeypatch):
    """Returns a list that grows by the size of every gathered interval."""
    sizes = []
    gather = runs.SortedRuns.gather

    def counting_gather(self, starts, stops):
        found = gather(self, starts, stops)
        sizes.append(found.size)
        return found

    monkeypatch.setattr(runs.SortedRuns, "gather", counting_gather)
    return sizes


@pytest.mark.parametrize("shape", [(4, 50_000), (700, 300)])
@pytest.mark.parametrize("kind", ["random", "skewed", "half tied", "constant"])
def test_no_interval_gathers_many_scores(shape, kind, monkeypatch):
    rng = np.random.default_rng(0)
    scores = {
        "random": rng.random(shape),
        "skewed": rng.random(shape) ** 30,
        "half tied": np.maximum(rng.random(shape), 0.5),
        "constant": np.ones(shape),
    }[kind].astype(np.float32)
    spill = Spill()
    stored = [
        runs.Run.store(spill, np.sort(row), index) for index, row in enumerate(scores)
    ]
    positives = runs.SortedRuns(spill, stored[::2])
    negatives = runs.SortedRuns(spill, stored[1::2])
    monkeypatch.setattr(levels, "MIN_INTERVAL", LIMIT)
    monkeypatch.setattr(levels, "PER_RUN", 1)
    gathered = counted_gathers(monkeypatch)
    found = list(levels.descending_levels(positives, negatives))
    threshold = np.concatenate([part.threshold for part in found])
    np.testing.assert_array_equal(threshold, np.unique(scores[::2])[::-1])
    above = np.concatenate([part.above for part in found])
    ordered = np.sort(scores[1::2].ravel())
    expected = ordered.size - np.searchsorted(ordered, threshold, "right")
    np.testing.assert_array_equal(above, expected)
    # A single score is counted without being read.
    assert max(gathered, default=0) <= 3 * LIMIT


def test_intervals_without_positives_are_not_gathered(monkeypatch):
    spill = Spill()
    ascending = np.arange(100_000, dtype=np.float32)
    positives = runs.SortedRuns(spill, [runs.Run.store(spill, ascending[-500:], 0)])
    negatives = runs.SortedRuns(spill, [runs.Run.store(spill, ascending, 0)])
    monkeypatch.setattr(levels, "MIN_INTERVAL", LIMIT)
    gathered = counted_gathers(monkeypatch)
    list(levels.descending_levels(positives, negatives))
    assert 500 <= sum(gathered) < 10_000
