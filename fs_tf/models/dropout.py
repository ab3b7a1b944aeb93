"""Dropout that stays on at inference, exports and repeats."""

import tensorflow as tf

from fs_tf import errors
from fs_tf.models import deeplab, encoder


def stateless_dropout(
    segmenter: deeplab.DeepLabV3Plus, rate: float, seed: tf.Tensor
) -> encoder.AfterBlock:
    """Returns dropout behind the `dropout_blocks` of the segmenter's preset.

    All images of a batch drop the same elements, so that an image gets the same
    result in any batch.

    Args:
      segmenter: its preset names the blocks.
      rate: share of the elements that become 0; the others grow by 1 / (1 - rate).
      seed: integer [2]; the same seed drops the same elements.

    Raises:
      ValueError: the rate is not within [0, 1).
    """
    if not 0 <= rate < 1:
        raise errors.BadValue(f"The dropout rate must be within [0, 1); got {rate}.")
    blocks = segmenter.preset.dropout_blocks
    seed = tf.cast(seed, tf.int64)

    def after_block(name: str, maps: tf.Tensor) -> tf.Tensor:
        if rate == 0 or name not in blocks:
            return maps
        block_seed = tf.stack([seed[0], seed[1] * len(blocks) + blocks.index(name)])
        shape = tf.concat([[1], tf.shape(maps)[1:]], axis=0)
        return tf.nn.experimental.stateless_dropout(
            maps, rate, block_seed, noise_shape=shape
        )

    return after_block
