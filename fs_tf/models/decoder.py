"""The decoder of DeepLabv3+: sharpens context with low-level features."""

import tensorflow as tf

from fs_tf.models import composite, convolution, resize, separable


class Decoder(composite.Composite):
    """Concatenates context and projected low-level maps, then refines twice.

    Args:
      channels: of the output.
      low_level_channels: to which the low-level maps are projected.
      conventions: shared by its convolutions.
    """

    def __init__(
        self,
        channels: int,
        low_level_channels: int,
        conventions: convolution.Conventions,
    ):
        super().__init__(name="decoder")
        self.projection = convolution.Convolution(
            "decoder/feature_projection0",
            low_level_channels,
            conventions,
            activation=tf.nn.relu,
        )
        self.refinements = tuple(
            separable.SeparableConvolution(
                f"decoder/decoder_conv{index}",
                channels,
                conventions,
                activation=tf.nn.relu,
            )
            for index in range(2)
        )

    def call(self, context, low_level, training=False):
        """Returns float [B, h, w, channels]; h and w are those of `low_level`."""
        low_level = self.projection(low_level, training=training)
        x = tf.concat([resize.resize_like(context, low_level), low_level], axis=-1)
        for refinement in self.refinements:
            x = refinement(x, training=training)
        return x
