"""Losses against slow loops, TensorFlow Probability and their laws."""

import functools
import math

import numpy as np
import pytest
import scipy.special
import scipy.stats
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from fs_tf import losses

LOSSES = (
    losses.masked_cross_entropy,
    losses.max_entropy,
    losses.void_class,
    losses.dirichlet_prior,
)
PADDING = 254


@pytest.fixture
def labels() -> np.ndarray:
    """uint8 [2, 6, 5] of three classes, void and padding."""
    rng = np.random.default_rng(0)
    return rng.choice([0, 1, 2, 255, PADDING], (2, 6, 5)).astype(np.uint8)


def random_logits(classes, seed=1):
    rng = np.random.default_rng(seed)
    return tf.constant(3 * rng.standard_normal((2, 6, 5, classes)), tf.float32)


def value_and_gradient(loss, labels, logits):
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = loss(labels, logits)
    return value.numpy(), tape.gradient(value, logits).numpy()


def test_masked_cross_entropy_is_the_mean_over_train_pixels(labels):
    logits = random_logits(3)
    log_p = scipy.special.log_softmax(logits.numpy(), axis=-1)
    expected = [-log_p[i][labels[i]] for i in np.ndindex(2, 6, 5) if labels[i] < 3]
    np.testing.assert_allclose(
        losses.masked_cross_entropy(labels, logits), np.mean(expected), rtol=1e-5
    )


def outputs_of(loss):
    return 4 if loss is losses.void_class else 3


@pytest.mark.parametrize("loss", LOSSES)
def test_equal_class_weights_change_nothing(loss, labels):
    logits = random_logits(outputs_of(loss))
    np.testing.assert_allclose(
        loss(labels, logits, tf.ones([3])), loss(labels, logits), rtol=1e-6
    )


@pytest.mark.parametrize("loss", LOSSES)
def test_class_weights_weigh_the_cross_entropy_of_train_pixels(loss, labels):
    weights = np.array([0.5, 1.0, 4.0], np.float32)
    logits = random_logits(outputs_of(loss))
    log_p = scipy.special.log_softmax(logits.numpy(), axis=-1)
    used = [
        (labels[i], -log_p[i][labels[i]]) for i in np.ndindex(2, 6, 5) if labels[i] < 3
    ]
    if loss is losses.void_class:
        void = [-log_p[i][3] for i in np.ndindex(2, 6, 5) if labels[i] == 255]
        total = sum(weights[c] for c, _ in used) + len(void)
        expected = (sum(weights[c] * x for c, x in used) + sum(void)) / total
    else:
        mean = sum(weights[c] * x for c, x in used) / sum(weights[c] for c, _ in used)
        rest = loss(labels, logits) - losses.masked_cross_entropy(labels, logits)
        expected = mean + rest
    found = loss(labels, logits, tf.constant(weights))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_max_entropy_adds_the_missing_entropy_of_void_pixels(labels):
    logits = random_logits(3)
    p = scipy.special.softmax(logits.numpy(), axis=-1)
    missing = math.log(3) - scipy.stats.entropy(p, axis=-1)[labels == 255].mean()
    expected = losses.masked_cross_entropy(labels, logits) + 0.5 * missing
    np.testing.assert_allclose(
        losses.max_entropy(labels, logits, void_weight=0.5), expected, rtol=1e-5
    )


def test_max_entropy_is_zero_where_void_is_uniform():
    labels = tf.fill([1, 2, 2], 255)
    np.testing.assert_allclose(
        losses.max_entropy(labels, tf.ones([1, 2, 2, 19])), 0, atol=1e-6
    )


def test_void_class_is_cross_entropy_with_one_more_class(labels):
    logits = random_logits(4)
    relabelled = np.where(labels == 255, 3, labels)
    np.testing.assert_allclose(
        losses.void_class(labels, logits),
        losses.masked_cross_entropy(relabelled, logits),
        rtol=1e-6,
    )


def test_void_class_label_is_no_train_class():
    # Label 3 is the index of the void output, but no train id.
    labels = tf.fill([1, 2, 2], 3)
    value, gradient = value_and_gradient(
        losses.void_class, labels, tf.ones([1, 2, 2, 4])
    )
    assert value == 0 and not gradient.any()


@pytest.mark.parametrize("loss", LOSSES)
def test_no_pixel_gives_zero_and_no_gradient(loss):
    labels = tf.fill([2, 6, 5], PADDING)
    value, gradient = value_and_gradient(loss, labels, random_logits(4))
    assert value == 0 and not gradient.any()


@pytest.mark.parametrize("loss", LOSSES)
def test_padding_gets_no_gradient_and_the_rest_does(loss, labels):
    value, gradient = value_and_gradient(loss, labels, random_logits(4))
    uses_void = loss is not losses.masked_cross_entropy
    used = (labels < 3) | (uses_void & (labels == 255))
    assert value > 0
    np.testing.assert_array_equal(gradient.any(axis=-1), used)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("scale", [0.0, 1e3, 1e6])
