"""Monte Carlo dropout against a loop over whole networks, and its laws."""

import math

import numpy as np
import pytest
import tensorflow as tf

from fs_tf import models, scores
from fs_tf.methods import bayesian, layer_choice

CONFIG = bayesian.BayesianConfig(samples=5, rate=0.3, seed=2)


@pytest.fixture(scope="module")
def inputs():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (2, 40, 72, 3), np.uint8)
    return models.preprocess(tf.constant(images))


def both(confident_segmenter, inputs, config=CONFIG):
    """Mutual information and predictive entropy."""
    return [
        score(confident_segmenter, config).score(inputs).numpy()
        for score in (bayesian.MutualInformation, bayesian.PredictiveEntropy)
    ]


@pytest.fixture(scope="module")
def samples(confident_segmenter, inputs):
    """float32 [T, B, h, w, C] at the network's output, every sample a whole call."""
    return tf.stack(
        [
            tf.nn.softmax(
                confident_segmenter(
                    inputs,
                    after_block=models.stateless_dropout(
                        confident_segmenter,
                        CONFIG.rate,
                        tf.constant([CONFIG.seed, sample]),
                    ),
                )["class_logits"]
            )
            for sample in range(CONFIG.samples)
        ]
    )


def test_scores_are_those_of_whole_networks(confident_segmenter, inputs, samples):
    information, entropy = both(confident_segmenter, inputs)
    wanted = layer_choice.resized(scores.mutual_information(samples), inputs)
    np.testing.assert_allclose(information, wanted, atol=1e-4)
    wanted = layer_choice.resized(scores.predictive_entropy(samples), inputs)
    np.testing.assert_allclose(entropy, wanted, atol=1e-4)
    assert information.mean() > 1e-3  # the samples do differ


def test_the_segmentation_is_that_of_the_mean(confident_segmenter, inputs, samples):
    mean = models.resize_to_image(tf.reduce_mean(samples, axis=0), inputs).numpy()
    top_two = np.sort(mean, axis=-1)[..., -2:]
    is_clear = top_two[..., 1] - top_two[..., 0] > 1e-4
    assert is_clear.mean() > 0.9
    for score in (bayesian.MutualInformation, bayesian.PredictiveEntropy):
        found = score(confident_segmenter, CONFIG).segment(inputs).numpy()
        assert found.dtype == np.int32
        np.testing.assert_array_equal(found[is_clear], mean.argmax(-1)[is_clear])
    # Which is neither that of one sample nor that without dropout.
    without = np.argmax(confident_segmenter(inputs)["logits"], axis=-1)
    assert (without != mean.argmax(-1)).any()


def test_information_lies_between_zero_and_the_entropy(confident_segmenter, inputs):
    information, entropy = both(confident_segmenter, inputs)
    assert information.shape == entropy.shape == (2, 40, 72)
    assert (information >= 0).all()
    assert (information <= entropy + 1e-6).all()
    assert (entropy <= math.log(19) + 1e-5).all()


def test_without_dropout_it_is_the_softmax_entropy(confident_segmenter, inputs):
    config = bayesian.BayesianConfig(samples=3, rate=0.0)
    information, entropy = both(confident_segmenter, inputs, config)
    np.testing.assert_allclose(information, 0, atol=1e-5)
    wanted = scores.entropy_of_logits(confident_segmenter(inputs)["class_logits"])
    wanted = layer_choice.resized(wanted, inputs)
    np.testing.assert_allclose(entropy, wanted, atol=1e-5)


def test_scores_repeat_and_follow_the_seed(confident_segmenter, inputs):
    first = bayesian.MutualInformation(confident_segmenter, CONFIG).score(inputs)
    again = bayesian.MutualInformation(confident_segmenter, CONFIG).score(inputs)
    np.testing.assert_array_equal(first, again)
    other = bayesian.BayesianConfig(samples=5, rate=0.3, seed=3)
    changed = bayesian.MutualInformation(confident_segmenter, other).score(inputs)
    assert np.mean(changed != first) > 0.9


def test_images_of_a_batch_do_not_see_each_other(confident_segmenter, inputs):
    scorer = bayesian.MutualInformation(confident_segmenter, CONFIG)
    together = scorer.score(inputs)
    for index in range(2):
        alone = scorer.score(inputs[index : index + 1])[0]
        np.testing.assert_allclose(together[index], alone, atol=1e-5)


def test_what_comes_before_the_dropout_runs_once(inputs, monkeypatch):
    segmenter = models.build("tiny", seed=1)
    [root], blocks = segmenter.encoder.roots, segmenter.encoder.blocks
    first = segmenter.encoder.position(segmenter.preset.dropout_blocks[0])
    counts = {}

    def count(name, layer):
        call = layer.call

        def counted(*args, **kwargs):
            counts[name] = counts.get(name, 0) + 1
            return call(*args, **kwargs)

        monkeypatch.setattr(layer, "call", counted)

    count("root", root)
    count("last before dropout", blocks[first])
    count("first behind it", blocks[first + 1])
    count("decoder", segmenter.decoder)
    bayesian.MutualInformation(segmenter, CONFIG).score(inputs)
    phases = blocks[first + 1].rate ** 2
    assert counts == {
        "root": 1,
        "last before dropout": 1,
        "first behind it": CONFIG.samples * phases,
        "decoder": CONFIG.samples,
    }
