"""Dropout that is a function of its seed."""

import numpy as np
import pytest
import tensorflow as tf

from fs_tf import models

BLOCK = "expanded_conv_4"


@pytest.fixture(scope="module")
def tiny():
    return models.build("tiny", num_classes=5, seed=1)


def dropped(segmenter, rate, seed, block=BLOCK, shape=(2, 20, 30, 16)):
    maps = tf.ones(shape)
    dropout = models.stateless_dropout(segmenter, rate, tf.constant(seed))
    return dropout(block, maps).numpy()


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_the_rate_is_the_share_that_becomes_zero(tiny, rate):
    found = dropped(tiny, rate, [3, 4])
    # 9600 elements per image: a deviation of at most 0.005, six of them allowed.
    assert np.mean(found == 0) == pytest.approx(rate, abs=0.03)
    np.testing.assert_allclose(found[found != 0], 1 / (1 - rate), rtol=1e-6)


def test_the_mean_of_many_samples_is_the_map(tiny):
    samples = [dropped(tiny, 0.3, [0, n], shape=(1, 5, 5, 8)) for n in range(400)]
    # The deviation of one sample is sqrt(0.3 / 0.7) = 0.65; 0.65 / sqrt(400) = 0.03.
    np.testing.assert_allclose(np.mean(samples, axis=0), 1, atol=0.17)


def test_every_block_and_seed_drops_other_elements(tiny):
    blocks = tiny.preset.dropout_blocks
    assert set(blocks) <= {block.name for block in tiny.encoder.blocks}
    patterns = [
        dropped(tiny, 0.5, seed, block).tobytes()
        for block in blocks
        for seed in ([0, 0], [0, 1], [0, 2], [1, 0])
    ]
    assert len(set(patterns)) == len(patterns)
    assert dropped(tiny, 0.5, [0, 1]).tobytes() == patterns[1]


def test_images_of_a_batch_drop_the_same_elements(tiny):
    found = dropped(tiny, 0.5, [3, 4])
    np.testing.assert_array_equal(found[0], found[1])
    alone = dropped(tiny, 0.5, [3, 4], shape=(1, 20, 30, 16))
    np.testing.assert_array_equal(found[:1], alone)


def test_other_blocks_and_rate_zero_change_nothing(tiny):
    maps = tf.ones((1, 4, 4, 8))
    for rate, block in ((0.5, "expanded_conv_3"), (0.0, BLOCK)):
        dropout = models.stateless_dropout(tiny, rate, tf.constant([0, 0]))
        assert dropout(block, maps) is maps


@pytest.mark.parametrize("preset", models.PRESETS)
def test_every_preset_has_its_dropout_blocks_and_embedding_layers(preset):
    segmenter = models.build(preset, num_classes=5)
    places = [segmenter.encoder.position(b) for b in segmenter.preset.dropout_blocks]
    assert places and places == sorted(set(places))
    # What is decided by the first of them need not run again.
    assert places[0] > segmenter.encoder.low_level_block
    assert len(segmenter.preset.embedding_layers) >= 2
    for layer in segmenter.preset.embedding_layers:
        assert segmenter.feature_channels(layer) >= 2


@pytest.mark.parametrize("rate", [-0.1, 1.0, 1.5])
def test_impossible_rates_are_refused(tiny, rate):
    with pytest.raises(ValueError, match=rf"within \[0, 1\); got {rate}"):
        models.stateless_dropout(tiny, rate, tf.constant([0, 0]))
