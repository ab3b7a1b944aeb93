"""Uniform noise: the baseline that every method must beat."""

import tensorflow as tf

from fs_tf.methods import base


class Random(base.AnomalyScorer):
    """Noise that follows from the content of the image alone.

    The same image gets the same score in any batch, order or process.
    """

    def __init__(self, segmenter=None):
        del segmenter
        super().__init__()

    def preprocess(self, image: tf.Tensor) -> tf.Tensor:
        """See the base class; the values stay 0..255."""
        return tf.cast(image, tf.float32)

    def score(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class; uniform in [0, 1)."""
        content = tf.saturate_cast(inputs, tf.uint8)
        size = tf.shape(inputs)[1:3]
        seeds = tf.fingerprint(tf.reshape(content, [tf.shape(inputs)[0], -1]))
        seeds = tf.bitcast(tf.reshape(seeds, [-1, 2, 4]), tf.int32)
        return tf.map_fn(
            lambda seed: tf.random.stateless_uniform(size, seed),
            seeds,
            fn_output_signature=tf.TensorSpec([None, None], tf.float32),
        )


METHODS = (
    base.Method(
        name="random",
        family="Random",
        score="uniform noise",
        description=(
            "Uniform noise that follows from the content of the image; the baseline "
            "that every method must beat."
        ),
        build=Random,
    ),
)
