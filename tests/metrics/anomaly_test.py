"""AnomalyMetrics equals scikit-learn, in any order and grouping."""

import math
import subprocess
import sys
import types

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from fs_tf.metrics import AnomalyMetrics, levels, ranking


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
    has_negatives = (target == 0).any()
    return {
        "AP": sklearn_metrics.average_precision_score(target, score),
        "FPR95": slow_fpr95(target, score) if has_negatives else math.nan,
        "AUROC": sklearn_metrics.roc_auc_score(target, score)
        if has_negatives
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


# scikit-learn sums the scores to look for infinite ones, which overflows.
@pytest.mark.filterwarnings("ignore:invalid value encountered in reduce")
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


def test_scores_are_compared_as_float32():
    # In float64 the anomaly is above the other pixel, in float32 they are tied.
    metrics = AnomalyMetrics()
    metrics.update(np.array([[1, 0]]), np.array([[1 + 1e-12, 1.0]]))
    assert metrics.result()["AP"] == 0.5
    assert metrics.result()["AUROC"] == 0.5


def test_result_may_be_asked_at_any_time(images):
    mask, score = images
    metrics, whole = AnomalyMetrics(), AnomalyMetrics()
    for index in range(len(mask)):
        metrics.update(mask[index], score[index])
        metrics.result()
    whole.update(mask, score)
    assert metrics.result() == whole.result()


def test_the_caller_may_reuse_its_arrays(images):
    mask, score = (array.copy() for array in images)
    metrics, expected = AnomalyMetrics(), AnomalyMetrics()
    expected.update(mask, score)
    expected = expected.result()
    metrics.update(mask, score)
    mask[:], score[:] = 0, 0
    assert metrics.result() == expected


def test_merging_leaves_the_other_as_it_is_and_may_be_with_itself(images):
    mask, score = images
    first, second, twice = (AnomalyMetrics() for _ in range(3))
    first.update(mask[:3], score[:3])
    second.update(mask[3:], score[3:])
    before = second.result()
    first.result()
    first.merge(second)
    assert second.result() == before
    first.merge(first)
    twice.update(np.concatenate([mask, mask]), np.concatenate([score, score]))
    assert first.result() == twice.result()


def test_without_positives_everything_is_undefined():
    metrics = AnomalyMetrics()
    metrics.update(np.zeros((4, 5), np.uint8), np.zeros((4, 5)))
    result = metrics.result()
    assert all(math.isnan(result[name]) for name in ("AP", "FPR95", "AUROC"))
    assert result["positives"] == 0 and result["negatives"] == 20
    assert math.isnan(metrics.best_f1().threshold)
    assert math.isnan(metrics.fpr_at_tpr())
    assert all(len(values) == 0 for values in metrics.curves().values())


def test_only_void_is_undefined():
    metrics = AnomalyMetrics()
    metrics.update(np.full((4, 5), 255, np.uint8), np.zeros((4, 5)))
    assert math.isnan(metrics.result()["AP"])
    assert metrics.result()["negatives"] == 0


def test_best_f1_matches_a_loop(images):
    mask, score = images
    metrics = AnomalyMetrics()
    metrics.update(mask, score)
    best = metrics.best_f1()
    scores = {}
    for threshold in np.unique(score[mask == 1]):
        flagged = score >= threshold
        hits = np.sum(flagged & (mask == 1))
        total = np.sum(flagged & (mask != 255)) + np.sum(mask == 1)
        scores[float(threshold)] = 2 * hits / total
    assert best.f1 == max(scores.values())
    assert scores[best.threshold] == best.f1


def test_ties_of_billions_of_pixels_do_not_overflow(monkeypatch):
    # 2^33 anomalous and 2^33 other pixels of one score: 2^67 pairs counted twice.
    count = 2**33
    one = np.array([count])
    tie = levels.Levels(np.zeros(1, np.float32), one, one, np.array([0]), one)
    monkeypatch.setattr(ranking, "descending_levels", lambda *_: [tie])
    pixels = types.SimpleNamespace(total=count)
    found = ranking.rank(pixels, pixels)
    assert (found.average_precision, found.fpr95, found.auroc) == (0.5, 1, 0.5)


def test_metrics_import_numpy_alone():
    code = (
        "import sys, fs_tf.metrics; "
        "sys.exit(bool({'tensorflow', 'keras', 'cv2', 'scipy', 'sklearn'} & "
        "set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
