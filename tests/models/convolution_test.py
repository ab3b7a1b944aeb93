"""Convolutions against obvious loops in NumPy."""

import numpy as np
import pytest
import tensorflow as tf

from fs_tf.models import convolution, resize, separable


def loop_convolution(image, kernel, stride, rates, before):
    """Sums kernel times shifted image; zero outside, `before` pixels of padding."""
    height, width, _ = image.shape
    rows, columns = -(-height // stride), -(-width // stride)
    out = np.zeros((rows, columns, kernel.shape[3]))
    for row, column in np.ndindex(rows, columns):
        for i, j in np.ndindex(*kernel.shape[:2]):
            y = row * stride + i * rates[0] - before[0]
            x = column * stride + j * rates[1] - before[1]
            if 0 <= y < height and 0 <= x < width:
                out[row, column] += image[y, x] @ kernel[i, j]
    return out


def as_dense(kernel):
    """A depthwise kernel [3, 3, C, 1] as the dense one that mixes no channels."""
    return kernel * np.eye(kernel.shape[2])


def run(layer, image):
    layer(tf.zeros((1, 9, 9, image.shape[-1])))
    return layer(tf.constant(image[np.newaxis], tf.float32))[0].numpy()


@pytest.fixture
def image():
    return np.random.default_rng(0).normal(size=(8, 11, 4))


@pytest.mark.parametrize("pads_explicitly", [False, True])
@pytest.mark.parametrize("size", [(8, 10), (7, 11)])
def test_stride_two_pads_as_the_encoder_asks(image, size, pads_explicitly):
    image = image[: size[0], : size[1]]
    conventions = convolution.Conventions(pads_explicitly=pads_explicitly)
    layer = convolution.Convolution(
        "a", 5, conventions, kernel_size=3, stride=2, has_norm=False
    )
    found = run(layer, image)
    # 'SAME' pads an even size only at the end, an odd one on both sides.
    before = [1 if pads_explicitly or side % 2 else 0 for side in size]
    expected = loop_convolution(image, np.asarray(layer.kernel), 2, (1, 1), before)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("rates", [1, 2, (1, 6), (5, 3)])
def test_depthwise_rate_may_differ_by_axis(image, rates):
    layer = convolution.DepthwiseConvolution(
        "a", convolution.Conventions(), rate=rates, has_norm=False
    )
    found = run(layer, image)
    rates = (rates, rates) if isinstance(rates, int) else rates
    kernel = as_dense(np.asarray(layer.kernel))
    expected = loop_convolution(image, kernel, 1, rates, rates)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_wide_folded_pointwise_is_the_same_function():
    rng = np.random.default_rng(0)
    kernel, bias = rng.normal(size=(1, 1, 256, 256)), rng.normal(size=256)
    image = rng.normal(size=(5, 7, 256))
    layer = convolution.Convolution(
        "a", 256, convolution.Conventions(is_folded=True), activation=tf.nn.relu
    )
    layer(tf.zeros((1, 2, 2, 256)))
    layer.kernel.assign(kernel)
    layer.bias.assign(bias)
    expected = np.maximum(image @ kernel[0, 0] + bias, 0)
    np.testing.assert_allclose(run(layer, image), expected, rtol=1e-4, atol=1e-4)


def test_separable_activates_after_both_or_neither(image):
    conventions = convolution.Conventions()
    for activation, lowest in ((tf.nn.relu, 0.0), (None, -np.inf)):
        layer = separable.SeparableConvolution(
            "a", 6, conventions, activation=activation
        )
        found = run(layer, image)
        middle = layer.depthwise(tf.constant(image[np.newaxis], tf.float32))
        assert middle.numpy().min() >= lowest and found.min() >= lowest
        if activation is None:
            assert middle.numpy().min() < 0 and found.min() < 0


def loop_resize(image, size):
    """Corners on corners: output pixel y lies at y (h - 1) / (H - 1)."""
    out = np.empty((*size, image.shape[2]))
    for row, column in np.ndindex(*size):
        y = row * (image.shape[0] - 1) / max(size[0] - 1, 1)
        x = column * (image.shape[1] - 1) / max(size[1] - 1, 1)
        top, left = int(y), int(x)
        bottom = min(top + 1, image.shape[0] - 1)
        right = min(left + 1, image.shape[1] - 1)
        a, b = y - top, x - left
        upper = (1 - b) * image[top, left] + b * image[top, right]
        lower = (1 - b) * image[bottom, left] + b * image[bottom, right]
        out[row, column] = (1 - a) * upper + a * lower
    return out


@pytest.mark.parametrize("size", [(8, 11), (29, 41), (16, 5), (1, 1)])
def test_resize_aligns_corners(image, size):
    reference = tf.zeros((1, *size, 9))
    found = resize.resize_like(tf.constant(image[np.newaxis], tf.float32), reference)
    np.testing.assert_allclose(found[0], loop_resize(image, size), atol=1e-4)
    half = resize.resize_like(tf.constant(image[np.newaxis], tf.float16), reference)
    assert half.dtype == tf.float16
