"""DeepLab once more, slow and obvious, in NumPy, where Google's logits are absent.

Written from the facts in ../shared/deeplab_parity alone: it follows the names of the
variables and takes one image [H, W, C] at a time.
"""

import json

import numpy as np
import pytest
import tensorflow as tf

from fs_tf import models
from fs_tf.models import aspp, convolution, dense_prediction_cell

MOBILE_STRIDES = (1, 2, 1, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1)
ENTRY_STRIDES = (2, 1, 2, 1, 2)
LOW_LEVEL = "entry_flow/block3/unit_1/xception_module/separable_conv2"


def relu(x):
    return np.maximum(x, 0)


def relu6(x):
    return np.clip(x, 0, 6)


def linear(x):
    return x


def resize(x, size):
    """Bilinear, corners on corners, one axis after the other."""
    for axis, new in enumerate(size):
        old = x.shape[axis]
        where = np.arange(new) * (old - 1) / max(new - 1, 1)
        low = where.astype(int)
        weight = np.expand_dims(where - low, (1 - axis, 2)).astype(x.dtype)
        high = x.take(np.minimum(low + 1, old - 1), axis)
        x = (1 - weight) * x.take(low, axis) + weight * high
    return x


class SlowDeepLab:
    """`values` maps names to arrays; `cell` is the JSON of the DPC, or None."""

    def __init__(self, values, variant, output_stride, cell=None):
        self.values = values
        self.variant = variant
        self.output_stride = output_stride
        self.cell = cell
        self.epsilon = 1e-3
        self.pads_explicitly = variant.startswith("xception")

    def __call__(self, image):
        """uint8 [H, W, 3] -> logits [h, w, classes] before the last resize."""
        x = np.float32(2 / 255) * image - np.float32(1)
        surplus = [-(size - 1) % 16 for size in x.shape[:2]]  # 1024 becomes 1025
        x = np.pad(x, [(0, surplus[0]), (0, surplus[1]), (0, 0)])
        x, low_level = self.xception(x) if self.pads_explicitly else self.mobilenet(x)
        self.epsilon = 1e-5
        x = self.context(x)
        if low_level is not None:
            low_level = self.conv("decoder/feature_projection0", low_level, relu)
            x = np.concatenate([resize(x, low_level.shape[:2]), low_level], axis=-1)
            x = self.separable("decoder/decoder_conv0", x, relu)
            x = self.separable("decoder/decoder_conv1", x, relu)
        kernel = self.values["logits/semantic/weights"][0, 0]
        return x @ kernel + self.values["logits/semantic/biases"]

    def mobilenet(self, x):
        x = self.conv("MobilenetV2/Conv", x, relu6, stride=2)
        blocks = [
            (f"MobilenetV2/expanded_conv_{index}" if index else "", stride)
            for index, stride in enumerate(MOBILE_STRIDES)
        ]
        for scope, stride, rate in self.placed(blocks):
            y = self.conv(f"{scope}/expand", x, relu6) if scope else x
            scope = scope or "MobilenetV2/expanded_conv"
            y = self.depthwise(f"{scope}/depthwise", y, relu6, stride, (rate, rate))
            y = self.conv(f"{scope}/project", y, linear)
            x = x + y if x.shape == y.shape else y
        return x, None

    def xception(self, x):
        x = self.conv("xception_71/entry_flow/conv1_1", x, relu, stride=2)
        x = self.conv("xception_71/entry_flow/conv1_2", x, relu)
        blocks = [
            (f"entry_flow/block{index}/unit_1", stride)
            for index, stride in enumerate(ENTRY_STRIDES, start=1)
        ]
        blocks += [(f"middle_flow/block1/unit_{index}", 1) for index in range(1, 17)]
        blocks += [("exit_flow/block1/unit_1", 2), ("exit_flow/block2/unit_1", 1)]
        for block, stride, rate in self.placed(blocks):
            scope, y = f"xception_71/{block}/xception_module", x
            is_last = block.startswith("exit_flow/block2")
            inner = relu if is_last else linear
            for name in ("separable_conv1", "separable_conv2", "separable_conv3"):
                y = y if is_last else relu(y)
                own = stride if name == "separable_conv3" else 1
                y = self.separable(f"{scope}/{name}", y, inner, own, (rate, rate))
                if f"{scope}/{name}".endswith(LOW_LEVEL):
                    low_level = y
            if block.startswith("middle_flow"):
                y = y + x
            elif not is_last:
                y = y + self.conv(f"{scope}/shortcut", x, linear, stride)
            x = y
        return x, low_level

    def placed(self, blocks):
        """Later strides become 1 and multiply the rate of all following units."""
        current, rate = 2, 1
        for scope, stride in blocks:
            if current == self.output_stride:
                yield scope, 1, rate
                rate *= stride
            else:
                yield scope, stride, rate
                current *= stride

    def context(self, x):
        multiplier = 16 // self.output_stride
        if self.cell is not None:
            maps = [x]  # the input -1, then the branches
            for index, branch in enumerate(self.cell):
                rates = [multiplier * rate for rate in branch["rate"]]
                scope, source = f"meta_architecture/branch{index}", branch["input"] + 1
                maps.append(self.separable(scope, maps[source], relu, 1, rates))
            x = np.concatenate(maps[1:], axis=-1)
            return self.conv("meta_architecture/concat_projection", x, relu)
        pooled = self.conv("image_pooling", x.mean((0, 1), keepdims=True), relu)
        maps = [resize(pooled, x.shape[:2]), self.conv("aspp0", x, relu)]
        for index in (1, 2, 3) if self.pads_explicitly else ():
            rates = (6 * index * multiplier,) * 2
            maps.append(self.separable(f"aspp{index}", x, relu, 1, rates))
        return self.conv("concat_projection", np.concatenate(maps, axis=-1), relu)

    def separable(self, scope, x, activation, stride=1, rates=(1, 1)):
        x = self.depthwise(f"{scope}_depthwise", x, activation, stride, rates)
        return self.conv(f"{scope}_pointwise", x, activation)

    def conv(self, scope, x, activation, stride=1):
        x = self.taps(x, self.values[f"{scope}/weights"], stride, (1, 1), np.matmul)
        return activation(self.norm(scope, x))

    def depthwise(self, scope, x, activation, stride, rates):
        kernel = self.values[f"{scope}/depthwise_weights"][..., 0]
        x = self.taps(x, kernel, stride, rates, np.multiply)
        return activation(self.norm(scope, x))

    def norm(self, scope, x):
        beta, gamma, mean, variance = (
            self.values[f"{scope}/BatchNorm/{leaf}"]
            for leaf in ("beta", "gamma", "moving_mean", "moving_variance")
        )
        return (x - mean) * (gamma / np.sqrt(variance + self.epsilon)) + beta

    def taps(self, x, kernel, stride, rates, product):
        """Sums kernel times shifted image, zero outside of the image."""
        sizes = [-(-size // stride) for size in x.shape[:2]]
        pads = [(0, 0)]
        for axis in (1, 0):
            reach = (kernel.shape[axis] - 1) * rates[axis]
            total = (sizes[axis] - 1) * stride + reach + 1 - x.shape[axis]
            before = reach // 2 if self.pads_explicitly else max(total, 0) // 2
            pads.insert(0, (before, reach + stride))
        x = np.pad(x, pads)
        out = 0
        for i, j in np.ndindex(kernel.shape[:2]):
            window = x[i * rates[0] :: stride, j * rates[1] :: stride]
            out = out + product(window[: sizes[0], : sizes[1]], kernel[i, j])
        return out


@pytest.fixture(scope="module")
def cell(parity):
    path = parity / "dense_prediction_cell_cityscapes.json"
    return json.loads(path.read_text())


def test_the_slow_one_equals_google(parity, zoo_variables):
    slow = SlowDeepLab(zoo_variables("mobilenet_v2"), "mobilenet_v2", 16)
    reference = np.load(parity / "mobilenet_v2.npz")
    found = slow(reference["image"][0])
    np.testing.assert_allclose(found, reference["logits"][0], atol=1e-4)


@pytest.mark.parametrize(
    ("variant", "output_stride"),
    [("mobilenet_v2", 8), ("xception_71", 8), ("xception_71_dpc", 16)],
)
def test_imported_logits_equal_the_slow_ones(
    variant, output_stride, cell, zoo_variables, write_checkpoint, tmp_path
):
    values = zoo_variables(variant)
    segmenter = models.build(variant, output_stride=output_stride, seed=1)
    prefix = write_checkpoint(tmp_path / "model.ckpt", values)
    assert models.import_checkpoint(segmenter, prefix) == []
    image = np.random.default_rng(0).integers(0, 256, (1, 66, 95, 3), np.uint8)
    found = segmenter(models.preprocess(image))["class_logits"][0].numpy()
    cell = cell if variant.endswith("dpc") else None
    expected = SlowDeepLab(values, variant, output_stride, cell)(image[0])
    assert np.abs(found - expected).max() < 1e-4 * expected.std()
    assert (found.argmax(-1) == expected.argmax(-1)).all()


@pytest.mark.parametrize("kind", ["aspp", "dpc"])
@pytest.mark.parametrize("output_stride", [8, 16])
def test_context_reaches_as_far_on_large_maps(kind, output_stride, cell):
    rng = np.random.default_rng(0)
    conventions = convolution.Conventions(epsilon=1e-5)
    multiplier = 16 // output_stride
    if kind == "dpc":
        layer = dense_prediction_cell.DensePredictionCell(4, multiplier, conventions)
    else:
        cell = None
        rates = [
            multiplier * rate for rate in models.PRESETS["xception_71"].atrous_rates
        ]
        layer = aspp.ASPP(4, rates, conventions)
    # Larger than every rate, so that each tap of each kernel meets the map.
    maps = rng.normal(size=(1, 40, 45, 6)).astype(np.float32)
    layer(tf.constant(maps))
    values = {}
    for inner in convolution.convolutions(layer):
        for name, variable in inner.zoo_variables().items():
            values[name] = rng.uniform(0.5, 1.5, variable.shape).astype(np.float32)
            variable.assign(values[name])
    slow = SlowDeepLab(values, "xception_71", output_stride, cell)
    slow.epsilon = conventions.epsilon
    expected = slow.context(maps[0])
    np.testing.assert_allclose(layer(tf.constant(maps))[0], expected, rtol=1e-4)
