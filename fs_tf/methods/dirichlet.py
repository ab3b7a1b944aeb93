"""Dirichlet prior networks (Section 4.1, eq. 3; Malinin & Gales, 2018)."""

import tensorflow as tf

from fs_tf import scores
from fs_tf.methods import base


class PriorEntropy(base.SegmenterScorer):
    """Logits are log concentrations of a Dirichlet distribution over predictions."""

    def score(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class; differential entropy in nats."""
        return scores.dirichlet_entropy(self.segmenter(inputs)["logits"])


METHODS = (
    base.Method(
        name="dirichlet_prior_entropy",
        family="Dirichlet DeepLab",
        score="prior entropy",
        description=(
            "A segmentation network whose logits are the log concentrations of a "
            "Dirichlet distribution, retrained to be sharp on known classes and flat "
            "on void; the score is the differential entropy, in nats."
        ),
        build=PriorEntropy,
        scheme="dirichlet_prior",
        needs_ood_data=True,
    ),
)
