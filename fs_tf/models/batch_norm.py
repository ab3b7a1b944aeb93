"""Batch norm as DeepLab trains it: fast, and freezable without freezing its scale."""

from collections.abc import Callable, Iterable

import keras
import numpy as np
import tensorflow as tf


class BatchNorm(keras.layers.BatchNormalization):
    """Keras's batch norm, trained by TensorFlow's fused operation.

    Keras composes it of five element-wise operations, which no graph optimiser
    merges; on a CPU that doubles the time of a training step.

    Attributes:
      is_frozen: training uses the moving statistics and leaves them alone, while
        scale and offset still learn (DeepLab's `fine_tune_batch_norm=false`).
        `trainable = False` freezes all four, as in Keras.
      observe: called with all inputs, if not None; see `measure_batch_norm`.
    """

    is_frozen = False
    observe: Callable[[tf.Tensor], None] | None = None

    def call(self, inputs, training=False, mask=None):
        """Returns the normalized inputs, float [B, h, w, C]; masks mean nothing."""
        del mask
        if self.observe is not None:
            self.observe(inputs)
        if not training:
            return self._inference(inputs)
        uses_batch = self.trainable and not self.is_frozen
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

    def _inference(self, inputs: tf.Tensor) -> tf.Tensor:
        """Normalizes by the moving statistics, in two element-wise operations.

        A graph merges the fused operation into the convolution before it, for which
        oneDNN has no fast kernel where weights are variables, as in a SavedModel.
        """
        variance = tf.convert_to_tensor(self.moving_variance) + self.epsilon
        scale = tf.convert_to_tensor(self.gamma) * tf.math.rsqrt(variance)
        offset = tf.convert_to_tensor(self.beta)
        offset -= tf.convert_to_tensor(self.moving_mean) * scale
        return inputs * tf.cast(scale, inputs.dtype) + tf.cast(offset, inputs.dtype)

    def _move(self, statistic: keras.Variable, batch: tf.Tensor) -> None:
        kept = self.momentum
        statistic.assign(statistic * kept + tf.stop_gradient(batch) * (1.0 - kept))


def freeze_batch_norm(layer: keras.layers.Layer) -> None:
    """Makes training use the moving statistics of all batch norms inside `layer`.

    Call it before the training step is traced. Scale and offset still learn.

    Args:
      layer: a segmenter, or a part such as `segmenter.encoder`.
    """
    for norm in _batch_norms(layer):
        norm.is_frozen = True


def measure_batch_norm(layer: keras.layers.Layer, batches: Iterable[tf.Tensor]) -> None:
    """Gives all batch norms inside `layer` the statistics of these inputs.

    Scale and offset change along, so that inference stays the same function. An
    encoder whose own statistics are lost, because they were folded into its kernels,
    so becomes one that can train: normalizing by a batch then changes it little.

    Args:
      layer: a segmenter, or a part such as `segmenter.encoder`.
      batches: of float32 [B, H, W, C], as `layer` takes them.

    Raises:
      ValueError: no batches.
    """
    observed = {norm: _Moments() for norm in _batch_norms(layer)}
    was_frozen = {norm: norm.is_frozen for norm in observed}
    try:
        for norm, moments in observed.items():
            norm.observe, norm.is_frozen = moments.add, True
        for batch in batches:
            # Inference would pad the phases of dilated maps, and count the padding.
            layer(batch, training=True)
    finally:
        for norm in observed:
            norm.observe, norm.is_frozen = None, was_frozen[norm]
    for norm, moments in observed.items():
        _restate(norm, *moments.mean_and_variance())


def lost_statistics(layer: keras.layers.Layer) -> bool:
    """Whether folding took the statistics of the batch norms inside `layer`.

    Then each of them adds its offset and does nothing else, as `import_checkpoint`
    sets them up: no network trains to that, and none starts like that.
    """
    return all(
        not np.any(norm.moving_mean)
        and np.all(np.asarray(norm.moving_variance) == np.float32(1.0 - norm.epsilon))
        for norm in _batch_norms(layer)
    )


class _Moments:
    """Mean and variance per channel of all that was added."""

    def __init__(self):
        self._count = 0
        self._sum = self._squares = 0.0

    def add(self, values: tf.Tensor) -> None:
        values = np.asarray(values, np.float64).reshape(-1, values.shape[-1])
        self._count += len(values)
        self._sum = self._sum + values.sum(axis=0)
        self._squares = self._squares + (values**2).sum(axis=0)

    def mean_and_variance(self) -> tuple[np.ndarray, np.ndarray]:
        if not self._count:
            raise ValueError("Batch norm cannot be measured without any batch.")
        mean = self._sum / self._count
        return mean, np.maximum(self._squares / self._count - mean**2, 0.0)


def _restate(norm: BatchNorm, mean: np.ndarray, variance: np.ndarray) -> None:
    """Changes the statistics, and scale and offset so that inference does not."""
    scale = norm.gamma / np.sqrt(norm.moving_variance + norm.epsilon)
    offset = norm.beta - scale * norm.moving_mean
    norm.gamma.assign(scale * np.sqrt(variance + norm.epsilon))
    norm.beta.assign(offset + scale * mean)
    norm.moving_mean.assign(mean)
    norm.moving_variance.assign(variance)


def _batch_norms(layer: keras.layers.Layer) -> list[BatchNorm]:
    layers = layer._flatten_layers(include_self=True, recursive=True)
    return [inner for inner in layers if isinstance(inner, BatchNorm)]
