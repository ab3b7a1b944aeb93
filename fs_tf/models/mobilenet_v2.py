"""MobileNetV2 as the encoder of DeepLab (scope `MobilenetV2`)."""

import dataclasses
import math

import tensorflow as tf

from fs_tf.models import composite, convolution, encoder

SCOPE = "MobilenetV2"
# Channels, stride of the first block, and number of blocks of each stage.
STAGES = (
    (16, 1, 1),
    (24, 2, 2),
    (32, 2, 3),
    (64, 2, 4),
    (96, 1, 3),
    (160, 2, 3),
    (320, 1, 1),
)
EXPANSION = 6  # of all inverted residuals but the first
# The depthwise output of its last block, as in DeepLab's table of end points.
LOW_LEVEL_STAGE = 1


def scaled_channels(channels: int, width: float) -> int:
    """Returns `width * channels` as a multiple of 8, at most 10 % below it."""
    rounded = max(8, int(width * channels + 4) // 8 * 8)
    return rounded if rounded >= 0.9 * width * channels else rounded + 8


def inverted_residuals(depth: float) -> list[tuple[int, int]]:
    """Returns channels and stride of every block; each stage has `depth` times its own.

    At least one block of a stage remains, and numbers are rounded up.
    """
    return [
        (channels, 1 if block else stride)
        for channels, stride, count in STAGES
        for block in range(math.ceil(depth * count))
    ]


class InvertedResidual(composite.Composite):
    """Expansion, depthwise convolution, linear projection, sum where shapes allow."""

    def __init__(
        self,
        scope: str,
        channels: int,
        conventions: convolution.Conventions,
        *,
        expanded_channels: int | None,
        placement: encoder.Placement,
        has_sum: bool,
    ):
        super().__init__(name=scope.rpartition("/")[2])
        self.rate = placement.rate
        self.has_sum = has_sum and placement.stride == 1
        self.expand = None
        if expanded_channels is not None:
            self.expand = convolution.Convolution(
                f"{scope}/expand",
                expanded_channels,
                conventions,
                activation=tf.nn.relu6,
            )
        self.depthwise = convolution.DepthwiseConvolution(
            f"{scope}/depthwise",
            conventions,
            stride=placement.stride,
            rate=placement.rate,
            activation=tf.nn.relu6,
        )
        self.project = convolution.Convolution(
            f"{scope}/project", channels, conventions
        )

    def call(self, inputs, training=False, has_holes=True):
        """Returns the output and the expanded map after the depthwise convolution."""
        x = inputs
        if self.expand is not None:
            x = self.expand(x, training=training)
        inner = self.depthwise(x, training=training, has_holes=has_holes)
        x = self.project(inner, training=training)
        return (inputs + x if self.has_sum else x), inner


class MobileNetV2(encoder.Encoder):
    """The encoder up to the 320 channels of its last block, `expanded_conv_16`.

    Args:
      conventions: shared by its convolutions.
      output_stride: 8 or 16.
      width: multiplies all channels.
      depth: multiplies the number of blocks, see `inverted_residuals`.
    """

    def __init__(
        self,
        conventions: convolution.Conventions,
        output_stride: int,
        width: float = 1.0,
        depth: float = 1.0,
    ):
        conventions = dataclasses.replace(conventions, pads_explicitly=False)
        channels = scaled_channels(32, width)
        root = convolution.Convolution(
            f"{SCOPE}/Conv",
            channels,
            conventions,
            kernel_size=3,
            stride=2,
            activation=tf.nn.relu6,
        )
        bases, strides = zip(*inverted_residuals(depth), strict=True)
        places = encoder.placements(strides, 2, output_stride)
        blocks = []
        for index, (base, placement) in enumerate(zip(bases, places, strict=True)):
            out_channels = scaled_channels(base, width)
            suffix = f"_{index}" if index else ""
            block = InvertedResidual(
                f"{SCOPE}/expanded_conv{suffix}",
                out_channels,
                conventions,
                expanded_channels=EXPANSION * channels if index else None,
                placement=placement,
                has_sum=out_channels == channels,
            )
            blocks.append(block)
            channels = out_channels
        low_level = bases.index(STAGES[LOW_LEVEL_STAGE + 1][0]) - 1
        super().__init__(SCOPE, [root], blocks, low_level_block=low_level)
