"""Stopping behind a block and going on from there is the whole call."""

import numpy as np
import pytest
import tensorflow as tf

from fs_tf import models


@pytest.fixture(scope="module", params=[8, 16])
def segmenter(request):
    """At output stride 8 and 16; both have atrous blocks, thus phases."""
    return models.build("tiny", num_classes=5, output_stride=request.param, seed=1)


def halved(name, maps):
    """Tells the blocks apart, and whether it was applied once to each."""
    return 0.5 * maps + 0.01 * len(name)


@pytest.mark.parametrize("size", [(40, 72), (33, 51)])
@pytest.mark.parametrize(
    "block", ["expanded_conv", "expanded_conv_4", "expanded_conv_6"]
)
def test_resuming_equals_the_whole_call(segmenter, block, size):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (2, *size, 3), np.uint8)
    inputs = models.preprocess(tf.constant(images))
    position = segmenter.encoder.position(block)

    def from_block(name, maps):
        is_before = segmenter.encoder.position(name) < position
        return maps if is_before else halved(name, maps)

    whole = segmenter(inputs, after_block=from_block)
    features = segmenter.encoder(inputs, until=block)
    resumed = segmenter.resume(features, block, inputs, halved)
    assert resumed.keys() == whole.keys()
    for name, maps in whole.items():
        np.testing.assert_allclose(resumed[name], maps, atol=1e-5, err_msg=name)


def test_nothing_behind_the_block_runs(segmenter):
    features = segmenter.encoder(tf.zeros((1, 33, 33, 3)), until="expanded_conv_4")
    expected = {"expanded_conv", *(f"expanded_conv_{n}" for n in range(1, 5))}
    assert features.keys() == expected | {"low_level"}


def test_features_are_left_as_they_were(segmenter):
    inputs = tf.zeros((1, 33, 33, 3))
    features = segmenter.encoder(inputs, until="expanded_conv_5")
    before = dict(features)
    segmenter.resume(features, "expanded_conv_5", inputs, halved)
    assert features.keys() == before.keys()
    assert all(features[name] is maps for name, maps in before.items())


def test_unknown_blocks_list_the_known_ones(segmenter):
    inputs = tf.zeros((1, 33, 33, 3))
    match = "Unknown block of 'MobilenetV2' 'odd'. Known: expanded_conv, "
    with pytest.raises(KeyError, match=match):
        segmenter.encoder(inputs, until="odd")
    features = segmenter.encoder(inputs, until="expanded_conv_5")
    with pytest.raises(KeyError, match=match):
        segmenter.resume(features, "odd", inputs, halved)
