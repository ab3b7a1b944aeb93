"""Batch norm as DeepLab trains it: fused, and freezable without freezing its scale."""

import keras
import tensorflow as tf


class BatchNorm(keras.layers.BatchNormalization):
    """Keras's batch norm computed by TensorFlow's fused operation.

    Keras composes it of five element-wise operations, which no graph optimiser
    merges; on a CPU that doubles the time of a training step.

    Attributes:
      is_frozen: training uses the moving statistics and leaves them alone, while
        scale and offset still learn (DeepLab's `fine_tune_batch_norm=false`).
        `trainable = False` freezes all four, as in Keras.
    """

    is_frozen = False

    def call(self, inputs, training=False, mask=None):
        del mask
        uses_batch = bool(training) and self.trainable and not self.is_frozen
        output, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs,
            tf.convert_to_tensor(self.gamma),
            tf.convert_to_tensor(self.beta),
            None if uses_batch else tf.convert_to_tensor(self.moving_mean),
            None if uses_batch else tf.convert_to_tensor(self.moving_variance),
            epsilon=self.epsilon,
            is_training=uses_batch,
        )
        if uses_batch:
            self._move(self.moving_mean, mean)
            self._move(self.moving_variance, variance)
        return output

    def _move(self, statistic: keras.Variable, batch: tf.Tensor) -> None:
        kept = self.momentum
        statistic.assign(statistic * kept + tf.stop_gradient(batch) * (1.0 - kept))


def freeze_batch_norm(layer: keras.layers.Layer) -> None:
    """Makes training use the moving statistics of all batch norms inside `layer`.

    Call it before the training step is traced. Scale and offset still learn.

    Args:
      layer: a segmenter, or a part such as `segmenter.encoder`.
    """
    for inner in layer._flatten_layers(include_self=True, recursive=True):
        if isinstance(inner, BatchNorm):
            inner.is_frozen = True
