"""Aggregation of the layers' likelihoods."""

import numpy as np
import pytest
import tensorflow as tf
from sklearn import linear_model, metrics, preprocessing

from fs_tf.density import aggregation


def test_minimum_needs_every_layer_to_be_surprised():
    nlls = tf.constant([[[[5.0, -1.0], [5.0, 4.0]]]])
    np.testing.assert_array_equal(aggregation.minimum(nlls), [[[-1.0, 4.0]]])


@pytest.fixture
def pixels():
    """Two layers; anomalies, one in ten, are unlikely in the second one only."""
    rng = np.random.default_rng(0)
    is_anomaly = rng.random(2000) < 0.1
    nlls = rng.normal(0, [50, 2], (2000, 2)) + [0, -3]
    nlls[is_anomaly, 1] += 6
    return nlls.astype(np.float32), is_anomaly


def test_logistic_regression_is_that_of_scikit_learn(pixels):
    nlls, is_anomaly = pixels
    scaled = preprocessing.StandardScaler().fit_transform(nlls.astype(np.float64))
    theirs = linear_model.LogisticRegression(class_weight="balanced")
    theirs.fit(scaled, is_anomaly)
    ours = aggregation.fit_logistic_regression(nlls, is_anomaly)
    log_odds = ours(nlls.reshape(2, 100, 10, 2))
    assert log_odds.shape == (2, 100, 10)
    np.testing.assert_allclose(
        np.reshape(log_odds, -1), theirs.decision_function(scaled), atol=1e-3
    )


def test_logistic_regression_finds_the_layer_that_knows(pixels):
    nlls, is_anomaly = pixels
    score = aggregation.fit_logistic_regression(nlls, is_anomaly)(nlls)
    assert metrics.roc_auc_score(is_anomaly, score) > 0.95
    assert metrics.roc_auc_score(is_anomaly, nlls.min(axis=1)) < 0.8


def test_logistic_regression_exports(pixels, tmp_path):
    module = tf.Module()
    module.regression = aggregation.fit_logistic_regression(*pixels)
    module.score = tf.function(
        module.regression, input_signature=[tf.TensorSpec([None, None, None, 2])]
    )
    tf.saved_model.save(module, str(tmp_path))
    nlls = pixels[0].reshape(1, 50, 40, 2)
    loaded = tf.saved_model.load(str(tmp_path))
    np.testing.assert_allclose(loaded.score(nlls), module.regression(nlls), atol=1e-4)


@pytest.mark.parametrize("value", [False, True])
def test_logistic_regression_needs_both_kinds(value, pixels):
    with pytest.raises(ValueError, match="with and without anomaly; got"):
        aggregation.fit_logistic_regression(pixels[0], np.full(2000, value))


def test_logistic_regression_needs_finite_nlls(pixels):
    nlls, is_anomaly = pixels
    nlls[3, 1] = np.inf
    with pytest.raises(ValueError, match="must be finite"):
        aggregation.fit_logistic_regression(nlls, is_anomaly)
