"""The curves are exact points of scikit-learn's curves."""

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve, roc_curve

from fs_tf.metrics import AnomalyMetrics


@pytest.mark.parametrize("num_points", [2, 7, 100, 10_000])
def test_points_lie_on_the_exact_curves(images, num_points, intervals):
    mask, score = images
    metrics = AnomalyMetrics()
    metrics.update(mask, score)
    curves = metrics.curves(num_points)
    target, kept = mask[mask != 255], score[mask != 255]
    precision, recall, at = precision_recall_curve(target, kept)
    exact = {t: (r, p) for t, r, p in zip(at.tolist(), recall, precision, strict=False)}
    for threshold, recall, precision in zip(
        curves["threshold"].tolist(), curves["recall"], curves["precision"], strict=True
    ):
        np.testing.assert_allclose(exact[threshold], (recall, precision), rtol=1e-14)
    fpr, tpr, at = roc_curve(target, kept, drop_intermediate=False)
    exact = {t: (f, p) for t, f, p in zip(at.tolist(), fpr, tpr, strict=True)}
    for threshold, fpr, tpr in zip(
        curves["threshold"].tolist(),
        curves["false_positive_rate"],
        curves["true_positive_rate"],
        strict=True,
    ):
        np.testing.assert_allclose(exact[threshold], (fpr, tpr), rtol=1e-14)


def test_number_and_spacing_of_points(images):
    mask, score = images
    metrics = AnomalyMetrics()
    metrics.update(mask, score)
    distinct = np.unique(score[mask == 1])[::-1]
    np.testing.assert_array_equal(metrics.curves(10_000)["threshold"], distinct)
    curves = metrics.curves(50)
    assert 25 < len(curves["threshold"]) <= 50
    assert curves["threshold"][0] == distinct[0]
    assert curves["recall"][-1] == 1
    # No tie of these scores spans more than 2 % of the anomalous pixels.
    assert np.diff(curves["recall"]).max() < 1 / 49 + 0.02
    assert (np.diff(curves["threshold"]) < 0).all()


def test_curves_are_bit_equal_in_any_order_and_grouping(images, intervals):
    mask, score = images
    whole, merged = AnomalyMetrics(), AnomalyMetrics()
    whole.update(mask, score)
    for index in reversed(range(len(mask))):
        part = AnomalyMetrics()
        part.update(mask[index], score[index])
        merged.merge(part)
    for name, values in whole.curves(40).items():
        assert values.tobytes() == merged.curves(40)[name].tobytes()


def test_thresholds_have_no_negative_zero():
    metrics = AnomalyMetrics()
    metrics.update(np.array([[1, 1, 0]]), np.array([[-0.0, 0.0, -0.0]]))
    curves = metrics.curves()
    assert curves["threshold"].tobytes() == np.zeros(1, np.float32).tobytes()
    assert curves["false_positive_rate"].tolist() == [1.0]


def test_too_few_points():
    with pytest.raises(ValueError, match="`num_points` must be at least 2; got 1"):
        AnomalyMetrics().curves(1)
