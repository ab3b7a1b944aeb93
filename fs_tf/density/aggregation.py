"""One score from the densities of several layers (Section 4.3)."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf
from sklearn import linear_model, pipeline, preprocessing

from fs_tf import errors


def minimum(nlls: tf.Tensor) -> tf.Tensor:
    """Returns the smallest normalised NLL of all layers.

    So a pixel is anomalous only where every layer finds it unlikely. Our reading:
    the paper's row is named after the minimum of the NLL, not of the likelihood.

    Args:
      nlls: float32 [B, H, W, L], normalised per layer (eq. 8).

    Returns:
      float32 [B, H, W] in nats.
    """
    return tf.reduce_min(nlls, axis=-1)


class LogisticRegression(tf.Module):
    """A weighted sum of the layers' NLLs: log odds of an anomaly.

    Log odds rather than probabilities, which round to equal values near 0 and 1.

    Args:
      weights: floats [L].
      bias: scalar.
    """

    def __init__(self, weights: Sequence[float], bias: float):
        super().__init__()
        self.weights = tf.Variable(weights, dtype=tf.float32, trainable=False)
        self.bias = tf.Variable(bias, dtype=tf.float32, trainable=False)

    def coefficients(self) -> dict[str, object]:
        """Returns the arguments that make it again, as JSON values."""
        return {
            "weights": self.weights.numpy().tolist(),
            "bias": float(self.bias.numpy()),
        }

    def __call__(self, nlls: tf.Tensor) -> tf.Tensor:
        """Returns the log odds, float32 [B, H, W], of nlls, float32 [B, H, W, L]."""
        return tf.tensordot(nlls, self.weights, axes=1) + self.bias


def fit_logistic_regression(
    nlls: np.ndarray, is_anomaly: np.ndarray
) -> LogisticRegression:
    """Returns the logistic regression of validation pixels (scikit-learn).

    NLLs are standardised for the fit, and the weights folded back. Both kinds of
    pixels weigh the same in total, however rare anomalies are; our choice.

    Args:
      nlls: float32 [N, L], normalised NLL per layer of N validation pixels.
      is_anomaly: bool [N].

    Raises:
      ValueError: all pixels are anomalies or none is, or an NLL is not finite.
    """
    anomalies = int(np.count_nonzero(is_anomaly))
    if not 0 < anomalies < len(is_anomaly):
        raise errors.BadValue(
            "Logistic regression needs validation pixels with and without anomaly; "
            f"got {anomalies} anomalous ones of {len(is_anomaly)}. Take a split with "
            "more anomalies."
        )
    if not np.isfinite(nlls).all():
        raise errors.BadValue(
            "NLLs of validation pixels must be finite; got NaN or inf."
        )
    scaler = preprocessing.StandardScaler()
    regression = linear_model.LogisticRegression(class_weight="balanced")
    pipeline.make_pipeline(scaler, regression).fit(
        nlls.astype(np.float64), np.asarray(is_anomaly, bool)
    )
    weights = regression.coef_[0] / scaler.scale_
    bias = regression.intercept_[0] - weights @ scaler.mean_
    return LogisticRegression(weights, bias)
