"""Scorers that fit something beside the segmenter, and choose on validation frames."""

import dataclasses
import pathlib
from collections.abc import Callable

from fs_tf import data, digests, models, runs, training
from fs_tf.methods import base, layer_choice

# What choices follow from, relative to fs_tf.
CODE = (
    *("labels.py", "scores.py", "data/frames.py", "models", "density", "metrics"),
    *("training/embeddings.py", "training/flows.py"),
    *("methods/base.py", "methods/fitted.py", "methods/layer_choice.py"),
)


class FittedScorer(base.SegmenterScorer):
    """A scorer whose choices are kept beside its densities.

    So a scorer and its perturbed twin choose by one pass over the validation frames.

    Args:
      segmenter: trained.
      config: a dataclass of JSON values.
    """

    needs_fit = True

    def __init__(self, segmenter: models.DeepLabV3Plus, config):
        super().__init__(segmenter)
        self.config = config

    @property
    def settings(self) -> dict[str, object]:
        """See the base class."""
        return dataclasses.asdict(self.config)

    def _remembered(
        self,
        compute: Callable[[], dict[str, object]],
        validation: data.FrameDataset,
        directory: pathlib.Path,
        seed: int,
    ) -> dict[str, object]:
        """Returns what `compute` finds on validation frames; looks only once.

        Args:
          compute: gives JSON values.
          validation: the frames.
          directory: of `fit`; all in it belongs to one training set.
          seed: of `fit`.
        """
        identity = {
            "scorer": type(self).__name__,
            "segmenter": models.weights_digest(self.segmenter),
            "layers": self.segmenter.preset.embedding_layers,
            "validation": validation.identity,
            "settings": self.settings,
            "seed": seed,
            "code": digests.of_code(*CODE, *base.code(self)),
            "versions": training.versions(),
        }
        return runs.remembered(directory / "choices", identity, compute)

    def _layer_precision(
        self,
        layer_scores: layer_choice.LayerScores,
        validation: data.FrameDataset,
        directory: pathlib.Path,
        seed: int,
    ) -> dict[str, float]:
        """As `layer_choice.validation_precision`, but looks only once."""

        def precision() -> dict[str, float]:
            return layer_choice.validation_precision(
                self.segmenter, layer_scores, validation
            )

        return self._remembered(precision, validation, directory, seed)
