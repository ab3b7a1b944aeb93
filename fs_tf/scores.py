"""Anomaly scores from class logits and probabilities; higher is more anomalous.

Pure functions of tensors. Scores of confident pixels are computed without
subtracting nearly equal numbers, so that float32 does not tie pixels that differ.
"""

import math

import tensorflow as tf

from fs_tf import environment

environment.check_kernels()

# Entropy and gradient stay finite in float32 up to it.
_LOG_CONCENTRATION_LIMIT = 40.0
# From here on the asymptotic series is exact to 3e-6.
_SERIES_START = 16.0


def max_probability(logits: tf.Tensor) -> tf.Tensor:
    """Returns log(1 - largest softmax probability) (Section 4.1, softmax).

    Ranks pixels as 1 - p does, but does not round to equal values where p is near 1.

    Args:
      logits: float32 [..., C], C >= 2, finite.

    Returns:
      float32 [...], at most log(1 - 1 / C).

    Raises:
      ValueError: there are fewer than two classes.
    """
    _check_classes(logits, at_least=2)
    top = _top_mask(logits)
    below = logits - tf.reduce_max(logits, axis=-1, keepdims=True)
    log_odds = tf.reduce_logsumexp(tf.where(top, -math.inf, below), axis=-1)
    return tf.math.log_sigmoid(log_odds)


def entropy_of_logits(logits: tf.Tensor) -> tf.Tensor:
    """Returns the entropy of the softmax: log(sum exp d) - sum p d with d = z - max z.

    Both terms are non-negative and the first is a log1p, so nothing cancels.

    Args:
      logits: float32 [..., C], finite.

    Returns:
      float32 [...] in nats, within [0, log C].
    """
    top = _top_mask(logits)
    below = logits - tf.reduce_max(logits, axis=-1, keepdims=True)
    # The mask also keeps the gradient of the largest logit out of `below`.
    below = tf.where(top, 0.0, below)
    weights = tf.exp(below)
    rest = tf.reduce_sum(tf.where(top, 0.0, weights), axis=-1)
    expectation = tf.reduce_sum(weights * below, axis=-1) / (1.0 + rest)
    return tf.math.log1p(rest) - expectation


def entropy(probabilities: tf.Tensor) -> tf.Tensor:
    """Returns -sum p log p, where the largest p is taken as one minus the others.

    Args:
      probabilities: float32 [..., C], each [..., :] sums to one.

    Returns:
      float32 [...] in nats, within [0, log C].
    """
    top = _top_mask(probabilities)
    others = tf.where(top, 0.0, probabilities)
    rest = tf.reduce_sum(others, axis=-1)
    top_term = (1.0 - rest) * tf.math.log1p(-rest)
    return -top_term - tf.reduce_sum(tf.math.xlogy(others, others), axis=-1)


def predictive_entropy(probabilities: tf.Tensor) -> tf.Tensor:
    """Returns the entropy of the mean prediction (Section 4.1, eq. 1).

    Args:
      probabilities: float32 [T, B, H, W, C], each [..., :] sums to one.

    Returns:
      float32 [B, H, W] in nats, within [0, log C].
    """
    return entropy(tf.reduce_mean(probabilities, axis=0))


def mutual_information(probabilities: tf.Tensor) -> tf.Tensor:
    """Returns the entropy of the mean minus the mean entropy (Section 4.1, eq. 2).

    The equation as printed has the opposite sign; with this one the law
    0 <= mutual information <= predictive entropy holds.

    Args:
      probabilities: float32 [T, B, H, W, C], each [..., :] sums to one.

    Returns:
      float32 [B, H, W] in nats, within [0, log C].
    """
    return information_gain(
        tf.reduce_mean(probabilities, axis=0),
        tf.reduce_mean(entropy(probabilities), axis=0),
    )


def information_gain(mean: tf.Tensor, mean_entropy: tf.Tensor) -> tf.Tensor:
    """Returns `mutual_information` where samples were averaged one by one.

    Args:
      mean: float32 [..., C], mean probabilities of the samples.
      mean_entropy: float32 [...] in nats, mean of the samples' entropies.

    Returns:
      float32 [...] in nats, within [0, log C].
    """
    # Samples that agree give zero up to rounding, of either sign.
    return tf.nn.relu(entropy(mean) - mean_entropy)


def dirichlet_entropy(log_concentrations: tf.Tensor) -> tf.Tensor:
    """Returns the differential entropy of a Dirichlet distribution (Section 4.1).

    With h(a) = log Gamma(a) - (a - 1) digamma(a) + a, which grows as log(a) / 2,
    it is sum h(a_c) - h(a_0) - (C - 1) digamma(a_0). The terms a_c log a_c of the
    textbook formula, which swamp float32, cancel on paper rather than in memory.

    Args:
      log_concentrations: float32 [..., C]; clipped to [-40, 40].

    Returns:
      float32 [...] in nats, at most -log Gamma(C), that of the uniform distribution.
    """
    limit = _LOG_CONCENTRATION_LIMIT
    concentrations = tf.exp(tf.clip_by_value(log_concentrations, -limit, limit))
    total = tf.reduce_sum(concentrations, axis=-1)
    others = tf.cast(tf.shape(log_concentrations)[-1] - 1, tf.float32)
    terms, _ = _entropy_term(concentrations)
    total_term, digamma = _entropy_term(total)
    return tf.reduce_sum(terms, axis=-1) - total_term - others * digamma


def void_probability(logits: tf.Tensor) -> tf.Tensor:
    """Returns log(p / (1 - p)) of the last class, void (Section 4.1, void classifier).

    Ranks pixels as p does, without rounding to equal values near 0 or near 1.

    Args:
      logits: float32 [..., C + 1], the last one of the void class.

    Returns:
      float32 [...].

    Raises:
      ValueError: there is no class beside void.
    """
    _check_classes(logits, at_least=2)
    return logits[..., -1] - tf.reduce_logsumexp(logits[..., :-1], axis=-1)


def _top_mask(values: tf.Tensor) -> tf.Tensor:
    """bool [..., C], true at the first of the largest values."""
    classes = tf.shape(values)[-1]
    return tf.one_hot(tf.argmax(values, axis=-1), classes, True, False, dtype=tf.bool)


def _entropy_term(a: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """log Gamma(a) - (a - 1) digamma(a) + a, and digamma(a), for a > 0."""
    small = tf.minimum(a, _SERIES_START)
    digamma = tf.math.digamma(small)
    exact = tf.math.lgamma(small) - (small - 1.0) * digamma + small
    large = tf.maximum(a, _SERIES_START)
    log, inverse = tf.math.log(large), 1.0 / large
    # Stirling's series of both functions.
    tail = inverse * inverse / 12.0
    series = 0.5 * log + 0.5 * math.log(2.0 * math.pi * math.e)
    series += -inverse / 3.0 - tail
    is_small = a < _SERIES_START
    digamma_series = log - 0.5 * inverse - tail
    return (
        tf.where(is_small, exact, series),
        tf.where(is_small, digamma, digamma_series),
    )


def _check_classes(logits: tf.Tensor, at_least: int) -> None:
    classes = logits.shape[-1]
    if classes is not None and classes < at_least:
        raise ValueError(
            f"`logits` must have at least {at_least} classes in the last axis; "
            f"got shape {logits.shape}."
        )
