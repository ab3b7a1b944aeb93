"""Optimizers of a segmenter: one schedule, but a rate of its own for each variable."""

from collections.abc import Sequence

import keras

from fs_tf.training.config import TrainingConfig


class _RatedUpdates:
    """Multiplies the learning rate of each variable by its factor in `rates`.

    Scaling gradients instead would do nothing under Adam, which normalizes them.
    """

    def __init__(self, rates: Sequence[float], *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._rates = rates

    def update_step(self, gradient, variable, learning_rate):
        """See `keras.optimizers.Optimizer`."""
        rate = self._rates[self._get_variable_index(variable)]
        super().update_step(gradient, variable, learning_rate * rate)


class RatedSGD(_RatedUpdates, keras.optimizers.SGD):
    """See `_RatedUpdates`."""


class RatedAdam(_RatedUpdates, keras.optimizers.Adam):
    """See `_RatedUpdates`."""


_KINDS = {"sgd": (RatedSGD, "momentum"), "adam": (RatedAdam, "beta_1")}


def optimizer(
    config: TrainingConfig, rates: Sequence[float]
) -> keras.optimizers.Optimizer:
    """Returns the optimizer of a training run; it scales the loss for float16.

    Args:
      config: kind, schedule, momentum and clipping.
      rates: factor on the learning rate of every variable that it will update.
    """
    kind, momentum = _KINDS[config.optimizer]
    schedule = keras.optimizers.schedules.PolynomialDecay(
        config.learning_rate, config.steps, 0.0, config.power
    )
    made = kind(
        rates,
        schedule,
        global_clipnorm=config.clip_norm,
        **{momentum: config.momentum},
    )
    if keras.mixed_precision.dtype_policy().compute_dtype == "float16":
        return keras.optimizers.LossScaleOptimizer(made)
    return made
