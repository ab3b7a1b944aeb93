"""Affine coupling: half of an embedding is shifted and scaled given the other."""

import keras
import tensorflow as tf
from tensorflow_probability import bijectors as tfb


class AffineCoupling(keras.layers.Layer):
    """Owns the network of one `tfb.RealNVP` step.

    The last layer starts at zero, thus the step starts as the identity.

    Args:
      dimension: D >= 2; the first D // 2 elements stay and condition the others.
      width: units of each of the two hidden layers.
      log_scale_bound: the step scales by at most exp(log_scale_bound).
      seed: of the initial weights.
    """

    def __init__(
        self,
        dimension: int,
        width: int,
        log_scale_bound: float,
        seed: int,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.kept = dimension // 2
        self.log_scale_bound = log_scale_bound
        # Attributes rather than a Sequential, which would fix the rank of its input.
        self.hidden_1 = _dense(width, self.kept, "relu", seed)
        self.hidden_2 = _dense(width, width, "relu", seed + 1)
        self.output_layer = _dense(2 * (dimension - self.kept), width, None, None)
        self.built = True

    def call(self, kept: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the shift and log scale of the others, each [..., D - D // 2]."""
        output = self.output_layer(self.hidden_2(self.hidden_1(kept)))
        shift, raw = tf.split(output, 2, axis=-1)
        bound = self.log_scale_bound
        return shift, bound * tf.tanh(raw / bound)

    def bijector(self) -> tfb.Bijector:
        """The step, rebuilt for one call of the flow."""
        return tfb.RealNVP(
            num_masked=self.kept,
            shift_and_log_scale_fn=lambda kept, *_, **__: self(kept),
        )


def _dense(
    units: int, inputs: int, activation: str | None, seed: int | None
) -> keras.layers.Dense:
    initializer = "zeros"
    if seed is not None:
        initializer = keras.initializers.HeNormal(seed=seed)
    layer = keras.layers.Dense(
        units, activation=activation, kernel_initializer=initializer
    )
    layer.build([None, inputs])
    return layer
