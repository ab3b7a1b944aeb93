"""Bootstrap intervals over images, against a slow bootstrap of the pixels."""

import math

import numpy as np
import pytest

from fs_tf.metrics import (
    AnomalyMetrics,
    SegmentationMetrics,
    Summary,
    intervals,
    paired_differences,
    segmentation_intervals,
)
from fs_tf.metrics import summary as summaries


def dataset(seed, count=24, shift=1.0, noise=0.0):
    rng = np.random.default_rng(seed)
    mask = np.zeros((count, 30, 40), np.uint8)
    mask[: count - 2, 5:12, 8:20] = 1
    mask[:, :, :3] = 255
    difficulty = rng.random((count, 1, 1)) * 2
    score = rng.standard_normal(mask.shape) + (mask == 1) * (shift + difficulty)
    score += noise * np.random.default_rng(99).standard_normal(mask.shape)
    return mask, score.astype(np.float32)


def summary(mask, score, order=None, names=True):
    metrics = AnomalyMetrics()
    for index in range(len(mask)) if order is None else order:
        name = f"image {index:02d}" if names else None
        metrics.update(mask[index], score[index], image_id=name)
    return metrics.summary()


def slow_replicates(mask, score, resamples, seed):
    rng = np.random.default_rng(seed)
    found = []
    for draw in rng.multinomial(
        len(mask), np.full(len(mask), 1 / len(mask)), resamples
    ):
        chosen = np.repeat(np.arange(len(mask)), draw)
        metrics = AnomalyMetrics()
        metrics.update(mask[chosen], score[chosen])
        found.append([metrics.result()[name] for name in ("AP", "FPR95", "AUROC")])
    return np.array(found)


def test_intervals_match_a_bootstrap_of_all_pixels():
    mask, score = dataset(0)
    found = intervals(summary(mask, score), resamples=60, seed=5)
    replicates = slow_replicates(mask, score, 60, 5)
    for column, name in enumerate(("AP", "FPR95", "AUROC")):
        low, high = np.quantile(replicates[:, column], [0.025, 0.975])
        np.testing.assert_allclose(found[name].low, low, atol=1e-3, err_msg=name)
        np.testing.assert_allclose(found[name].high, high, atol=1e-3, err_msg=name)
        assert found[name].low < found[name].value < found[name].high


def test_the_value_is_the_exact_one():
    mask, score = dataset(1)
    metrics = AnomalyMetrics()
    metrics.update(mask, score)
    found = intervals(metrics.summary(), resamples=10)
    for name in ("AP", "FPR95", "AUROC"):
        assert found[name].value == metrics.result()[name]


def test_a_coarse_summary_is_moved_to_the_exact_value(monkeypatch):
    mask, score = dataset(1)
    fine = intervals(summary(mask, score), 100)["AP"]
    monkeypatch.setattr(summaries, "LEVELS", 6)
    coarse = summary(mask, score)
    low, high = coarse.average_precision_bounds()
    assert high - low > 0.05
    found = intervals(coarse, 100)["AP"]
    np.testing.assert_allclose(
        (found.low, found.high), (fine.low, fine.high), atol=0.01
    )


def test_bounds_hold_the_exact_value(monkeypatch):
    mask, score = dataset(2)
    for levels in (3, 20, 1024):
        monkeypatch.setattr(summaries, "LEVELS", levels)
        found = summary(mask, score)
        low, high = found.average_precision_bounds()
        assert low <= found.exact["AP"] <= high
        # The bound is as tight as the steps in recall.
        assert high - low < 4 / levels


def test_seeded_and_independent_of_the_order_of_images():
    mask, score = dataset(3)
    for names in (True, False):
        first = summary(mask, score, names=names)
        second = summary(mask, score, order=reversed(range(len(mask))), names=names)
        assert intervals(first, 50, seed=1) == intervals(second, 50, seed=1)
    assert intervals(first, 50, seed=1) != intervals(first, 50, seed=2)


def test_pairing_finds_a_difference_that_single_intervals_hide():
    mask, score = dataset(4)
    better, worse = summary(mask, score), summary(*dataset(4, noise=0.4))
    difference = paired_differences(better, worse, 300)["AP"]
    assert difference.value == better.exact["AP"] - worse.exact["AP"]
    assert 0 < difference.low < difference.value < difference.high
    singles = intervals(better, 300)["AP"], intervals(worse, 300)["AP"]
    assert singles[0].low < singles[1].high
    itself = paired_differences(better, better, 50)["AP"]
    assert (itself.value, itself.low, itself.high) == (0, 0, 0)


