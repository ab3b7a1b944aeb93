"""Xception-65 and Xception-71 as DeepLab changed them (scope `xception_65`)."""

import dataclasses

import tensorflow as tf

from fs_tf.models import composite, convolution, encoder, separable


@dataclasses.dataclass(frozen=True)
class Block:
    """Equal units in a row.

    Attributes:
      scope: below the encoder's.
      feature: name of its feature map; units are counted where there are several.
      channels: of the three separable convolutions.
      stride: of the third.
      shortcut: "convolution", "identity" or "none".
      units: how many.
      has_inner_activation: ReLU inside the separable convolutions, none before.
    """

    scope: str
    feature: str
    channels: tuple[int, int, int]
    stride: int = 1
    shortcut: str = "convolution"
    units: int = 1
    has_inner_activation: bool = False


def _entry(*channels_and_strides: tuple[int, int]) -> tuple[Block, ...]:
    return tuple(
        Block(f"entry_flow/block{index}", f"entry_block{index}", (depth,) * 3, stride)
        for index, (depth, stride) in enumerate(channels_and_strides, start=1)
    )


MIDDLE_AND_EXIT = (
    Block(
        "middle_flow/block1",
        "middle_unit",
        (728, 728, 728),
        shortcut="identity",
        units=16,
    ),
    Block("exit_flow/block1", "exit_block1", (728, 1024, 1024), stride=2),
    Block(
        "exit_flow/block2",
        "exit_block2",
        (1536, 1536, 2048),
        shortcut="none",
        has_inner_activation=True,
    ),
)
ARCHITECTURES = {
    "xception_65": _entry((128, 2), (256, 2), (728, 2)) + MIDDLE_AND_EXIT,
    "xception_71": _entry((128, 2), (256, 1), (256, 2), (728, 1), (728, 2))
    + MIDDLE_AND_EXIT,
}
# Index of the last block that starts at stride 4.
LOW_LEVEL_BLOCK = {"xception_65": 1, "xception_71": 2}


class Unit(composite.Composite):
    """Three separable convolutions beside a shortcut."""

    def __init__(
        self,
        scope: str,
        feature: str,
        block: Block,
        placement: encoder.Placement,
        conventions: convolution.Conventions,
    ):
        super().__init__(name=feature)
        self.rate = placement.rate
        self.has_inner_activation = block.has_inner_activation
        self.has_identity = block.shortcut == "identity"
        self.separables = tuple(
            separable.SeparableConvolution(
                f"{scope}/separable_conv{index}",
                channels,
                conventions,
                stride=placement.stride if index == 3 else 1,
                rate=placement.rate,
                activation=tf.nn.relu if block.has_inner_activation else None,
            )
            for index, channels in enumerate(block.channels, start=1)
        )
        self.shortcut = None
        if block.shortcut == "convolution":
            self.shortcut = convolution.Convolution(
                f"{scope}/shortcut",
                block.channels[2],
                conventions,
                stride=placement.stride,
            )

    def call(self, inputs, training=False, has_holes=True):
        """Returns the output and the map after the second separable convolution."""
        x, maps = inputs, []
        for convolve in self.separables:
            x = x if self.has_inner_activation else tf.nn.relu(x)
            x = convolve(x, training=training, has_holes=has_holes)
            maps.append(x)
        if self.shortcut is not None:
            x = x + self.shortcut(inputs, training=training)
        elif self.has_identity:
            x = x + inputs
        return x, maps[1]


class Xception(encoder.Encoder):
    """The encoder up to the 2048 channels of the exit flow.

    Args:
      variant: "xception_65" or "xception_71".
      conventions: shared by its convolutions.
      output_stride: 8 or 16.
    """

    def __init__(
        self, variant: str, conventions: convolution.Conventions, output_stride: int
    ):
        conventions = dataclasses.replace(conventions, pads_explicitly=True)
        roots = [
            convolution.Convolution(
                f"{variant}/entry_flow/conv1_{index}",
                channels,
                conventions,
                kernel_size=3,
                stride=stride,
                activation=tf.nn.relu,
            )
            for index, channels, stride in ((1, 32, 2), (2, 64, 1))
        ]
        rows = [
            (block, index)
            for block in ARCHITECTURES[variant]
            for index in range(1, block.units + 1)
        ]
        places = encoder.placements(
            [block.stride for block, _ in rows], 2, output_stride
        )
        units = [
            Unit(
                f"{variant}/{block.scope}/unit_{index}/xception_module",
                block.feature if block.units == 1 else f"{block.feature}{index}",
                block,
                placement,
                conventions,
            )
            for (block, index), placement in zip(rows, places, strict=True)
        ]
        super().__init__(
            variant, roots, units, low_level_block=LOW_LEVEL_BLOCK[variant]
        )
