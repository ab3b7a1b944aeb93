"""Real-NVP density of embeddings (Section 4.3; Dinh et al., 2017)."""

import dataclasses

import keras
import numpy as np
import tensorflow as tf
from tensorflow_probability import bijectors as tfb
from tensorflow_probability import distributions as tfd

from fs_tf import errors
from fs_tf.density.coupling import AffineCoupling
from fs_tf.density.normalization import BatchNormalization
from fs_tf.density.whitening import Whitening


@dataclasses.dataclass(frozen=True)
class FlowConfig:
    """Shape of a flow. The paper leaves these open; they are our choice.

    Attributes:
      steps: number of (permutation, coupling, batch normalization) steps.
      width: units of the two hidden layers of each coupling.
      log_scale_bound: a coupling scales by at most exp(log_scale_bound).
    """

    steps: int = 4
    width: int = 128
    log_scale_bound: float = 2.0


class RealNVP(keras.Model):
    """A normal distribution seen through invertible steps.

    From embedding to latent: whitening, then `steps` times a fixed random
    permutation, affine coupling, batch normalization. Keras layers own the variables
    and the bijectors are rebuilt around them in every call; thus weights save and
    load by Keras (`save_weights("x.weights.h5")`), permutations and mean training
    NLL included, and the flow exports in a SavedModel.

    Args:
      dimension: D >= 2, the size of an embedding.
      config: shape of the flow.
      seed: of permutations and initial weights.

    Raises:
      ValueError: the dimension is below two.
    """

    def __init__(self, dimension: int, config: FlowConfig, seed: int, **kwargs):
        super().__init__(**kwargs)
        if dimension < 2:
            raise errors.BadValue(
                "The dimension of the embeddings must be at least 2 for a flow; "
                f"got {dimension}."
            )
        self.dimension = dimension
        rng = np.random.default_rng(seed)
        self.whitening = Whitening(dimension)
        self.permutations, self.couplings, self.normalizations = [], [], []
        for step in range(config.steps):
            permutation = self.add_weight(
                shape=[dimension],
                dtype="int32",
                initializer="zeros",
                trainable=False,
                name=f"permutation_{step}",
            )
            permutation.assign(rng.permutation(dimension).astype(np.int32))
            self.permutations.append(permutation)
            self.couplings.append(
                AffineCoupling(
                    dimension,
                    config.width,
                    config.log_scale_bound,
                    seed=int(rng.integers(2**31)),
                )
            )
            self.normalizations.append(BatchNormalization(dimension))
        self.mean_training_nll = self.add_weight(
            shape=[], initializer="zeros", trainable=False, name="mean_training_nll"
        )
        self.built = True

    def distribution(self, training: bool = False) -> tfd.TransformedDistribution:
        """The density of embeddings, as the weights are now.

        Args:
          training: normalise by the statistics of the batch, and track them.
        """
        bijectors = [self.whitening.bijector()]
        for permutation, coupling, normalization in zip(
            self.permutations, self.couplings, self.normalizations, strict=True
        ):
            bijectors += [
                tfb.Permute(tf.convert_to_tensor(permutation)),
                coupling.bijector(),
                normalization.bijector(training),
            ]
        base = tfd.MultivariateNormalDiag(
            tf.zeros([self.dimension]), tf.ones([self.dimension])
        )
        return tfd.TransformedDistribution(base, tfb.Chain(bijectors))

    def call(self, embeddings: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Returns the negative log-likelihood.

        Args:
          embeddings: float32 [..., D], rank 2 or more.
          training: see `distribution`.

        Returns:
          float32 [...] in nats.
        """
        # As rows: a dense layer on maps would add a dozen operations to the graph.
        rows = tf.reshape(embeddings, [-1, self.dimension])
        nll = -self.distribution(training).log_prob(rows)
        nll = tf.reshape(nll, tf.shape(embeddings)[:-1])
        return tf.ensure_shape(nll, embeddings.shape[:-1])

    def negative_log_likelihood(self, embeddings: tf.Tensor) -> tf.Tensor:
        """Returns the NLL by the moving statistics, float32 [...] in nats."""
        return self(embeddings, training=False)

    def normalized_nll(self, embeddings: tf.Tensor) -> tf.Tensor:
        """Returns NLL minus mean training NLL (eq. 8), comparable between layers.

        Args:
          embeddings: float32 [..., D].

        Returns:
          float32 [...] in nats; its mean over the training embeddings is zero.
        """
        return self.negative_log_likelihood(embeddings) - self.mean_training_nll
