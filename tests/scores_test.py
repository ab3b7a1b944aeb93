"""Scores against float64 formulas and their laws."""

import math

import numpy as np
import pytest
import scipy.special
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from fs_tf import errors, scores


@pytest.fixture
def logits() -> np.ndarray:
    """float32 [1, 20, 30, 19], from uncertain to very confident pixels."""
    rng = np.random.default_rng(0)
    scale = rng.uniform(0, 40, (1, 20, 30, 1))
    return (scale * rng.standard_normal((1, 20, 30, 19))).astype(np.float32)


def softmax64(logits):
    return scipy.special.softmax(logits.astype(np.float64), axis=-1)


def entropy64(logits):
    log_p = np.sort(scipy.special.log_softmax(logits.astype(np.float64), axis=-1))
    p = np.exp(log_p[..., :-1])
    rest = p.sum(axis=-1)
    # Even float64 loses the log of the largest p; the others know it.
    return -(p * log_p[..., :-1]).sum(axis=-1) - (1 - rest) * np.log1p(-rest)


def test_max_probability_is_the_log_of_the_other_classes(logits):
    p = np.sort(softmax64(logits), axis=-1)[..., :-1].sum(axis=-1)
    np.testing.assert_allclose(scores.max_probability(logits), np.log(p), rtol=1e-5)


def test_max_probability_does_not_tie_confident_pixels():
    gaps = np.linspace(18, 300, 1000)
    logits = np.stack([gaps, np.zeros(1000)], axis=-1).astype(np.float32)
    naive = 1 - tf.reduce_max(tf.nn.softmax(logits), axis=-1)
    assert len(np.unique(naive)) == 1
    assert (np.diff(scores.max_probability(logits)) < 0).all()


def test_max_probability_of_equal_logits():
    # Two of two: p = 1/2. The excluded class is one of the two, not both.
    score = scores.max_probability(tf.constant([[3.0, 3.0]]))
    np.testing.assert_allclose(score, [math.log(0.5)])


def test_max_probability_is_finite_for_huge_logits():
    logits = tf.constant([[1e30, -1e30, 0.0], [0.0, 1e4, -1e4]])
    assert np.isfinite(scores.max_probability(logits)).all()


@pytest.mark.parametrize("score", [scores.max_probability, scores.void_probability])
def test_one_class_is_refused(score):
    with pytest.raises(ValueError, match="at least 2 classes") as caught:
        score(tf.zeros([1, 4, 4, 1]))
    assert not isinstance(caught.value, errors.UserError)  # no user can cause it


def test_entropy_of_logits_is_accurate_for_confident_pixels(logits):
    # rtol holds down to entropies of 1e-30, where 1 - p is zero in float32.
    expected = entropy64(logits)
    assert expected.min() < 1e-12
    np.testing.assert_allclose(
        scores.entropy_of_logits(logits), expected, rtol=2e-5, atol=1e-30
    )


def test_entropy_of_probabilities_agrees_with_that_of_logits(logits):
    np.testing.assert_allclose(
        scores.entropy(tf.nn.softmax(logits)),
        scores.entropy_of_logits(logits),
        rtol=1e-4,
        atol=1e-30,
    )


def test_entropy_bounds():
    uniform, certain = np.full(19, 1 / 19), np.eye(19)[3]
    entropy = scores.entropy(np.stack([uniform, certain]).astype(np.float32))
    np.testing.assert_allclose(entropy, [math.log(19), 0], rtol=1e-6)


SCORES_OF_LOGITS = (
    scores.max_probability,
    scores.entropy_of_logits,
    lambda logits: scores.entropy(tf.nn.softmax(logits)),
    scores.dirichlet_entropy,
    scores.void_probability,
)


@pytest.mark.parametrize("score", SCORES_OF_LOGITS)
@pytest.mark.parametrize(
    "row", [[0.0, 0.0, 0.0], [100.0, -100.0, 0.0], [1e4, 1e4, -1e4]]
)
def test_gradients_are_finite(score, row):
    logits = tf.constant([row])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = score(logits)
    assert np.isfinite(value).all()
    assert np.isfinite(tape.gradient(value, logits)).all()


@pytest.mark.parametrize("score", SCORES_OF_LOGITS)
def test_gradients_agree_with_differences(score):
    logits = tf.constant([[0.3, -1.2, 2.0, 0.7]])
    theirs, numeric = tf.test.compute_gradient(score, [logits], delta=1e-2)
    np.testing.assert_allclose(theirs[0], numeric[0], atol=2e-3)


