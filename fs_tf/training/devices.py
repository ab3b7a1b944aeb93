"""Where training runs."""

import functools

import tensorflow as tf


@functools.cache
def distribution_strategy() -> tf.distribute.Strategy:
    """Returns a mirrored strategy over all GPUs where there are several.

    Build the segmenter in its scope. It is the same for all calls, so that one
    segmenter can start from another's weights.
    """
    if len(tf.config.list_logical_devices("GPU")) > 1:
        return tf.distribute.MirroredStrategy()
    return tf.distribute.get_strategy()
