"""AnomalyMetrics equals scikit-learn, in any order and grouping."""

import math

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from fs_tf.metrics import AnomalyMetrics, levels, runs


def slow_fpr95(target, score):
    """FPR at the first threshold with TPR >= 0.95: the definition, as a loop."""
    positives, negatives = np.sum(target == 1), np.sum(target == 0)
    for threshold in sorted(set(score.tolist()), reverse=True):
        flagged = score >= threshold
        if np.sum(flagged & (target == 1)) / positives >= 0.95:
            return np.sum(flagged & (target == 0)) / negatives
    raise AssertionError("the lowest threshold flags every pixel")


def reference(mask, score):
    kept = mask.ravel() != 255
    target, score = mask.ravel()[kept], score.ravel()[kept].astype(np.float32)
    return {
        "AP": sklearn_metrics.average_precision_score(target, score),
        "FPR95": slow_fpr95(target, score) if (target == 0).any() else math.nan,
        "AUROC": sklearn_metrics.roc_auc_score(target, score)
        if (target == 0).any()
        else math.nan,
    }


def random_masks(rng, shape=(6, 24, 32)):
    mask = (rng.random(shape) < 0.05).astype(np.uint8)
    mask[rng.random(shape) < 0.1] = 255
    mask[0, 0, 0] = 1
    return mask


SCORES = {
    "random": lambda rng, shape: rng.standard_normal(shape),
    "tied": lambda rng, shape: rng.integers(-3, 4, shape) / 2,
    "constant": lambda rng, shape: np.full(shape, 0.25),
    "near zero": lambda rng, shape: rng.random(shape) ** 40,
    "near one": lambda rng, shape: 1 - rng.random(shape) ** 9 * 1e-6,
    "signed zeros": lambda rng, shape: rng.choice([-1.0, -0.0, 0.0, 1.0], shape),
    "denormal": lambda rng, shape: rng.integers(-9, 9, shape) * 1e-45,
    "extreme": lambda rng, shape: rng.choice([-3.4e38, 0, 1e-38, 3.4e38], shape),
    "half precision": lambda rng, shape: rng.random(shape).astype(np.float16),
}
MASKS = {
    "few": random_masks,
    "one positive": lambda rng: np.eye(1, 6 * 24 * 32, 1000, np.uint8).reshape(
        6, 24, 32
    ),
    "all positive": lambda rng: np.ones((6, 24, 32), np.uint8),
    "half": lambda rng: rng.integers(0, 2, (6, 24, 32)).astype(np.uint8),
}


@pytest.fixture(params=["one interval", "many intervals"])
def intervals(request, monkeypatch):
    """Runs a test with and without cutting the scores into tiny intervals."""
    if request.param == "many intervals":
        monkeypatch.setattr(levels, "MIN_INTERVAL", 64)
        monkeypatch.setattr(levels, "PER_RUN", 1)
        monkeypatch.setattr(runs, "STRIDE", 16)
        monkeypatch.setattr(runs, "SHORT", 32)


@pytest.mark.parametrize("mask_case", MASKS)
@pytest.mark.parametrize("score_case", SCORES)
def test_result_equals_the_reference(score_case, mask_case, intervals):
    rng = np.random.default_rng(7)
    mask = MASKS[mask_case](rng)
    score = SCORES[score_case](rng, mask.shape)
    metrics = AnomalyMetrics()
    metrics.update(mask, score)
    result = metrics.result()
    for name, expected in reference(mask, score).items():
        np.testing.assert_allclose(
            result[name], expected, rtol=1e-12, atol=0, err_msg=name
        )
    assert result["images"] == 6
    assert result["positives"] == np.sum(mask == 1)
    assert result["negatives"] == np.sum(mask == 0)


@pytest.mark.parametrize("score_case", SCORES)
def test_any_order_and_grouping_is_bit_equal(score_case, intervals):
    rng = np.random.default_rng(3)
    mask = random_masks(rng)
    score = SCORES[score_case](rng, mask.shape)
    batch = AnomalyMetrics()
    batch.update(mask[..., None], score)
    parts = [AnomalyMetrics() for _ in range(3)]
    for index in rng.permutation(6):
        parts[rng.integers(3)].update(mask[index], score[index][..., None])
    merged = AnomalyMetrics()
    for part in reversed(parts):
        merged.merge(part)
    assert merged.result() == batch.result()
    assert merged.best_f1() == batch.best_f1()
