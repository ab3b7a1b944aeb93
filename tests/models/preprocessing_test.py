"""Images become what DeepLab takes, or one clear error."""

import numpy as np
import pytest
import tensorflow as tf

from fs_tf import models


def test_values_span_minus_one_to_one():
    image = np.array([0, 51, 255], np.uint8).reshape(1, 1, 1, 3)
    # 2/255 * 51 - 1 = 0.4 - 1
    found = models.preprocess(image)
    assert found.dtype == tf.float32
    np.testing.assert_allclose(found.numpy().ravel(), [-1.0, -0.6, 1.0], atol=1e-6)


@pytest.mark.parametrize(
    ("image", "got"),
    [
        (np.zeros((1, 4, 5, 4), np.uint8), r"uint8 \[1, 4, 5, 4\]"),
        (np.zeros((1, 4, 5, 1), np.uint8), r"uint8 \[1, 4, 5, 1\]"),
        (np.zeros((1, 4, 5, 3), np.float32), r"float32 \[1, 4, 5, 3\]"),
        (np.zeros((4, 5, 3), np.uint8), r"uint8 \[4, 5, 3\]"),
        (np.uint8(3), r"uint8 \[\]"),
    ],
)
def test_other_images_are_refused(image, got):
    with pytest.raises(ValueError, match=f"RGB without alpha; got {got}"):
        models.preprocess(image)


def test_channels_unknown_to_the_graph_are_checked_when_it_runs():
    @tf.function(input_signature=[tf.TensorSpec((None, None, None, None), tf.uint8)])
    def run(image):
        return models.preprocess(image)

    assert run(np.zeros((1, 2, 3, 3), np.uint8)).shape == (1, 2, 3, 3)
    with pytest.raises(tf.errors.InvalidArgumentError, match="not compatible"):
        run(np.zeros((1, 2, 3, 4), np.uint8))
