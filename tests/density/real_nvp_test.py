"""Laws of the flow, untrained and with random weights."""

import numpy as np
import pytest
import tensorflow as tf

from fs_tf.density.real_nvp import FlowConfig, RealNVP

CONFIG = FlowConfig(steps=2, width=8)


def random_flow(dimension: int) -> RealNVP:
    """A flow in which no weight has the value that it starts with."""
    flow = RealNVP(dimension, CONFIG, seed=0)
    rng = np.random.default_rng(1)
    data = (rng.normal(size=(200, dimension)) @ rng.normal(size=(dimension,) * 2)) + 3
    flow.whitening.fit(data.astype(np.float32), 1e-3)
    for variable in flow.trainable_variables:
        noise = rng.normal(0, 0.3, variable.shape)
        variable.assign(variable.numpy() + noise.astype(np.float32))
    flow(data[:50].astype(np.float32), training=True)
    flow.mean_training_nll.assign(1.5)
    return flow


@pytest.fixture(scope="module", params=[5, 6])
def flow(request) -> RealNVP:
    return random_flow(request.param)


def embeddings_for(flow, *shape, seed=2):
    rng = np.random.default_rng(seed)
    return tf.constant(rng.normal(2, 2, (*shape, flow.dimension)), tf.float32)


def test_forward_undoes_inverse(flow):
    embeddings = embeddings_for(flow, 20)
    bijector = flow.distribution().bijector
    latents = tf.identity(bijector.inverse(embeddings))  # Not the cached tensor.
    restored = flow.distribution().bijector.forward(latents)
    np.testing.assert_allclose(restored, embeddings, rtol=1e-3, atol=1e-3)


def test_log_determinant_is_that_of_the_jacobian(flow):
    embeddings = embeddings_for(flow, 7)
    bijector = flow.distribution().bijector
    with tf.GradientTape() as tape:
        tape.watch(embeddings)
        latents = bijector.inverse(embeddings)
    jacobian = tape.batch_jacobian(latents, embeddings)
    np.testing.assert_allclose(
        bijector.inverse_log_det_jacobian(embeddings, event_ndims=1),
        np.linalg.slogdet(jacobian)[1],
        rtol=1e-3,
        atol=1e-3,
    )


def test_density_integrates_to_one():
    flow = random_flow(2)
    axis = np.linspace(-60, 60, 601, dtype=np.float32)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1)
    density = np.exp(-flow.negative_log_likelihood(grid))
    assert density.sum() * (axis[1] - axis[0]) ** 2 == pytest.approx(1, abs=0.02)


def test_feature_maps_score_as_lists_of_embeddings(flow):
    maps = embeddings_for(flow, 2, 3, 4)
    nll = flow.negative_log_likelihood(maps)
    flat = flow.negative_log_likelihood(tf.reshape(maps, [-1, flow.dimension]))
    assert nll.shape == (2, 3, 4)
    np.testing.assert_allclose(tf.reshape(nll, [-1]), flat, rtol=1e-4)


def test_score_does_not_depend_on_the_batch(flow):
    embeddings = embeddings_for(flow, 9)
    np.testing.assert_allclose(
        flow.negative_log_likelihood(embeddings)[:1],
        flow.negative_log_likelihood(embeddings[:1]),
        rtol=1e-4,
    )


def test_training_normalises_by_the_batch_and_tracks_it():
    flow = RealNVP(4, CONFIG, seed=0)
    layer = flow.normalizations[0]
    embeddings = embeddings_for(flow, 30)
    flow(embeddings, training=True)
    # One update of momentum 0.95, though NLL needs latents and determinant.
    first = embeddings.numpy()[:, np.argsort(flow.permutations[0])]
    mean, variance = tf.nn.moments(first, axes=[0])
    np.testing.assert_allclose(layer.moving_mean, 0.05 * mean, rtol=1e-4)
    np.testing.assert_allclose(layer.moving_variance, 0.95 + 0.05 * variance, rtol=1e-4)
    latents = flow.distribution(training=True).bijector.inverse(embeddings)
    np.testing.assert_allclose(tf.math.reduce_std(latents, axis=0), 1, rtol=1e-3)


def test_every_variable_trains(flow):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(flow(embeddings_for(flow, 30), training=True))
    gradients = tape.gradient(loss, flow.trainable_variables)
    # Per step: three dense layers of kernel and bias, and two of normalization.
    assert len(gradients) == CONFIG.steps * (3 * 2 + 2)
    assert all(np.abs(gradient).max() > 0 for gradient in gradients)


def test_weights_file_restores_another_flow(flow, tmp_path):
    embeddings = embeddings_for(flow, 5)
    flow.save_weights(tmp_path / "flow.weights.h5")
    other = RealNVP(flow.dimension, CONFIG, seed=99)
    before = other.normalized_nll(embeddings)
    assert not np.allclose(before, flow.normalized_nll(embeddings))
    other.load_weights(tmp_path / "flow.weights.h5")
    np.testing.assert_array_equal(
        other.normalized_nll(embeddings), flow.normalized_nll(embeddings)
    )


def test_saved_model_scores_as_the_flow(flow, tmp_path):
    module = tf.Module()
    module.flow = flow
    module.score = tf.function(
        flow.normalized_nll,
        input_signature=[tf.TensorSpec([None, None, None, flow.dimension])],
    )
    tf.saved_model.save(module, str(tmp_path))
    loaded = tf.saved_model.load(str(tmp_path))
    for shape in ((1, 2, 3), (2, 4, 1)):
        maps = embeddings_for(flow, *shape)
        expected = flow.normalized_nll(maps)
        np.testing.assert_allclose(loaded.score(maps), expected, rtol=1e-4, atol=1e-4)


def test_same_seed_same_flow():
    first, second = (RealNVP(6, CONFIG, seed=5) for _ in range(2))
    other = RealNVP(6, CONFIG, seed=6)
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert any(
        (a != b).any()
        for a, b in zip(first.get_weights(), other.get_weights(), strict=True)
    )


def test_one_dimension_is_refused():
    with pytest.raises(ValueError, match="at least 2 for a flow; got 1"):
        RealNVP(1, CONFIG, seed=0)


def test_latents_to_embeddings_needs_moving_statistics(flow):
    with pytest.raises(ValueError, match="training=False"):
        flow.distribution(training=True).bijector.forward(embeddings_for(flow, 2))
