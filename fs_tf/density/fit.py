"""Maximum likelihood training of a flow, stopped early on held-out embeddings."""

import dataclasses
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
import tqdm

from fs_tf import errors
from fs_tf.density.gaussian import gaussian_nll
from fs_tf.density.real_nvp import RealNVP

_EVALUATION_BATCH = 8192


@dataclasses.dataclass(frozen=True)
class FitConfig:
    """How a flow is trained. The paper leaves these open; they are our choice.

    Attributes:
      batch_size: embeddings per step.
      learning_rate: of Adam.
      gradient_norm: gradients are clipped to this global norm.
      max_epochs: passes over the training embeddings at most.
      patience: epochs without a better held-out NLL before training stops.
      noise: deviation of Gaussian noise added to training embeddings, relative to
        the root mean variance of their elements. Embeddings behind a ReLU hold exact
        zeros, on which a density without noise grows without bound.
    """

    batch_size: int = 1024
    learning_rate: float = 2e-3
    gradient_norm: float = 10.0
    max_epochs: int = 20
    patience: int = 3
    noise: float = 0.01


@dataclasses.dataclass(frozen=True)
class FitReport:
    """How training went; NLLs are means in nats.

    Attributes:
      held_out_nll: before training and after every epoch.
      best_epoch: the epoch whose weights the flow has now, 0 is before training.
      training_nll: over the training embeddings with these weights.
      gaussian_nll: held-out NLL of a full-covariance Gaussian, for comparison.
    """

    held_out_nll: tuple[float, ...]
    best_epoch: int
    training_nll: float
    gaussian_nll: float


def fit(
    flow: RealNVP,
    training: np.ndarray,
    held_out: np.ndarray,
    config: FitConfig,
    rng: np.random.Generator,
    progress: bool = True,
) -> FitReport:
    """Trains the flow and leaves it with the weights of its best epoch.

    Also sets its whitening and its mean training NLL (eq. 8). Embeddings of a stream
    too large for memory come through a `reservoir.Reservoir`.

    Args:
      flow: changed in place.
      training: float32 [N, D], finite, N >= 2.
      held_out: float32 [M, D], finite, of other images; see `held_out_split`.
      config: how to train.
      rng: source of shuffling and noise.
      progress: show a bar on a terminal.

    Raises:
      ValueError: embeddings of another shape or not finite, or the loss became
        infinite or NaN; the flow then keeps the weights of its best epoch.
    """
    _check(flow, training, 2, "training")
    _check(flow, held_out, 1, "held-out")
    regularization = config.noise**2 * max(float(training.var(axis=0).mean()), 1e-12)
    flow.whitening.fit(training, regularization)
    step = _training_step(flow, config, np.sqrt(regularization))
    nll = _nll(flow)
    history = [_mean(nll, held_out)]
    best, weights = 0, flow.get_weights()
    bar = tqdm.trange(
        1, config.max_epochs + 1, desc="flow", disable=None if progress else True
    )
    try:
        for epoch in bar:
            _train_epoch(step, training, config, rng, epoch)
            history.append(_mean(nll, held_out))
            bar.set_postfix(held_out_nll=f"{history[-1]:.2f}")
            if history[-1] < history[best]:
                best, weights = epoch, flow.get_weights()
            elif epoch - best >= config.patience:
                break
    finally:
        flow.set_weights(weights)
        flow.mean_training_nll.assign(_mean(nll, training))
    return FitReport(
        held_out_nll=tuple(history),
        best_epoch=best,
        training_nll=float(flow.mean_training_nll.numpy()),
        gaussian_nll=gaussian_nll(training, held_out, regularization),
    )


def mean_nll(flow: RealNVP, embeddings: np.ndarray) -> float:
    """Returns the mean NLL in nats, by the moving statistics.

    Args:
      flow: the density.
      embeddings: float32 [N, D], N >= 1.
    """
    return _mean(_nll(flow), embeddings)


def _nll(flow: RealNVP) -> Callable[[np.ndarray], tf.Tensor]:
    """The NLL of embeddings [N, D], traced once because that takes seconds."""
    return tf.function(
        flow.negative_log_likelihood,
        input_signature=[tf.TensorSpec([None, flow.dimension])],
    )


def _mean(nll: Callable[[np.ndarray], tf.Tensor], embeddings: np.ndarray) -> float:
    total = 0.0
    for start in range(0, len(embeddings), _EVALUATION_BATCH):
        batch = embeddings[start : start + _EVALUATION_BATCH]
        total += float(nll(batch).numpy().sum(dtype=np.float64))
    return total / len(embeddings)


def _training_step(
    flow: RealNVP, config: FitConfig, deviation: float
) -> Callable[[np.ndarray, np.ndarray], tf.Tensor]:
    """A function of embeddings [B, D] and a seed [2] that updates the flow."""
    optimizer = keras.optimizers.Adam(
        config.learning_rate, global_clipnorm=config.gradient_norm
    )
    optimizer.build(flow.trainable_variables)

    @tf.function(
        input_signature=[
            tf.TensorSpec([None, flow.dimension]),
            tf.TensorSpec([2], tf.int32),
        ]
    )
    def step(batch, seed):
        noise = tf.random.stateless_normal(tf.shape(batch), seed, stddev=deviation)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(flow(batch + noise, training=True))
        variables = flow.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    return step


def _train_epoch(step, training, config, rng, epoch) -> None:
    # A last, smaller batch would have statistics of its own; the next epoch's
    # shuffling uses its embeddings.
    size = min(config.batch_size, len(training))
    order = rng.permutation(len(training))
    for start in range(0, len(training) - size + 1, size):
        batch = training[order[start : start + size]]
        seed = rng.integers(2**31, size=2).astype(np.int32)
        loss = float(step(batch, seed))
        if not np.isfinite(loss):
            raise errors.BadValue(
                f"The loss of the flow must be finite; got {loss} in epoch {epoch}. "
                f"Lower `FitConfig.learning_rate` ({config.learning_rate})."
            )


def _check(flow: RealNVP, embeddings: np.ndarray, count: int, which: str) -> None:
    if embeddings.ndim != 2 or embeddings.shape[1] != flow.dimension:
        raise ValueError(
            f"The {which} embeddings must have shape [N, {flow.dimension}]; "
            f"got {list(embeddings.shape)}."
        )
    if len(embeddings) < count:
        raise errors.BadValue(
            f"A flow needs at least {count} {which} embeddings; got {len(embeddings)}."
        )
    if not np.isfinite(embeddings).all():
        row = np.flatnonzero(~np.isfinite(embeddings).all(axis=1))[0]
        raise errors.BadValue(
            f"The {which} embeddings must be finite; number {row} is not."
        )
