"""Input preprocessing: a signed gradient step before any score (Section 4.2; ODIN)."""

import dataclasses
import functools
from collections.abc import Callable

import tensorflow as tf

from fs_tf import models
from fs_tf.methods import base, flows, softmax

# As Liang et al. (2018) chose for softmax.
ODIN_TEMPERATURE = 1000.0


@dataclasses.dataclass(frozen=True)
class PerturbationConfig:
    """Our choice.

    Attributes:
      epsilon: size of the step, in the units of the network's input, [-1, 1]; this
        is a quarter of a grey level.
    """

    epsilon: float = 0.002


class Perturbed(base.AnomalyScorer):
    """Moves the input to lower the average score, then scores it.

    What looks normal loses more of its score by such a step than what does not. The
    segmentation is that of the input as it is.

    Args:
      scorer: any scorer; fitted through this one.
      config: of the step.
    """

    has_segmentation = True

    def __init__(
        self,
        scorer: base.SegmenterScorer,
        config: PerturbationConfig = PerturbationConfig(),  # noqa: B008  frozen
    ):
        super().__init__()
        self.scorer = scorer
        self.config = config
        self.needs_fit = scorer.needs_fit

    @property
    def settings(self) -> dict[str, object]:
        """See the base class."""
        return {**self.scorer.settings, **dataclasses.asdict(self.config)}

    @property
    def details(self) -> dict[str, object]:
        """See the base class."""
        return {**self.scorer.details, **self.settings}

    def fit(self, train, validation, directory, seed=0) -> None:
        """See the base class; fits the scorer on inputs as they are."""
        self.scorer.fit(train, validation, directory, seed)

    def preprocess(self, image: tf.Tensor) -> tf.Tensor:
        """See the base class."""
        return self.scorer.preprocess(image)

    def score(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class; on the scale of the scorer."""
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            # Images of a batch do not mix: each has a mean of its own.
            mean = tf.reduce_mean(self.scorer.score(inputs), axis=(1, 2))
        gradient = tape.gradient(mean, inputs)
        step = self.config.epsilon * tf.sign(gradient)
        return self.scorer.score(tf.stop_gradient(inputs - step))

    def segment(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class."""
        return self.scorer.segment(inputs)


def _odin(segmenter: models.DeepLabV3Plus) -> Perturbed:
    return Perturbed(softmax.MaxProbability(segmenter, ODIN_TEMPERATURE))


def _perturbed(
    build: Callable[[models.DeepLabV3Plus], base.SegmenterScorer],
    segmenter: models.DeepLabV3Plus,
) -> Perturbed:
    return Perturbed(build(segmenter))


def _method(method: base.Method) -> base.Method:
    return dataclasses.replace(
        method,
        name=f"{method.name}_perturbed",
        score=f"{method.score}, perturbed input",
        description=(
            f"{method.description} Before, the input moves by one signed gradient "
            "step against the average score."
        ),
        build=functools.partial(_perturbed, method.build),
    )


METHODS = (
    base.Method(
        name="max_probability_perturbed",
        family="Softmax",
        score="ODIN",
        description=(
            "ODIN: the largest softmax probability at a high temperature, after the "
            "input moved by one signed gradient step that raises it on average; the "
            "score is log(1 - p)."
        ),
        build=_odin,
    ),
    *map(_method, flows.METHODS),
)