def test_gradients_are_finite(loss, scale, labels):
    value, gradient = value_and_gradient(loss, labels, scale * random_logits(4))
    assert np.isfinite(value) and np.isfinite(gradient).all()


@pytest.mark.parametrize("loss", LOSSES)
def test_bad_labels(loss):
    with pytest.raises(ValueError, match="must hold integers; got float32"):
        loss(tf.zeros([1, 2, 2]), tf.zeros([1, 2, 2, 4]))
    with pytest.raises(ValueError, match="must have the shape of `logits` without"):
        loss(tf.zeros([1, 2, 3], tf.uint8), tf.zeros([1, 2, 2, 4]))
    with pytest.raises(ValueError, match="two or more classes"):
        loss(tf.zeros([1, 2, 2], tf.uint8), tf.zeros([1, 2, 2, 1]))


def random_concentrations(seed):
    return np.random.default_rng(seed).uniform(0.5, 30, (5, 4)).astype(np.float32)


def test_dirichlet_divergence_agrees_with_tensorflow_probability():
    target, model = random_concentrations(0), random_concentrations(1)
    expected = tfd.kl_divergence(tfd.Dirichlet(target), tfd.Dirichlet(model))
    np.testing.assert_allclose(
        losses.dirichlet_divergence(target, np.log(model)), expected, rtol=1e-4
    )


def test_dirichlet_divergence_agrees_with_monte_carlo():
    target, model = random_concentrations(2), random_concentrations(3)
    samples = tfd.Dirichlet(target).sample(20_000, seed=4)
    log_ratio = tfd.Dirichlet(target).log_prob(samples) - tfd.Dirichlet(model).log_prob(
        samples
    )
    error = np.std(log_ratio, axis=0) / math.sqrt(20_000)
    distance = losses.dirichlet_divergence(target, np.log(model)) - np.mean(
        log_ratio, axis=0
    )
    assert (np.abs(distance) < 5 * error).all()


def test_dirichlet_divergence_to_itself_is_zero():
    target = random_concentrations(5)
    np.testing.assert_allclose(
        losses.dirichlet_divergence(target, np.log(target)), 0, atol=1e-4
    )


def test_dirichlet_prior_of_one_pixel_each():
    # Targets: 60 x (0.9, 0.05, 0.05) on class 0; (1, 1, 1) on void.
    labels = tf.constant([[[0, 255]]])
    logits = tf.constant([[[[1.0, 0.5, 0.0], [2.0, 0.0, 1.0]]]])
    model = tfd.Dirichlet(tf.exp(logits[0, 0]))
    target = tfd.Dirichlet([[54.0, 3.0, 3.0], [1.0, 1.0, 1.0]])
    divergence = tf.reduce_sum(tfd.kl_divergence(target, model))
    cross_entropy = losses.masked_cross_entropy(labels, logits)
    np.testing.assert_allclose(
        losses.dirichlet_prior(
            labels, logits, concentration=60, smoothing=0.1, divergence_weight=2.0
        ),
        cross_entropy + 2 * divergence,
        rtol=1e-4,
    )


def test_dirichlet_prior_is_least_at_its_targets():
    labels = tf.constant([[[0, 255]]])
    loss = functools.partial(
        losses.dirichlet_prior, labels, concentration=100.0, smoothing=0.3
    )
    best = tf.constant([[[[math.log(70), math.log(15), math.log(15)], [0, 0, 0]]]])
    rng = np.random.default_rng(0)
    cross_entropy = losses.masked_cross_entropy(labels, best)
    np.testing.assert_allclose(loss(best), cross_entropy, atol=1e-5)
    for step in rng.normal(0, 0.5, (20, *best.shape)):
        moved = best + step
        divergence = loss(moved) - losses.masked_cross_entropy(labels, moved)
        assert divergence > 1e-4


def test_dirichlet_prior_pulls_back_what_the_clip_cut_off():
    labels = tf.fill([1, 1, 1], 255)
    logits = tf.fill([1, 1, 1, 3], 50.0)
    _, gradient = value_and_gradient(losses.dirichlet_prior, labels, logits)
    assert (gradient > 0).all()


@pytest.mark.parametrize(
    "config", [{"concentration": 0.0}, {"smoothing": 1.0}, {"limit": -1.0}]
)
def test_dirichlet_prior_config(config):
    with pytest.raises(ValueError, match="`concentration` and `limit` must be above 0"):
        losses.dirichlet_prior(
            tf.zeros([1, 1, 1], tf.uint8), tf.zeros([1, 1, 1, 3]), **config
        )
