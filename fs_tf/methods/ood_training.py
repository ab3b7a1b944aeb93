"""Segmenters trained on void pixels as out-of-distribution data (Section 4.1)."""

import tensorflow as tf

from fs_tf import scores
from fs_tf.methods import base, softmax


class VoidProbability(base.SegmenterScorer):
    """Probability of a 20th output, trained on void."""

    def score(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class; log odds of void."""
        return scores.void_probability(self.segmenter(inputs)["logits"])


METHODS = (
    base.Method(
        name="max_entropy",
        family="OoD training",
        score="max-entropy",
        description=(
            "The entropy, in nats, of the softmax probabilities of a segmentation "
            "network that was retrained to maximise that entropy on void pixels."
        ),
        build=softmax.Entropy,
        scheme="max_entropy",
        needs_ood_data=True,
    ),
    base.Method(
        name="void_classifier",
        family="OoD training",
        score="void classifier",
        description=(
            "A segmentation network with void as a 20th class; the score is the log "
            "odds of void, which ranks pixels as its probability does. The "
            "segmentation is the most probable of the other 19 classes."
        ),
        build=VoidProbability,
        scheme="void_class",
        needs_ood_data=True,
    ),
)
