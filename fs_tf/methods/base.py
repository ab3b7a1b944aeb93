"""What a method is: a scorer of images, and a row of Table 1."""

import dataclasses
import pathlib
from collections.abc import Callable

import tensorflow as tf

from fs_tf import data, models
from fs_tf.labels import NUM_CLASSES


class AnomalyScorer(tf.Module):
    """Gives every pixel of an image an anomaly score; higher is more anomalous."""

    # Whether `segment` is there.
    has_segmentation = False
    # Whether `score` works only after `fit`.
    needs_fit = False

    def preprocess(self, image: tf.Tensor) -> tf.Tensor:
        """Returns the input of `score`.

        Args:
          image: uint8 [B, H, W, 3], RGB.

        Returns:
          float32 [B, H, W, 3].
        """
        return models.preprocess(image)

    def score(self, inputs: tf.Tensor) -> tf.Tensor:
        """Returns the anomaly score of every pixel.

        Differentiable, so that a perturbation of the input can wrap any scorer.

        Args:
          inputs: float32 [B, H, W, 3], from `preprocess`.

        Returns:
          float32 [B, H, W], finite, on any scale.
        """
        raise TypeError(f"{type(self).__name__} has no `score`.")

    def segment(self, inputs: tf.Tensor) -> tf.Tensor:
        """Returns the class of every pixel, where `has_segmentation`.

        Args:
          inputs: float32 [B, H, W, 3], from `preprocess`.

        Returns:
          int32 [B, H, W], train ids 0..18.
        """
        raise TypeError(f"{type(self).__name__} does not segment.")

    def fit(
        self,
        train: data.FrameDataset,
        validation: data.FrameDataset,
        directory: pathlib.Path,
        seed: int = 0,
    ) -> None:
        """Fits what the score needs beside the segmenter; by default nothing.

        Args:
          train: frames with train ids.
          validation: frames with anomaly masks, never those of a test split.
          directory: keeps what takes long to fit; scorers of one segmenter share it,
            and an interrupted fit continues.
          seed: of everything random.
        """

    @property
    def settings(self) -> dict[str, object]:
        """All constants that fit and score follow from, known before the fit; JSON."""
        return {}

    @property
    def details(self) -> dict[str, object]:
        """Settings, and what the fit chose and found, for the submission's metadata."""
        return self.settings


class SegmenterScorer(AnomalyScorer):
    """A scorer on top of a segmenter, which also gives the segmentation."""

    has_segmentation = True

    def __init__(self, segmenter: models.DeepLabV3Plus | None):
        super().__init__()
        self.segmenter = segmenter

    def segment(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class."""
        logits = self.segmenter(inputs)["logits"][..., :NUM_CLASSES]
        return tf.argmax(logits, axis=-1, output_type=tf.int32)


def code(scorer: AnomalyScorer) -> tuple[str, ...]:
    """Returns the modules that define a scorer, relative to fs_tf.

    Those of a scorer that it wraps count, too.
    """
    wrapped = getattr(scorer, "scorer", None)
    inside = code(wrapped) if isinstance(wrapped, AnomalyScorer) else ()
    names = [kind.__module__ for kind in type(scorer).__mro__]
    own = (n.removeprefix("fs_tf.") for n in names if n.startswith("fs_tf.methods."))
    return (*inside, *(f"{name.replace('.', '/')}.py" for name in own))


@dataclasses.dataclass(frozen=True)
class Method:
    """One row of Table 1.

    Attributes:
      name: key, e.g. "entropy".
      family: first column, "Softmax".
      score: second column, "entropy".
      description: one paragraph for the submission's README.
      build: (trained segmenter) -> scorer; of None, a scorer that knows its settings
        and nothing else.
      scheme: key of the training scheme that its segmenter needs.
      needs_ood_data: whether it has seen out-of-distribution data.
    """

    name: str
    family: str
    score: str
    description: str
    build: Callable[[models.DeepLabV3Plus | None], AnomalyScorer]
    scheme: str = "standard"
    needs_ood_data: bool = False

    @property
    def needs_retraining(self) -> bool:
        """Whether the standard segmenter does not serve."""
        return self.scheme != "standard"

    @property
    def row(self) -> dict[str, object]:
        """Texts and flags of the leaderboard row."""
        return {
            "title": self.family,
            "score": self.score,
            "needs_retraining": self.needs_retraining,
            "needs_ood_data": self.needs_ood_data,
        }
