"""Batch normalization as a step of a flow."""

import keras
import tensorflow as tf
from tensorflow_probability import bijectors as tfb

_EPSILON = 1e-5


class BatchNormalization(keras.layers.Layer):
    """Normalises latents, by the batch in training and by moving statistics after.

    TensorFlow Probability's own takes no Keras 3 layer and no feature maps.

    Args:
      dimension: D, the size of an embedding.
      momentum: share of the moving statistics that a batch keeps; our choice.
    """

    def __init__(self, dimension: int, momentum: float = 0.95, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum

        def weight(name, initializer, trainable):
            return self.add_weight(
                shape=[dimension],
                initializer=initializer,
                trainable=trainable,
                name=name,
            )

        self.shift = weight("shift", "zeros", True)
        self.log_scale = weight("log_scale", "zeros", True)
        self.moving_mean = weight("moving_mean", "zeros", False)
        self.moving_variance = weight("moving_variance", "ones", False)
        self.built = True

    def bijector(self, training: bool) -> tfb.Bijector:
        """The map from normalised latents back, for one call of the flow."""
        return _BatchNormalization(self, training)


class _BatchNormalization(tfb.Bijector):
    """inverse(x) = (x - mean) / sqrt(variance + epsilon) exp(log_scale) + shift."""

    def __init__(self, layer: BatchNormalization, training: bool):
        parameters = dict(locals())
        self.layer, self.training = layer, training
        self.is_updated = False
        self.shift = tf.convert_to_tensor(layer.shift)
        self.log_scale = tf.convert_to_tensor(layer.log_scale)
        super().__init__(
            forward_min_event_ndims=1,
            is_constant_jacobian=not training,
            parameters=parameters,
            name="batch_normalization",
        )

    def _statistics(self, x):
        if not self.training:
            return (
                tf.convert_to_tensor(self.layer.moving_mean),
                tf.convert_to_tensor(self.layer.moving_variance),
            )
        return tf.nn.moments(x, axes=list(range(x.shape.rank - 1)))

    def _update(self, mean, variance):
        """Moves the moving statistics, once per call of the flow."""
        if self.training and not self.is_updated:
            self.is_updated = True
            rate = 1.0 - self.layer.momentum
            for moving, value in (
                (self.layer.moving_mean, mean),
                (self.layer.moving_variance, variance),
            ):
                moving.assign(moving + rate * (tf.stop_gradient(value) - moving))

    def _forward(self, z):
        if self.training:
            raise ValueError(
                "The flow maps latents to embeddings by its moving statistics only; "
                "ask for the distribution with training=False."
            )
        mean, variance = self._statistics(z)
        deviation = tf.sqrt(variance + _EPSILON)
        return (z - self.shift) * tf.exp(-self.log_scale) * deviation + mean

    def _inverse(self, x):
        mean, variance = self._statistics(x)
        self._update(mean, variance)
        scale = tf.exp(self.log_scale) * tf.math.rsqrt(variance + _EPSILON)
        return (x - mean) * scale + self.shift

    def _inverse_log_det_jacobian(self, x):
        _, variance = self._statistics(x)
        return tf.reduce_sum(self.log_scale - 0.5 * tf.math.log(variance + _EPSILON))
