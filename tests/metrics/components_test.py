"""Component metrics equal a slow reading of the SegmentMeIfYouCan definitions."""

import math

import cv2
import numpy as np
import pytest

from fs_tf.metrics import AnomalyMetrics, ComponentMetrics
from fs_tf.metrics.segments import compare_segments


def flood(is_member):
    """Sets of pixels of the 8-connected components, by an obvious search."""
    left = set(zip(*np.nonzero(is_member), strict=True))
    while left:
        component, border = set(), {min(left)}
        while border:
            row, column = border.pop()
            component.add((row, column))
            near = {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)}
            border |= (near & left) - component
        left -= component
        yield component


def slow_segments(mask, is_flagged, min_true, min_predicted):
    true = list(flood(mask == 1))
    void = set(zip(*np.nonzero(mask == 255), strict=True))
    for component in true:
        if len(component) < min_true:
            void |= component
    true = [component for component in true if len(component) >= min_true]
    predicted = [
        component - void
        for component in flood(is_flagged & (mask != 255))
        if len(component) >= min_predicted
    ]
    predicted = [component for component in predicted if component]
    siou = []
    for component in true:
        union = set().union(*(found for found in predicted if found & component))
        others = set().union(*true) - component
        siou.append(
            len(component & union) / (len(component | union) - len(union & others))
        )
    ppv = [len(found & set().union(*true)) / len(found) for found in predicted]
    return sorted(siou), sorted(ppv)


def blobs(rng, shape, count):
    image = np.zeros(shape, np.uint8)
    for _ in range(count):
        center = (int(rng.integers(shape[1])), int(rng.integers(shape[0])))
        cv2.circle(image, center, int(rng.integers(0, 5)), 1, -1)
    return image


def case(seed):
    rng = np.random.default_rng(seed)
    mask = blobs(rng, (30, 40), rng.integers(0, 9))
    is_flagged = blobs(rng, mask.shape, rng.integers(0, 9)).astype(bool)
    is_flagged |= (mask == 1) & (rng.random(mask.shape) < rng.choice([0, 0.7, 1]))
    mask[blobs(rng, mask.shape, rng.integers(0, 4)) > 0] = 255
    return mask, is_flagged


@pytest.mark.parametrize("min_true, min_predicted", [(0, 0), (9, 6), (20, 0), (20, 20)])
@pytest.mark.parametrize("seed", range(25))
def test_segments_equal_the_slow_definition(seed, min_true, min_predicted):
    mask, is_flagged = case(seed)
    found = compare_segments(mask, is_flagged, min_true, min_predicted)
    siou, ppv = slow_segments(mask, is_flagged, min_true, min_predicted)
    np.testing.assert_allclose(sorted(found.siou), siou, rtol=1e-14)
    np.testing.assert_allclose(sorted(found.ppv), ppv, rtol=1e-14)


def test_worked_example():
    # One prediction of 6 pixels over two anomalies of 2 pixels each, and one apart:
    #   mask       1 1 0 0 1 1 0 0     first  sIoU = 2 / (6 - 2) = 0.5, second the same
    #   flagged    1 1 1 1 1 1 0 1     PPV = 4 / 6 and 0 / 1
    mask = np.array([[1, 1, 0, 0, 1, 1, 0, 0]], np.uint8)
    score = np.array([[1, 1, 1, 1, 1, 1, 0, 1]], np.float32)
    metrics = ComponentMetrics(min_true=0, min_predicted=0)
    metrics.update(mask, score)
    result = metrics.result(threshold=0.5)
    assert result["sIoU"] == 0.5
    assert result["PPV"] == (4 / 6 + 0) / 2
    # t <= 0.5 (6 of 11): TP 2, FN 0, FP 1 -> 4 / 5. t = 0.55, 0.6, 0.65: TP 0 -> 0.
    np.testing.assert_allclose(result["F1"], 6 * 0.8 / 11, rtol=1e-15)
    assert result["true_components"] == result["predicted_components"] == 2


def test_a_component_at_the_threshold_is_found_and_not_false():
    # sIoU = PPV = 2 / 4: all right for t = 0.25 ... 0.5, missed and false above.
    metrics = ComponentMetrics(min_true=0, min_predicted=0)
    metrics.update(np.array([[1, 1, 0, 0, 0]]), np.array([[1.0, 1.0, 1.0, 1.0, 0.0]]))
    assert metrics.result(threshold=1.0)["F1"] == 6 / 11


def test_the_threshold_is_that_of_best_pixel_f1(images):
    components, pixels = ComponentMetrics(4, 4), AnomalyMetrics()
    components.update(*images)
    pixels.update(*images)
    best = pixels.best_f1().threshold
    assert components.result()["threshold"] == best
    assert components.result() == components.result(best)
    assert components.result() != components.result(best + 1)


def test_any_order_and_grouping_is_bit_equal(images):
    mask, score = images
    whole, merged = ComponentMetrics(4, 4), ComponentMetrics(4, 4)
    whole.update(mask, score)
    for index in reversed(range(len(mask))):
        part = ComponentMetrics(4, 4)
        part.update(mask[index], score[index])
        merged.merge(part)
    assert merged.result() == whole.result()
    with pytest.raises(ValueError, match="must have the same minimum sizes"):
        merged.merge(ComponentMetrics())


def test_nothing_true_or_predicted_is_undefined():
    metrics = ComponentMetrics()
    metrics.update(np.zeros((4, 5), np.uint8), np.zeros((4, 5)))
    result = metrics.result()
    assert all(math.isnan(result[name]) for name in ("sIoU", "PPV", "F1"))


def test_sizes_below_zero():
    with pytest.raises(ValueError, match="`min_true` must be 0 pixels or more; got -1"):
        ComponentMetrics(min_true=-1)
