"""SegmentationMetrics counts pixels exactly and says what it does not know."""

import math

import numpy as np
import pytest

from fs_tf import labels
from fs_tf.metrics import SegmentationMetrics


def test_small_example():
    metrics = SegmentationMetrics()
    metrics.update(np.array([[0, 0, 1, 255]]), np.array([[0, 1, 1, 5]]))
    # road: 1 hit of 2 targets, no false positive: 1/2. sidewalk: 1 hit, 1 false: 1/2.
    iou = metrics.iou()
    assert iou["road"] == 0.5 and iou["sidewalk"] == 0.5
    # Class 5 was predicted at an ignored pixel only: it never occurs.
    assert math.isnan(iou["pole"])
    result = metrics.result()
    assert result["mIoU"] == 0.5 and result["pixels"] == 3 and result["images"] == 1


def test_matches_an_obvious_loop_in_any_grouping():
    rng = np.random.default_rng(0)
    target = rng.choice([*range(19), 255], (5, 8, 9)).astype(np.uint8)
    prediction = rng.integers(0, 20, target.shape).astype(np.int32)
    one, first, second = (SegmentationMetrics() for _ in range(3))
    one.update(target, prediction)
    for index in range(5):
        (first if index % 2 else second).update(target[index], prediction[index])
    first.merge(second)
    assert first.result() == one.result()
    expected = []
    for index in range(19):
        kept = target != 255
        hit = np.sum((target == index) & (prediction == index))
        either = np.sum(((target == index) | (prediction == index)) & kept)
        expected.append(hit / either)
    np.testing.assert_allclose(list(one.iou().values()), expected, rtol=1e-15)
    np.testing.assert_allclose(one.result()["mIoU"], np.mean(expected), rtol=1e-14)


def test_a_class_only_predicted_has_iou_zero_and_counts():
    metrics = SegmentationMetrics()
    metrics.update(np.zeros((1, 4), np.uint8), np.array([[0, 0, 0, 13]]))
    assert metrics.iou()["car"] == 0
    assert metrics.result()["mIoU"] == (0.75 + 0) / 2


def test_no_class_misses_without_a_false_positive():
    metrics = SegmentationMetrics()
    metrics.update(np.zeros((1, 4), np.uint8), np.array([[0, 0, 19, 255]]))
    assert metrics.result()["mIoU"] == 0.5
    assert metrics.matrix[0, labels.NUM_CLASSES] == 2


@pytest.mark.parametrize("target, prediction, message", [
    ([[19]], [[0]], r"`target` must hold only train ids 0..18 or 255; got 19 in image"),
    ([[0]], [[20]], r"`prediction` must hold only train ids .*got 20 in image 'a'"),
    ([[0]], [[-1]], r"`prediction` must hold only train ids .*got -1 in image 'a'"),
    ([[0]], [[0.0]], r"`prediction` must be of an integer type; got float64 in image"),
    ([[0]], [[0, 0]], r"`prediction` must have the shape of `target`"),
])  # fmt: skip
def test_bad_input_names_quantity_rule_value_and_image(target, prediction, message):
    metrics = SegmentationMetrics()
    with pytest.raises(ValueError, match=message):
        metrics.update(np.array(target), np.array(prediction), image_id="a")
    with pytest.raises(ValueError, match="at least one image; got none"):
        metrics.result()
