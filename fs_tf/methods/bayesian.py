"""Monte Carlo dropout (Section 4.1, eqs. 1 and 2; Mukhoti & Gal, 2018)."""

import dataclasses

import tensorflow as tf

from fs_tf import models, scores, training
from fs_tf.methods import base, layer_choice

SCHEME = "dropout"


@dataclasses.dataclass(frozen=True)
class BayesianConfig:
    """How the posterior is sampled; our choice.

    Attributes:
      samples: T, networks with other elements dropped.
      rate: of dropout, that of training.
      seed: of the dropped elements.
    """

    samples: int = 8
    rate: float = training.SCHEMES[SCHEME].dropout_rate
    seed: int = 0


class _Bayesian(base.SegmenterScorer):
    """Averages over samples of a segmenter with dropout in its encoder.

    The dropped elements follow from the seed and the number of the sample, so the
    same image always gets the same score. What comes before the first dropout runs
    once; samples run one after the other, so memory holds one. Probabilities are
    averaged at the size of the network's output, and the average or its score is
    resized: resizing the logits of each sample would cost more than the network.
    """

    def __init__(
        self,
        segmenter: models.DeepLabV3Plus,
        config: BayesianConfig = BayesianConfig(),  # noqa: B008  frozen
    ):
        super().__init__(segmenter)
        self.config = config

    @property
    def settings(self) -> dict[str, object]:
        """See the base class."""
        return dataclasses.asdict(self.config)

    def segment(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class; the class of the mean prediction."""
        probabilities, _ = self._means(inputs)
        resized = models.resize_to_image(probabilities, inputs)
        return tf.argmax(resized, axis=-1, output_type=tf.int32)

    def _means(self, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns mean probabilities [B, h, w, C] and the mean entropy [B, h, w]."""
        first = self.segmenter.preset.dropout_blocks[0]
        features = self.segmenter.encoder(inputs, until=first)

        def sample(number):
            dropout = models.stateless_dropout(
                self.segmenter, self.config.rate, [self.config.seed, number]
            )
            outputs = self.segmenter.resume(features, first, inputs, dropout)
            logits = outputs["class_logits"]
            return tf.nn.softmax(logits), scores.entropy_of_logits(logits)

        def add_sample(number, *sums):
            found = sample(number)
            return (number + 1, *map(tf.add, sums, found))

        _, probabilities, entropy = tf.while_loop(
            lambda number, *_: number < self.config.samples,
            add_sample,
            (1, *sample(0)),
            parallel_iterations=1,
        )
        return probabilities / self.config.samples, entropy / self.config.samples


class MutualInformation(_Bayesian):
    """How much the samples disagree."""

    def score(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class; in nats."""
        found = scores.information_gain(*self._means(inputs))
        return layer_choice.resized(found, inputs)


class PredictiveEntropy(_Bayesian):
    """Entropy of the mean prediction."""

    def score(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class; in nats."""
        probabilities, _ = self._means(inputs)
        return layer_choice.resized(scores.entropy(probabilities), inputs)


METHODS = (
    base.Method(
        name="bayesian_mutual_information",
        family="Bayesian DeepLab",
        score="mutual information",
        description=(
            "Monte Carlo dropout: the mutual information, in nats, between prediction "
            "and weights, over samples of a segmentation network trained with dropout "
            "in its encoder. The segmentation is that of the mean prediction."
        ),
        build=MutualInformation,
        scheme=SCHEME,
    ),
    base.Method(
        name="bayesian_predictive_entropy",
        family="Bayesian DeepLab",
        score="predictive entropy",
        description=(
            "Monte Carlo dropout: the entropy, in nats, of the mean prediction over "
            "samples of a segmentation network trained with dropout in its encoder."
        ),
        build=PredictiveEntropy,
        scheme=SCHEME,
    ),
)
