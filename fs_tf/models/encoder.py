"""What both encoders share: a root, then blocks, at a chosen output stride."""

import dataclasses
from collections.abc import Callable, Sequence

import keras
import tensorflow as tf

from fs_tf import tables
from fs_tf.models import composite, phases, resize

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

    def call(
        self,
        inputs,
        training=False,
        after_block: AfterBlock | None = None,
        until: str | None = None,
    ):
        """Runs the roots and the blocks up to `until`, by default all.

        Returns:
          "low_level", one map per block, and "encoder", the last of them; as far as
          they were computed.
        """
        x = resize.pad_image(inputs)
        for root in self.roots:
            x = root(x, training=training)
        last = len(self.blocks) if until is None else self.position(until) + 1
        return self._run(x, range(last), training, after_block)

    def resume(
        self, features: dict[str, tf.Tensor], after: str, after_block: AfterBlock
    ) -> dict[str, tf.Tensor]:
        """Runs the blocks behind one that was run before, at inference.

        Args:
          features: what `call(..., until=after)` returned.
          after: name of the last block that was run.
          after_block: see `DeepLabV3Plus.call`; applied to the map of `after` too.

        Returns:
          all feature maps.
        """
        start = self.position(after) + 1
        x = after_block(after, features[after])
        rest = self._run(x, range(start, len(self.blocks)), False, after_block)
        return features | {after: x} | rest

    def position(self, block: str) -> int:
        """Returns the index of a block.

        Raises:
          KeyError: unknown name; the message lists the known ones.
        """
        positions = {block.name: index for index, block in enumerate(self.blocks)}
        return tables.lookup(positions, block, f"block of '{self.scope}'")

    def _run(
        self, x: tf.Tensor, which: range, training: bool, after_block: AfterBlock | None
    ) -> dict[str, tf.Tensor]:
        run = self._run_in_place if training else self._run_in_phases
        features = run(x, which, after_block)
        last = self.blocks[-1].name
        return features | ({"encoder": features[last]} if last in features else {})

    def _run_in_place(
        self, x: tf.Tensor, which: range, after_block: AfterBlock | None
    ) -> dict[str, tf.Tensor]:
        features = {}
        for index in which:
            block = self.blocks[index]
            x, inner = block(x, training=True)
            if after_block is not None:
                x = after_block(block.name, x)
            if index == self.low_level_block:
                features["low_level"] = inner
            features[block.name] = x
        return features

    def _run_in_phases(
        self, x: tf.Tensor, which: range, after_block: AfterBlock | None
    ) -> dict[str, tf.Tensor]:
        """Runs neighbours of equal rate on the phases of their common input."""
        features, maps, rate = {}, [x], 1
        for index in which:
            block = self.blocks[index]
            if block.rate != rate:
                rate = block.rate
                maps = phases.split(x, rate)
            size = tf.shape(x)[1:3]  # strides are 1 wherever there are phases
            outputs = [block(part, has_holes=False) for part in maps]
            maps = [output for output, _ in outputs]
            x = merged = phases.merge(maps, rate, size)
            if after_block is not None:
                x = after_block(block.name, merged)
            if x is not merged:
                maps = phases.split(x, rate)
            if index == self.low_level_block:
                features["low_level"] = outputs[0][1]
            features[block.name] = x
        return features
