"""The FPR conventions equal the code of the papers that use them."""

import numpy as np
import pytest
from sklearn.metrics import roc_curve

from fs_tf.metrics import AnomalyMetrics


def nearest(target, score, level):
    """As `fpr_and_fdr_at_recall` of Outlier Exposure does, from lowest to highest."""
    false, true, _ = counts(target, score)
    last = np.searchsorted(true, true[-1])
    false, recall = false[: last + 1][::-1], (true / true[-1])[: last + 1][::-1]
    return false[np.argmin(np.abs(recall - level))] / np.sum(target == 0)


def counts(target, score):
    thresholds = np.unique(score)[::-1]
    true = np.array([np.sum(score[target == 1] >= value) for value in thresholds])
    false = np.array([np.sum(score[target == 0] >= value) for value in thresholds])
    return false, true, thresholds


def reference(target, score, level):
    fpr, tpr, _ = roc_curve(target, score, drop_intermediate=False)
    return {
        "first": fpr[tpr >= level][0],
        "above": fpr[tpr > level][0] if level < 1 else 1.0,
        "nearest": nearest(target, score, level),
        "linear": np.interp(level, tpr, fpr),
    }


@pytest.mark.parametrize("level", [0.05, 0.5, 0.8, 0.95, 0.975, 1.0])
@pytest.mark.parametrize("seed", range(40))
def test_conventions_match_their_sources(level, seed):
    rng = np.random.default_rng(seed)
    target = (rng.random(120) < 0.35).astype(np.uint8)
    # 20 or 40 positives make the level exact, ties make flat and steep stretches.
    target[: rng.choice([20, 40])] = 1
    score = rng.integers(0, rng.choice([3, 12, 1000]), 120).astype(np.float32)
    metrics = AnomalyMetrics()
    metrics.update(target[None], score[None])
    for convention, expected in reference(target, score, level).items():
        found = metrics.fpr_at_tpr(level, convention)
        np.testing.assert_allclose(
            found, expected, rtol=1e-12, atol=1e-15, err_msg=convention
        )
    if level == 0.95:
        assert metrics.fpr_at_tpr() == metrics.result()["FPR95"]


def test_worked_example():
    # Scores descending: + - + - of 2 positives and 2 negatives; TPR 0.5 is reached
    # exactly at the first pixel with FPR 0.
    metrics = AnomalyMetrics()
    metrics.update(np.array([[1, 0, 1, 0]]), np.array([[4.0, 3.0, 2.0, 1.0]]))
    assert metrics.fpr_at_tpr(0.5, "first") == 0
    # The first threshold that exceeds 0.5 flags + - +.
    assert metrics.fpr_at_tpr(0.5, "above") == 0.5
    # Flagging + and + - both have TPR 0.5; the lower threshold counts.
    assert metrics.fpr_at_tpr(0.5, "nearest") == 0.5
    # TPR 0.75 lies on the vertical stretch at FPR 0.5.
    assert metrics.fpr_at_tpr(0.75, "linear") == 0.5


def test_unknown_convention_and_level():
    metrics = AnomalyMetrics()
    metrics.update(np.array([[1, 0]]), np.array([[1.0, 0.0]]))
    with pytest.raises(KeyError, match="Known: first, above, nearest, linear"):
        metrics.fpr_at_tpr(0.95, "median")
    for level in (0, -1, 1.5, float("nan")):
        with pytest.raises(ValueError, match="`level` must be a TPR above 0"):
            metrics.fpr_at_tpr(level)
