"""Bilinear resizing with aligned corners, the only kind DeepLab uses."""

import tensorflow as tf


def resize_like(maps: tf.Tensor, reference: tf.Tensor) -> tf.Tensor:
    """Resizes `maps` to the height and width of `reference`, corners on corners.

    Args:
      maps: floating point [B, h, w, C].
      reference: [B, H, W, any].

    Returns:
      [B, H, W, C] of the type of `maps`.
    """
    size = tf.shape(reference)[1:3]
    resized = tf.raw_ops.ResizeBilinear(
        images=maps, size=size, align_corners=True, half_pixel_centers=False
    )
    return tf.cast(resized, maps.dtype)
