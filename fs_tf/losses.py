"""Training losses of the segmentation methods.

Each takes labels and logits and returns one float32 scalar, the mean over the pixels
it uses; 0 with a zero gradient where there is none. Labels are train ids; 255 is
void, which the losses with out-of-distribution data train on. Any other label
outside the train classes belongs to nobody: use it for padding.

`class_weights`, float32 [C], one per train class, make the cross entropy a weighted
mean, so that rare classes count for more than their few pixels; None is the plain one.
"""

import tensorflow as tf

from fs_tf import errors, scores
from fs_tf.labels import VOID


def masked_cross_entropy(
    labels: tf.Tensor, logits: tf.Tensor, class_weights: tf.Tensor | None = None
) -> tf.Tensor:
    """Returns the mean cross entropy over the pixels with a train class.

    Args:
      labels: uint8 or int32 [B, H, W], train ids; others, as 255, are ignored.
      logits: float32 [B, H, W, C], one per train class.
      class_weights: see the module.

    Returns:
      float32 scalar in nats, >= 0.

    Raises:
      ValueError: labels are no integers, or their shape is not that of the logits.
    """
    labels = _checked(labels, logits)
    is_valid = _is_train_class(labels, _num_classes(logits))
    weights = _pixel_weights(labels, is_valid, class_weights)
    return _mean(weights, _cross_entropy(labels, logits, is_valid))


def max_entropy(
    labels: tf.Tensor,
    logits: tf.Tensor,
    class_weights: tf.Tensor | None = None,
    *,
    void_weight: float = 1.0,
) -> tf.Tensor:
    """Returns cross entropy on train classes plus missing softmax entropy on void.

    The second term is log C minus the entropy, so it is zero where the prediction on
    void is uniform (Section 4.1, retraining with maximised entropy).

    Args:
      labels: uint8 or int32 [B, H, W], train ids; 255 is void.
      logits: float32 [B, H, W, C], one per train class.
      class_weights: see the module.
      void_weight: weight of the second term, >= 0; our choice.

    Returns:
      float32 scalar in nats, >= 0.

    Raises:
      ValueError: labels are no integers, or their shape is not that of the logits.
    """
    labels = _checked(labels, logits)
    largest = tf.math.log(tf.cast(_num_classes(logits), tf.float32))
    missing = tf.nn.relu(largest - scores.entropy_of_logits(logits))
    on_void = _mean_over(tf.equal(labels, VOID), missing)
    on_classes = masked_cross_entropy(labels, logits, class_weights)
    return on_classes + void_weight * on_void


def void_class(
    labels: tf.Tensor, logits: tf.Tensor, class_weights: tf.Tensor | None = None
) -> tf.Tensor:
    """Returns the mean cross entropy with void as one more class, the last output.

    Args:
      labels: uint8 or int32 [B, H, W], train ids; 255 is void.
      logits: float32 [B, H, W, C + 1], the last one of void (Section 4.1).
      class_weights: of the C train classes, see the module; void weighs 1.

    Returns:
      float32 scalar in nats, >= 0.

    Raises:
      ValueError: labels are no integers, or their shape is not that of the logits.
    """
    labels = _checked(labels, logits)
    void_output = _num_classes(logits) - 1
    is_void = tf.equal(labels, VOID)
    is_used = _is_train_class(labels, void_output) | is_void
    targets = tf.where(is_void, void_output, labels)
    if class_weights is not None:
        class_weights = tf.concat([class_weights, [1.0]], axis=0)
    weights = _pixel_weights(targets, is_used, class_weights)
    return _mean(weights, _cross_entropy(targets, logits, is_used))


