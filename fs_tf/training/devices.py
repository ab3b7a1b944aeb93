"""Where training runs, and how precisely."""

import functools

import keras
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


def set_precision(name: str) -> None:
    """Sets what segmenters that are built from now on compute in.

    Args:
      name: "float32", or "float16" or "bfloat16" with float32 weights.
    """
    keras.config.set_dtype_policy(name if name == "float32" else f"mixed_{name}")
