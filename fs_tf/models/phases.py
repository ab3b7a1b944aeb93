"""Atrous layers without holes: every rate-th pixel of a map is a map of its own.

A convolution of rate r never mixes pixels whose rows or columns differ modulo r. So
a run of atrous layers equals the same layers without holes on each of the r x r
"phases" of the map, split once before and merged once after. TensorFlow instead
rearranges the map around every single atrous convolution, on one thread.
"""

import tensorflow as tf


def split(maps: tf.Tensor, rate: int) -> list[tf.Tensor]:
    """Returns the `rate * rate` phases, rows first; sizes differ by at most one.

    Args:
      maps: [B, H, W, C].
      rate: at least 1.
    """
    if rate == 1:
        return [maps]
    # A phase must not be empty; pixels added here have phases of their own.
    maps = tf.pad(maps, _missing(maps, tf.maximum(rate, tf.shape(maps)[1:3])))
    return [
        maps[:, row::rate, column::rate]
        for row in range(rate)
        for column in range(rate)
    ]


def merge(phases: list[tf.Tensor], rate: int, size: tf.Tensor) -> tf.Tensor:
    """Undoes `split`.

    Args:
      phases: `rate * rate` maps [B, h, w, C].
      rate: as given to `split`.
      size: int32 [2], height and width of the result.
    """
    if rate == 1:
        return phases[0]
    largest = (size + rate - 1) // rate
    padded = [tf.pad(phase, _missing(phase, largest)) for phase in phases]
    surplus = largest * rate - size
    return tf.batch_to_space(
        tf.concat(padded, axis=0),
        block_shape=[rate, rate],
        crops=tf.stack([tf.zeros_like(surplus), surplus], axis=1),
    )


def _missing(maps: tf.Tensor, size: tf.Tensor) -> tf.Tensor:
    missing = size - tf.shape(maps)[1:3]
    return tf.stack([[0, 0], [0, missing[0]], [0, missing[1]], [0, 0]])
