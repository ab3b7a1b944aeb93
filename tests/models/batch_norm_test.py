"""Batch norm in training, frozen, and folded away."""

import numpy as np
import pytest
import tensorflow as tf

from fs_tf import models
from fs_tf.models import convolution


@pytest.fixture
def batch():
    return np.random.default_rng(0).normal(2.0, 3.0, (2, 5, 7, 4)).astype(np.float32)


def test_training_normalizes_by_the_batch_and_moves_the_statistics(batch):
    norm = models.BatchNorm(epsilon=1e-3, momentum=0.9)
    norm(batch)
    output = norm(batch, training=True).numpy()
    mean, variance = batch.mean((0, 1, 2)), batch.var((0, 1, 2))
    expected = (batch - mean) / np.sqrt(variance + 1e-3)
    np.testing.assert_allclose(output, expected, atol=1e-5)
    # 0.9 of the initial 0 and 1; the variance is the unbiased one, over 70 values.
    np.testing.assert_allclose(norm.moving_mean, 0.1 * mean, rtol=1e-5)
    unbiased = variance * 70 / 69
    np.testing.assert_allclose(norm.moving_variance, 0.9 + 0.1 * unbiased, rtol=1e-5)


def test_inference_uses_the_moving_statistics(batch):
    norm = models.BatchNorm(epsilon=1e-3)
    norm(batch)
    statistics = ((0.5, "gamma"), (3.0, "beta"), (1.0, "moving_mean"))
    for value, name in (*statistics, (4.0, "moving_variance")):
        getattr(norm, name).assign(np.full(4, value))
    expected = (batch - 1.0) / np.sqrt(4.0 + 1e-3) * 0.5 + 3.0
    np.testing.assert_allclose(norm(batch, training=False), expected, atol=1e-5)


def test_frozen_statistics_stay_while_scale_and_offset_learn():
    segmenter = models.build("tiny", num_classes=4)
    models.freeze_batch_norm(segmenter.encoder)
    statistics = [np.array(variable) for variable in segmenter.non_trainable_variables]
    image = tf.random.stateless_uniform((2, 33, 65, 3), (1, 2), -1.0, 1.0)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(segmenter(image, training=True)["logits"] ** 2)
    gamma = segmenter.encoder.blocks[3].project.norm.gamma
    assert np.abs(tape.gradient(loss, gamma.value)).max() > 0
    moved = {
        variable.path
        for variable, before in zip(
            segmenter.non_trainable_variables, statistics, strict=True
        )
        if variable.path.endswith(("mean", "variance"))
        and not np.array_equal(variable, before)
    }
    assert moved  # those of the head
    assert not any("expanded_conv" in path for path in moved)


@pytest.fixture
def folded_into_kernels():
    """An encoder of any kernels, with the statistics that folding leaves."""
    encoder = models.build("tiny", seed=2).encoder
    for layer in convolution.convolutions(encoder):
        layer.kernel.assign(0.8 * layer.kernel)
        channels = layer.norm.beta.shape
        layer.norm.beta.assign(np.random.default_rng(0).normal(0.3, 0.3, channels))
    return encoder


@pytest.fixture
def images():
    return tf.random.stateless_uniform((3, 4, 65, 97, 3), (1, 2), -1.0, 1.0)


def test_measured_batch_norm_is_the_same_function(folded_into_kernels, images):
    before = folded_into_kernels(images[0])
    models.measure_batch_norm(folded_into_kernels, images)
    after = folded_into_kernels(images[0])
    for name in before:
        spread = np.std(before[name])
        np.testing.assert_allclose(after[name], before[name], atol=1e-4 * spread)


def test_measured_batch_norm_holds_the_moments_of_its_inputs(
    folded_into_kernels, images
):
    root = folded_into_kernels.roots[0]
    models.measure_batch_norm(folded_into_kernels, images)
    flat = tf.reshape(images, (-1, *images.shape[2:]))
    inputs = tf.nn.conv2d(flat, root.kernel, strides=2, padding="SAME").numpy()
    np.testing.assert_allclose(root.norm.moving_mean, inputs.mean((0, 1, 2)), atol=1e-5)
    np.testing.assert_allclose(
        root.norm.moving_variance, inputs.var((0, 1, 2)), rtol=1e-4
    )


def test_after_measuring_a_batch_training_sees_what_inference_sees(
    folded_into_kernels, images
):
    inference = folded_into_kernels(images[0])["encoder"].numpy()
    statistics = [np.array(v) for v in folded_into_kernels.non_trainable_variables]

    def distance():
        trained = folded_into_kernels(images[0], training=True)["encoder"]
        return np.abs(trained - inference).mean() / inference.std()

    without = distance()
    for variable, value in zip(
        folded_into_kernels.non_trainable_variables, statistics, strict=True
    ):
        variable.assign(value)  # the step moved them
    models.measure_batch_norm(folded_into_kernels, images[:1])
    assert distance() < 0.01 * without


def test_only_folded_encoders_have_lost_their_statistics(folded_into_kernels, images):
    assert not models.lost_statistics(models.build("tiny").encoder)
    for layer in convolution.convolutions(folded_into_kernels):
        epsilon = layer.norm.epsilon
        layer.norm.moving_variance.assign(
            tf.fill(layer.norm.moving_variance.shape, np.float32(1 - epsilon))
        )
    assert models.lost_statistics(folded_into_kernels)
    models.measure_batch_norm(folded_into_kernels, images)
    assert not models.lost_statistics(folded_into_kernels)


def test_measuring_nothing(folded_into_kernels):
    with pytest.raises(ValueError, match="without any batch"):
        models.measure_batch_norm(folded_into_kernels, [])
    assert all(
        layer.norm.observe is None
        for layer in convolution.convolutions(folded_into_kernels)
    )


def test_trained_segmenter_folds_to_the_same_scores():
    segmenter = models.build("tiny", seed=1)
    rng = np.random.default_rng(0)
    for layer in convolution.convolutions(segmenter):
        if layer.norm is not None:
            channels = layer.norm.gamma.shape
            layer.norm.gamma.assign(rng.uniform(0.5, 1.5, channels))
            layer.norm.beta.assign(rng.normal(0, 0.1, channels))
            layer.norm.moving_mean.assign(rng.normal(0, 0.1, channels))
            layer.norm.moving_variance.assign(rng.uniform(0.5, 1.5, channels))
    folded = models.fold_batch_norm(segmenter)
    assert not any(layer.norm for layer in convolution.convolutions(folded))
    assert folded.feature_names == segmenter.feature_names
    assert not folded.trainable_variables
    image = models.preprocess(rng.integers(0, 256, (1, 97, 131, 3), np.uint8))
    wanted, found = segmenter(image), folded(image)
    scores = -tf.reduce_max(tf.nn.softmax(wanted["logits"]), axis=-1).numpy()
    folded_scores = -tf.reduce_max(tf.nn.softmax(found["logits"]), axis=-1).numpy()
    assert np.abs(scores - folded_scores).max() < 1e-4 * scores.std()
    for name in segmenter.feature_names:
        spread = np.std(wanted[name])
        assert np.abs(found[name] - wanted[name]).max() < 1e-4 * spread
    before = found["logits"].numpy()
    segmenter.encoder.roots[0].kernel.assign_add(
        tf.ones_like(segmenter.encoder.roots[0].kernel)
    )
    np.testing.assert_array_equal(folded(image)["logits"], before)
