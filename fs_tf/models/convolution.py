"""Convolutions with their batch norm and activation: one scope of a zoo checkpoint."""

import dataclasses
import math
import zlib
from collections.abc import Callable

import keras
import tensorflow as tf

from fs_tf.models import batch_norm

Activation = Callable[[tf.Tensor], tf.Tensor]


@dataclasses.dataclass(frozen=True)
class Conventions:
    """What all convolutions of one part of a segmenter share.

    Attributes:
      epsilon: of the batch norm.
      momentum: how much of the moving statistics one training step keeps.
      pads_explicitly: a stride pads as much before as after and then runs 'VALID'
        (Xception), instead of 'SAME' (MobileNetV2).
      is_folded: batch norm lives in kernels and biases; inference only.
      seed: of the initial weights, which follow from (seed, scope).
    """

    epsilon: float = 1e-3
    momentum: float = 0.99
    pads_explicitly: bool = False
    is_folded: bool = False
    seed: int = 0


class Convolution(keras.layers.Layer):
    """A dense convolution, then batch norm or a bias, then an activation.

    Args:
      scope: of its variables in a zoo checkpoint.
      filters: channels of the output.
      conventions: what it shares with its neighbours.
      kernel_size: side of the kernel.
      stride: of the output.
      rate: dilation along height and width; one number for both.
      activation: `tf.nn.relu` or another function; None for none.
      has_norm: batch norm follows; otherwise a bias.
    """

    kernel_name = "weights"

    def __init__(
        self,
        scope: str,
        filters: int | None,
        conventions: Conventions,
        *,
        kernel_size: int = 1,
        stride: int = 1,
        rate: int | tuple[int, int] = 1,
        activation: Activation | None = None,
        has_norm: bool = True,
    ):
        super().__init__(name=scope.replace("/", "_"))
        self.scope = scope
        self.filters = filters
        self.conventions = conventions
        self.kernel_size = kernel_size
        self.stride = stride
        self.rates = (rate, rate) if isinstance(rate, int) else tuple(rate)
        self.activation = activation
        self.has_norm = has_norm
        self.norm = self.kernel = self.bias = None
        if has_norm and not conventions.is_folded:
            self.norm = batch_norm.BatchNorm(
                epsilon=conventions.epsilon,
                momentum=conventions.momentum,
                name="batch_norm",
            )

    def build(self, input_shape):
        """Makes the variables for inputs [B, h, w, C]."""
        shape = self._kernel_shape(input_shape[-1])
        self.kernel = self.add_weight(
            name=self.kernel_name, shape=shape, initializer=self._initializer(shape)
        )
        if self.norm is not None:
            self.norm.build((None, None, None, self._out_channels(shape)))
        else:
            self.bias = self.add_weight(
                name="biases", shape=(self._out_channels(shape),), initializer="zeros"
            )

    def call(self, inputs, training=False, has_holes=True):
        """Returns the output; without holes, the rate is 1 (see `phases`)."""
        if self._is_matrix_product:
            return self._multiply(inputs)
        rates = self.rates if has_holes else (1, 1)
        x = self._convolve(self._pad(inputs), rates)
        if self.norm is not None:
            x = self.norm(x, training=training)
        else:
            x = tf.nn.bias_add(x, self.bias)
        return self._activate(x)

    def zoo_variables(self) -> dict[str, keras.Variable]:
        """Returns its variables under their names in a zoo checkpoint."""
        named = {f"{self.scope}/{self.kernel_name}": self.kernel}
        if self.norm is None:
            return named | {f"{self.scope}/biases": self.bias}
        return named | {
            f"{self.scope}/BatchNorm/{leaf}": getattr(self.norm, leaf)
            for leaf in ("beta", "gamma", "moving_mean", "moving_variance")
        }

    def _kernel_shape(self, in_channels: int) -> tuple[int, ...]:
        return (self.kernel_size, self.kernel_size, in_channels, self.filters)

    def _out_channels(self, kernel_shape: tuple[int, ...]) -> int:
        return kernel_shape[3]

    def _fan_in(self, kernel_shape: tuple[int, ...]) -> int:
        return math.prod(kernel_shape[:3])

    def _initializer(self, kernel_shape: tuple[int, ...]):
        if self.conventions.is_folded:
            return "zeros"  # the folded weights follow
        gain = 2.0 if self.has_norm else 0.1  # small first logits: a mild first loss
        return keras.initializers.TruncatedNormal(
            stddev=math.sqrt(gain / self._fan_in(kernel_shape)),
            seed=zlib.crc32(f"{self.conventions.seed}/{self.scope}".encode()),
        )

    @property
    def _padding(self) -> str:
        is_explicit = self.conventions.pads_explicitly and self.stride > 1
        return "VALID" if is_explicit and self.kernel_size > 1 else "SAME"

    def _pad(self, inputs: tf.Tensor) -> tf.Tensor:
        if self._padding == "SAME":
            return inputs
        total = [(self.kernel_size - 1) * rate for rate in self.rates]
        sides = [(size // 2, size - size // 2) for size in total]
        return tf.pad(inputs, [(0, 0), *sides, (0, 0)])

    def _convolve(self, inputs: tf.Tensor, rates: tuple[int, int]) -> tf.Tensor:
        return tf.nn.conv2d(
            inputs,
            self.kernel,
            strides=self.stride,
            padding=self._padding,
            dilations=rates,
        )

    def _activate(self, x: tf.Tensor) -> tf.Tensor:
        return x if self.activation is None else self.activation(x)

    @property
    def _is_matrix_product(self) -> bool:
        """Whether multiplying matrices does it, which oneDNN does in half the time."""
        is_pointwise = self.kernel_size == 1 and self.stride == 1
        return self.conventions.is_folded and is_pointwise

    def _multiply(self, inputs: tf.Tensor) -> tf.Tensor:
        kernel = tf.reshape(self.kernel, self.kernel.shape[2:])
        x = tf.matmul(tf.reshape(inputs, (-1, kernel.shape[0])), kernel)
        x = self._activate(tf.nn.bias_add(x, self.bias))
        return tf.reshape(x, tf.concat([tf.shape(inputs)[:3], [self.filters]], axis=0))


class DepthwiseConvolution(Convolution):
    """As `Convolution`, but each channel has its own 3x3 kernel and stays alone."""

    kernel_name = "depthwise_weights"

    def __init__(self, scope: str, conventions: Conventions, **options):
        super().__init__(scope, None, conventions, kernel_size=3, **options)

    def _kernel_shape(self, in_channels: int) -> tuple[int, ...]:
        return (self.kernel_size, self.kernel_size, in_channels, 1)

    def _out_channels(self, kernel_shape: tuple[int, ...]) -> int:
        return kernel_shape[2]

    def _fan_in(self, kernel_shape: tuple[int, ...]) -> int:
        return math.prod(kernel_shape[:2])

    def _convolve(self, inputs: tf.Tensor, rates: tuple[int, int]) -> tf.Tensor:
        return tf.nn.depthwise_conv2d(
            inputs,
            self.kernel,
            strides=(1, self.stride, self.stride, 1),
            padding=self._padding,
            dilations=rates,
        )


def convolutions(layer: keras.layers.Layer) -> list[Convolution]:
    """Returns every convolution inside `layer`, in the order they were made."""
    layers = layer._flatten_layers(include_self=True, recursive=True)
    return [inner for inner in layers if isinstance(inner, Convolution)]
