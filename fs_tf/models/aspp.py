"""Atrous spatial pyramid pooling: context at several scales."""

from collections.abc import Sequence

import keras
import tensorflow as tf

from fs_tf.models import composite, convolution, resize, separable

DROPOUT_RATE = 0.1


class ASPP(composite.Composite):
    """Image pooling, 1x1 and atrous branches, concatenated and projected.

    Args:
      channels: of each branch and of the output.
      rates: one atrous separable convolution each; may be empty.
      conventions: shared by its convolutions.
    """

    def __init__(
        self,
        channels: int,
        rates: Sequence[int],
        conventions: convolution.Conventions,
    ):
        super().__init__(name="aspp")

        def pointwise(scope):
            return convolution.Convolution(
                scope, channels, conventions, activation=tf.nn.relu
            )

        self.image_pooling = pointwise("image_pooling")
        self.pointwise = pointwise("aspp0")
        self.atrous = tuple(
            separable.SeparableConvolution(
                f"aspp{index}", channels, conventions, rate=rate, activation=tf.nn.relu
            )
            for index, rate in enumerate(rates, start=1)
        )
        self.projection = pointwise("concat_projection")
        self.dropout = keras.layers.Dropout(DROPOUT_RATE, seed=conventions.seed)

    def call(self, inputs, training=False):
        """Returns float [B, h, w, channels] of float [B, h, w, C]."""
        # The mean over the whole map; accumulated in float32 also in half precision.
        pooled = tf.reduce_mean(tf.cast(inputs, tf.float32), axis=(1, 2), keepdims=True)
        pooled = self.image_pooling(tf.cast(pooled, inputs.dtype), training=training)
        branches = [
            resize.resize_like(pooled, inputs),
            self.pointwise(inputs, training=training),
            *(branch(inputs, training=training) for branch in self.atrous),
        ]
        x = self.projection(tf.concat(branches, axis=-1), training=training)
        return self.dropout(x, training=training)
