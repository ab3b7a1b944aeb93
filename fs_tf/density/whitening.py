"""A fixed affine step that gives embeddings zero mean and unit covariance."""

import keras
import numpy as np
import tensorflow as tf
from tensorflow_probability import bijectors as tfb


class Whitening(keras.layers.Layer):
    """Rotates embeddings to principal axes and scales each to unit variance.

    It makes the untrained flow the full-covariance Gaussian of its training
    embeddings, so that training starts from there. The paper does not whiten; this
    is our choice. Until `fit` it is the identity.

    Args:
      dimension: D, the size of an embedding.
    """

    def __init__(self, dimension: int, **kwargs):
        super().__init__(trainable=False, **kwargs)
        self.mean = self.add_weight(
            shape=[dimension], initializer="zeros", trainable=False, name="mean"
        )
        self.axes = self.add_weight(
            shape=[dimension, dimension],
            initializer="identity",
            trainable=False,
            name="axes",
        )
        self.log_deviations = self.add_weight(
            shape=[dimension],
            initializer="zeros",
            trainable=False,
            name="log_deviations",
        )
        self.built = True

    def fit(self, embeddings: np.ndarray, regularization: float) -> None:
        """Sets mean and axes to those of the embeddings.

        Args:
          embeddings: float32 [N, D], finite.
          regularization: variance added to every axis, > 0, without which an axis
            that never varies would have infinite density.
        """
        mean = embeddings.mean(axis=0, dtype=np.float64)
        covariance = np.zeros((embeddings.shape[1],) * 2)
        for chunk in np.array_split(embeddings, max(len(embeddings) // 10_000, 1)):
            centred = chunk - mean
            covariance += centred.T @ centred / len(embeddings)
        variances, axes = np.linalg.eigh(covariance)
        variances = np.maximum(variances, 0) + regularization
        self.mean.assign(mean)
        self.axes.assign(axes)
        self.log_deviations.assign(0.5 * np.log(variances))

    def bijector(self) -> tfb.Bijector:
        """The map from white latents to embeddings, as its weights are now."""
        return _Whitening(
            tf.convert_to_tensor(self.mean),
            tf.convert_to_tensor(self.axes),
            tf.convert_to_tensor(self.log_deviations),
        )


class _Whitening(tfb.Bijector):
    """x = axes (exp(log_deviations) z) + mean."""

    def __init__(self, mean, axes, log_deviations):
        parameters = dict(locals())
        self.mean, self.axes, self.log_deviations = mean, axes, log_deviations
        super().__init__(
            forward_min_event_ndims=1,
            is_constant_jacobian=True,
            parameters=parameters,
            name="whitening",
        )

    def _forward(self, z):
        scaled = z * tf.exp(self.log_deviations)
        return tf.tensordot(scaled, tf.transpose(self.axes), axes=1) + self.mean

    def _inverse(self, x):
        rotated = tf.tensordot(x - self.mean, self.axes, axes=1)
        return rotated * tf.exp(-self.log_deviations)

    def _forward_log_det_jacobian(self, z):
        del z  # The map is affine, and `axes` is orthogonal.
        return tf.reduce_sum(self.log_deviations)