def test_pairing_needs_the_same_named_images():
    mask, score = dataset(5)
    good = summary(mask, score)
    with pytest.raises(ValueError, match="different image id for every image"):
        paired_differences(good, summary(mask, score, names=False))
    with pytest.raises(
        ValueError, match="only one of the two summaries has 'image 23'"
    ):
        paired_differences(good, summary(mask[:23], score[:23]))
    other = mask.copy()
    other[4, 20, 20] = 1
    with pytest.raises(ValueError, match="same masks.* in image 'image 04'"):
        paired_differences(good, summary(other, score))


def test_without_positives_intervals_are_undefined():
    mask, score = dataset(6)
    found = intervals(summary(np.zeros_like(mask), score), resamples=10)
    for interval in found.values():
        assert math.isnan(interval.low) and math.isnan(interval.value)


def test_bad_arguments():
    good = summary(*dataset(7))
    with pytest.raises(ValueError, match="`resamples` must be at least 1; got 0"):
        intervals(good, resamples=0)
    with pytest.raises(ValueError, match="`confidence` must be between 0 and 1; got 1"):
        paired_differences(good, good, confidence=1)


def test_a_summary_is_compact_and_comes_back_to_the_bit(tmp_path):
    mask, score = dataset(8)
    saved = summary(mask, score)
    saved.save(tmp_path / "summary")
    assert (tmp_path / "summary").stat().st_size < 20_000 * len(mask)
    loaded = Summary.load(tmp_path / "summary")
    assert intervals(loaded, 20) == intervals(saved, 20)
    assert loaded.image_ids == saved.image_ids


def segmented(seed, count=12):
    """Targets and predictions of images that differ in difficulty and classes."""
    rng = np.random.default_rng(seed)
    target = rng.integers(0, 6, (count, 20, 30)).astype(np.uint8)
    target[: count // 2][target[: count // 2] == 5] = 4  # class 5 in one half only
    wrong = rng.random(target.shape) < rng.random((count, 1, 1))
    prediction = np.where(wrong, rng.integers(0, 6, target.shape), target)
    target[:, :, :2] = 255
    return target, prediction


def segmentation_metrics(target, prediction, order=None):
    metrics = SegmentationMetrics()
    for index in range(len(target)) if order is None else order:
        metrics.update(target[index], prediction[index], image_id=f"image {index}")
    return metrics


def test_segmentation_intervals_match_a_bootstrap_of_all_pixels():
    target, prediction = segmented(0)
    metrics = segmentation_metrics(target, prediction)
    found = segmentation_intervals(metrics, resamples=200, seed=3)["mIoU"]
    # Images are drawn in the order of their names, where 10 stands before 2.
    order = sorted(range(len(target)), key=lambda index: f"image {index}")
    rng = np.random.default_rng(3)
    replicates = []
    draws = [rng.multinomial(12, np.full(12, 1 / 12), size) for size in (128, 72)]
    for draw in np.concatenate(draws):
        chosen = np.repeat(order, draw)
        drawn = SegmentationMetrics()
        drawn.update(target[chosen], prediction[chosen])
        replicates.append(drawn.result()["mIoU"])
    low, high = np.quantile(replicates, [0.025, 0.975])
    np.testing.assert_allclose((found.low, found.high), (low, high), rtol=1e-12)
    assert found.value == metrics.result()["mIoU"]
    assert found.low < found.value < found.high


def test_segmentation_intervals_do_not_depend_on_the_order_of_images(tmp_path):
    target, prediction = segmented(1)
    first = segmentation_metrics(target, prediction)
    second = segmentation_metrics(target, prediction, reversed(range(len(target))))
    assert segmentation_intervals(first, 50) == segmentation_intervals(second, 50)
    first.save(tmp_path / "state")
    loaded = SegmentationMetrics.load(tmp_path / "state")
    assert segmentation_intervals(first, 50) == segmentation_intervals(loaded, 50)


def test_segmentation_intervals_need_images_and_good_arguments():
    with pytest.raises(ValueError, match="at least one image; got none"):
        segmentation_intervals(SegmentationMetrics())
    some = segmentation_metrics(*segmented(2))
    with pytest.raises(ValueError, match="`resamples` must be at least 1; got 0"):
        segmentation_intervals(some, resamples=0)
    void = SegmentationMetrics()
    void.update(np.full((2, 2), 255, np.uint8), np.zeros((2, 2), np.int32))
    assert math.isnan(segmentation_intervals(void, 5)["mIoU"].low)
