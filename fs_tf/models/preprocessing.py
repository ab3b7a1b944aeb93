"""From an image as it is stored to what a segmenter takes."""

import tensorflow as tf

from fs_tf import errors


def preprocess(image: tf.Tensor) -> tf.Tensor:
    """Maps RGB 0..255 to -1..1, as DeepLab does.

    Args:
      image: uint8 [B, H, W, 3], red first.

    Returns:
      float32 [B, H, W, 3], 2/255 * image - 1.

    Raises:
      ValueError: another type, rank or number of channels.
    """
    image = tf.convert_to_tensor(image)
    is_image = image.dtype == tf.uint8 and image.shape.rank in (4, None)
    if not is_image or (image.shape.rank == 4 and image.shape[3] not in (3, None)):
        raise errors.BadValue(
            f"An image batch must be uint8 [B, H, W, 3], RGB without alpha; got "
            f"{image.dtype.name} {list(image.shape) if image.shape.rank else '[]'}."
        )
    image = tf.ensure_shape(image, (None, None, None, 3))
    return tf.cast(image, tf.float32) * (2.0 / 255.0) - 1.0
