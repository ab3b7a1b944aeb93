"""The full-covariance Gaussian that a flow must beat."""

import numpy as np
from sklearn import mixture


def gaussian_nll(
    training: np.ndarray, held_out: np.ndarray, regularization: float
) -> float:
    """Returns the mean held-out NLL of a Gaussian fitted to the training embeddings.

    Args:
      training: float32 [N, D].
      held_out: float32 [M, D].
      regularization: variance added to the diagonal of the covariance, >= 0.

    Returns:
      Mean negative log-likelihood in nats.
    """
    gaussian = mixture.GaussianMixture(
        n_components=1, covariance_type="full", reg_covar=regularization
    )
    gaussian.fit(training.astype(np.float64))
    return float(-gaussian.score(held_out.astype(np.float64)))