def test_mutual_information_lies_below_predictive_entropy(logits):
    rng = np.random.default_rng(1)
    samples = logits + rng.standard_normal((6, *logits.shape)).astype(np.float32)
    probabilities = tf.nn.softmax(samples)
    information = scores.mutual_information(probabilities).numpy()
    predictive = scores.predictive_entropy(probabilities).numpy()
    p = softmax64(samples)
    expected = np.mean(np.sum(p * np.log(p / p.mean(axis=0)), axis=-1), axis=0)
    assert information.shape == (1, 20, 30)
    assert (information >= 0).all()
    assert (information <= predictive).all()
    assert (predictive <= math.log(19) + 1e-6).all()
    np.testing.assert_allclose(information, expected, rtol=1e-3, atol=1e-6)


def test_mutual_information_of_opposed_samples_is_log_two():
    samples = np.eye(2, dtype=np.float32)[:, None, None, None, :]
    np.testing.assert_allclose(
        scores.mutual_information(samples), [[[math.log(2)]]], rtol=1e-6
    )


def test_mutual_information_of_equal_samples_is_zero(logits):
    samples = tf.nn.softmax(np.stack([logits] * 5))
    np.testing.assert_allclose(scores.mutual_information(samples), 0, atol=1e-6)


def test_information_gain_of_running_means_is_mutual_information(logits):
    rng = np.random.default_rng(4)
    samples = logits + rng.standard_normal((5, *logits.shape)).astype(np.float32)
    mean, mean_entropy = 0.0, 0.0
    for sample in samples:
        mean += tf.nn.softmax(sample) / 5
        mean_entropy += scores.entropy_of_logits(sample) / 5
    np.testing.assert_allclose(
        scores.information_gain(mean, mean_entropy),
        scores.mutual_information(tf.nn.softmax(samples)),
        atol=1e-6,
    )


def test_information_gain_is_never_negative():
    # The mean (3/4, 1/4) of the certain samples (1, 0), (1, 0), (1, 0), (0, 1) has
    # entropy log 4 - 3/4 log 3 = 0.5623; rounding that ends below zero becomes zero.
    mean = tf.constant([[0.75, 0.25]])
    entropy = math.log(4) - 0.75 * math.log(3)
    np.testing.assert_allclose(
        scores.information_gain(mean, tf.zeros([1])), [entropy], rtol=1e-6
    )
    np.testing.assert_array_equal(
        scores.information_gain(mean, tf.constant([entropy + 1e-6])), [0.0]
    )


def test_dirichlet_entropy_agrees_with_tensorflow_probability():
    rng = np.random.default_rng(2)
    log_concentrations = rng.uniform(-3, 8, (50, 19))
    expected = tfd.Dirichlet(np.exp(log_concentrations)).entropy()
    np.testing.assert_allclose(
        scores.dirichlet_entropy(log_concentrations.astype(np.float32)),
        expected,
        rtol=1e-5,
        atol=1e-4,
    )


def test_dirichlet_entropy_keeps_its_precision_at_large_concentrations():
    # Scaling a by 1.1 shrinks the entropy by (C - 1) / 2 x log 1.1 = 0.858.
    log_concentrations = tf.fill([1, 19], 16.0)
    smaller = scores.dirichlet_entropy(log_concentrations + math.log(1.1))
    larger = scores.dirichlet_entropy(log_concentrations)
    np.testing.assert_allclose(larger - smaller, 9 * math.log(1.1), rtol=1e-3)


def test_dirichlet_entropy_is_highest_when_uniform():
    uniform = scores.dirichlet_entropy(tf.zeros([1, 19]))
    np.testing.assert_allclose(uniform, -math.lgamma(19), rtol=1e-6)
    others = np.random.default_rng(3).normal(0, 2, (100, 19)).astype(np.float32)
    assert (scores.dirichlet_entropy(others).numpy() < uniform.numpy()).all()


def test_void_probability_ranks_as_the_probability(logits):
    p = softmax64(logits)
    expected = np.log(p[..., -1]) - np.log(p[..., :-1].sum(axis=-1))
    np.testing.assert_allclose(
        scores.void_probability(logits), expected, rtol=1e-5, atol=1e-4
    )


def test_void_probability_does_not_tie_certain_pixels():
    certain = np.zeros((200, 20), np.float32)
    certain[:, -1] = np.linspace(-150, 150, 200)
    assert (np.diff(scores.void_probability(certain)) > 0).all()
