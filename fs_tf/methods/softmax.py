"""Scores of the softmax output of an ordinary segmenter (Section 4.1)."""

import tensorflow as tf

from fs_tf import models, scores
from fs_tf.methods import base


class MaxProbability(base.SegmenterScorer):
    """Low confidence in the predicted class (Hendrycks & Gimpel, 2017).

    Args:
      segmenter: gives the logits.
      temperature: divides the logits before the softmax.
    """

    def __init__(self, segmenter: models.DeepLabV3Plus, temperature: float = 1.0):
        super().__init__(segmenter)
        self.temperature = temperature

    @property
    def settings(self) -> dict[str, object]:
        """See the base class."""
        return {} if self.temperature == 1.0 else {"temperature": self.temperature}

    def score(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class; log(1 - largest probability)."""
        logits = self.segmenter(inputs)["logits"]
        return scores.max_probability(logits / self.temperature)


class Entropy(base.SegmenterScorer):
    """Entropy of the predicted class probabilities."""

    def score(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class; in nats."""
        return scores.entropy_of_logits(self.segmenter(inputs)["logits"])


METHODS = (
    base.Method(
        name="max_probability",
        family="Softmax",
        score="max-probability",
        description=(
            "The largest softmax probability of a segmentation network, low where "
            "the network is unsure; the score is log(1 - p), which ranks pixels as "
            "1 - p does but keeps confident pixels apart in float32."
        ),
        build=MaxProbability,
    ),
    base.Method(
        name="entropy",
        family="Softmax",
        score="entropy",
        description=(
            "The entropy, in nats, of the softmax probabilities of a segmentation "
            "network."
        ),
        build=Entropy,
    ),
)