def dirichlet_prior(
    labels: tf.Tensor,
    logits: tf.Tensor,
    class_weights: tf.Tensor | None = None,
    *,
    concentration: float = 1000.0,
    smoothing: float = 0.02,
    limit: float = 10.0,
    divergence_weight: float = 0.01,
) -> tf.Tensor:
    """Returns the Dirichlet prior loss plus cross entropy (Section 4.1, eq. 3).

    Logits are log concentrations b. The loss is the forward divergence
    KL(Dir(a) || Dir(exp b)), with a = concentration x smoothed one-hot label on train
    classes and a = 1 on void, plus cross entropy on train classes.

    For stability the divergence sees b clipped to [-limit, limit], with the gradient
    passed straight through, so that a pixel beyond the limit is pulled back. With
    the defaults every a_c > 1 and the target of the labelled class is log a = 6.9.
    The divergence is of the size of its concentrations, thus the small weight. All
    four numbers are our choice.

    Args:
      labels: uint8 or int32 [B, H, W], train ids; 255 is void.
      logits: float32 [B, H, W, C], C >= 2, one per train class.
      class_weights: of the cross entropy, see the module.
      concentration: sum of a on train classes, > 0.
      smoothing: share of it spread over the C - 1 other classes, within (0, 1).
      limit: largest absolute log concentration in the divergence, > 0.
      divergence_weight: weight of the divergence beside cross entropy, >= 0.

    Returns:
      float32 scalar in nats, >= 0 up to rounding.

    Raises:
      ValueError: labels are no integers, or their shape is not that of the logits,
        or a number is out of its range.
    """
    if concentration <= 0 or not 0 < smoothing < 1 or limit <= 0:
        raise errors.BadValue(
            "`concentration` and `limit` must be above 0 and `smoothing` within "
            f"(0, 1); got {concentration}, {limit} and {smoothing}."
        )
    labels = _checked(labels, logits)
    classes = _num_classes(logits)
    is_train = _is_train_class(labels, classes)
    is_void = tf.equal(labels, VOID)
    other = smoothing / tf.cast(classes - 1, tf.float32)
    one_hot = tf.one_hot(tf.where(is_train, labels, 0), classes)
    target = concentration * (other + (1.0 - smoothing - other) * one_hot)
    target = tf.where(is_train[..., None], target, 1.0)
    clipped = logits + tf.stop_gradient(
        tf.clip_by_value(logits, -limit, limit) - logits
    )
    divergence = dirichlet_divergence(target, clipped)
    return (
        masked_cross_entropy(labels, logits, class_weights)
        + divergence_weight * _mean_over(is_train, divergence)
        + divergence_weight * _mean_over(is_void, divergence)
    )


def dirichlet_divergence(
    concentrations: tf.Tensor, log_concentrations: tf.Tensor
) -> tf.Tensor:
    """Returns KL(Dir(concentrations) || Dir(exp(log_concentrations))).

    Args:
      concentrations: float32 [..., C], > 0, of the target; gets no gradient.
      log_concentrations: float32 [..., C], within about [-20, 20].

    Returns:
      float32 [...] in nats, >= 0 up to rounding.
    """
    target = tf.stop_gradient(concentrations)
    model = tf.exp(log_concentrations)
    total = tf.reduce_sum(target, axis=-1, keepdims=True)
    expected_log = tf.math.digamma(target) - tf.math.digamma(total)
    return (
        tf.math.lgamma(total[..., 0])
        - tf.math.lgamma(tf.reduce_sum(model, axis=-1))
        + tf.reduce_sum(
            tf.math.lgamma(model)
            - tf.math.lgamma(target)
            + (target - model) * expected_log,
            axis=-1,
        )
    )


def _checked(labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """The labels as int32."""
    labels = tf.convert_to_tensor(labels)
    if not labels.dtype.is_integer:
        raise ValueError(f"`labels` must hold integers; got {labels.dtype.name}.")
    if not labels.shape.is_compatible_with(logits.shape[:-1]):
        raise ValueError(
            "`labels` must have the shape of `logits` without its last axis; "
            f"got {labels.shape} and {logits.shape}."
        )
    return tf.cast(labels, tf.int32)


def _num_classes(logits: tf.Tensor) -> int:
    classes = logits.shape[-1]
    if classes is None or classes < 2:
        raise ValueError(
            f"`logits` must have two or more classes; got shape {logits.shape}."
        )
    return classes


def _is_train_class(labels: tf.Tensor, classes: int) -> tf.Tensor:
    return (labels >= 0) & (labels < classes)


def _cross_entropy(
    labels: tf.Tensor, logits: tf.Tensor, is_used: tf.Tensor
) -> tf.Tensor:
    return tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.where(is_used, labels, 0), logits=logits
    )


def _pixel_weights(
    labels: tf.Tensor, is_used: tf.Tensor, class_weights: tf.Tensor | None
) -> tf.Tensor:
    """float32 [B, H, W]: of each pixel's class, 0 where it is not used."""
    used = tf.cast(is_used, tf.float32)
    if class_weights is None:
        return used
    return used * tf.gather(class_weights, tf.where(is_used, labels, 0))


def _mean_over(mask: tf.Tensor, values: tf.Tensor) -> tf.Tensor:
    """The mean of the values in the mask, 0 if it is empty."""
    return _mean(tf.cast(mask, tf.float32), values)


def _mean(weights: tf.Tensor, values: tf.Tensor) -> tf.Tensor:
    """The weighted mean, 0 if all weights are."""
    return tf.math.divide_no_nan(
        tf.reduce_sum(weights * values), tf.reduce_sum(weights)
    )
