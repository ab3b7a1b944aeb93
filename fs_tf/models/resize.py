"""Bilinear resizing with aligned corners, the only kind DeepLab uses.

A convolution of stride 2 keeps its first and last row on those of its input only if
there is an odd number of rows. So a feature map of stride s lies corners on corners
over an image of k * s + 1 rows, and over no other: at 256 rows, the cells of stride
16 would be up to 15 pixels off, at one edge and not at the other. DeepLab therefore
pads images, 1024x2048 to 1025x2049, and cuts its maps; so do we.
"""

import tensorflow as tf

COARSEST_STRIDE = 16


def resize_like(maps: tf.Tensor, reference: tf.Tensor) -> tf.Tensor:
    """Resizes `maps` to the height and width of `reference`, corners on corners.

    Args:
      maps: floating point [B, h, w, C].
      reference: [B, H, W, any].

    Returns:
      [B, H, W, C] of the type of `maps`.
    """
    return _resized(maps, tf.shape(reference)[1:3])


def padded_size(size):
    """Returns the least 16 k + 1 that is not below `size`; integers of any kind."""
    return (size + COARSEST_STRIDE - 2) // COARSEST_STRIDE * COARSEST_STRIDE + 1


def pad_image(inputs: tf.Tensor) -> tf.Tensor:
    """Pads below and on the right with zeros, which is grey, to `padded_size`.

    Args:
      inputs: floating point [B, H, W, C].
    """
    size = tf.shape(inputs)[1:3]
    missing = padded_size(size) - size
    return tf.pad(inputs, [(0, 0), (0, missing[0]), (0, missing[1]), (0, 0)])


def resize_to_image(maps: tf.Tensor, inputs: tf.Tensor) -> tf.Tensor:
    """Lays maps of a padded image over the image itself.

    Args:
      maps: floating point [B, h, w, C], computed from `pad_image(inputs)`.
      inputs: [B, H, W, any].

    Returns:
      [B, H, W, C] of the type of `maps`.
    """
    size = tf.shape(inputs)[1:3]
    resized = _resized(maps, padded_size(size))
    # Not by indices: in training, the gradient of those takes a sixth of a step.
    found = tf.slice(resized, [0, 0, 0, 0], [-1, size[0], size[1], -1])
    return tf.ensure_shape(found, [None, *inputs.shape[1:3], maps.shape[3]])


def _resized(maps: tf.Tensor, size: tf.Tensor) -> tf.Tensor:
    resized = tf.raw_ops.ResizeBilinear(
        images=maps, size=size, align_corners=True, half_pixel_centers=False
    )
    return tf.cast(resized, maps.dtype)
