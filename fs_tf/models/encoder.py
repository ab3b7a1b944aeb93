"""What both encoders share: a root, then blocks, at a chosen output stride."""

import dataclasses
from collections.abc import Callable, Sequence

import keras
import tensorflow as tf

from fs_tf.models import composite, phases

# Applied to the output of each block: (name of the block, map) -> map.
AfterBlock = Callable[[str, tf.Tensor], tf.Tensor]


@dataclasses.dataclass(frozen=True)
class Placement:
    """The stride that a block gets, and the rate of its dilation."""

    stride: int
    rate: int


def placements(
    strides: Sequence[int], root_stride: int, output_stride: int
) -> list[Placement]:
    """Turns strides beyond `output_stride` into dilation of all *following* blocks."""
    placed, current, rate = [], root_stride, 1
    for stride in strides:
        if current == output_stride:
            placed.append(Placement(stride=1, rate=rate))
            rate *= stride
        else:
            placed.append(Placement(stride=stride, rate=rate))
            current *= stride
    return placed


class Encoder(composite.Composite):
    """Runs the root convolutions, then the blocks in order.

    Args:
      scope: first part of its variables' names in a zoo checkpoint.
      roots: layers from the image to the first block.
      blocks: layers that return (output, inner map) and have a `rate`; their names
        name the features.
      low_level_block: index of the block whose inner map the decoder takes.

    Attributes:
      scope: as given.
      blocks: the blocks, in order.
    """

    def __init__(
        self,
        scope: str,
        roots: Sequence[keras.layers.Layer],
        blocks: Sequence[keras.layers.Layer],
        low_level_block: int,
    ):
        super().__init__(name="encoder")
        # Tuples: `tf.train.Checkpoint` drops the variables of layers in a list.
        self.roots = tuple(roots)
        self.blocks = tuple(blocks)
        self.scope = scope
        self.low_level_block = low_level_block

    def call(self, inputs, training=False, after_block: AfterBlock | None = None):
        """Returns "low_level", one map per block, and "encoder", the last of them."""
        x = inputs
        for root in self.roots:
            x = root(x, training=training)
        if training or after_block is not None:
            features = self._run_in_place(x, training, after_block)
        else:
            features = self._run_in_phases(x)
        return features | {"encoder": features[self.blocks[-1].name]}

    def _run_in_place(
        self, x: tf.Tensor, training: bool, after_block: AfterBlock | None
    ) -> dict[str, tf.Tensor]:
        features = {}
        for index, block in enumerate(self.blocks):
            x, inner = block(x, training=training)
            if after_block is not None:
                x = after_block(block.name, x)
            if index == self.low_level_block:
                features["low_level"] = inner
            features[block.name] = x
        return features

    def _run_in_phases(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        """Runs neighbours of equal rate on the phases of their common input."""
        features, maps, rate = {}, [x], 1
        for index, block in enumerate(self.blocks):
            if block.rate != rate:
                rate = block.rate
                maps = phases.split(x, rate)
            size = tf.shape(x)[1:3]  # strides are 1 wherever there are phases
            outputs = [block(part, has_holes=False) for part in maps]
            maps = [output for output, _ in outputs]
            x = phases.merge(maps, rate, size)
            if index == self.low_level_block:
                features["low_level"] = outputs[0][1]
            features[block.name] = x
        return features
