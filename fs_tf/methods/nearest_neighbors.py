"""Densities by the nearest stored embeddings (Section 4.2, eqs. 4 and 5)."""

import dataclasses
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from fs_tf import models, training
from fs_tf.density import knn
from fs_tf.labels import NUM_CLASSES
from fs_tf.methods import base, fitted, layer_choice


@dataclasses.dataclass(frozen=True)
class NeighborsConfig:
    """Our choice.

    Attributes:
      k: neighbours of a query.
      stored: embeddings in the index, a uniform subsample.
      sampled: embeddings of each layer on disk, of which the stored ones are drawn;
        the sample that the flows are trained on.
    """

    k: int = 10
    stored: int = 20_000
    sampled: int = training.DensityConfig().embeddings


class _NearestNeighbors(fitted.FittedScorer):
    """Searches the embeddings of one layer, chosen on the validation split."""

    def __init__(
        self,
        segmenter: models.DeepLabV3Plus,
        config: NeighborsConfig = NeighborsConfig(),  # noqa: B008  frozen
    ):
        super().__init__(segmenter, config)
        self.layer: str | None = None
        self.index: knn.NearestNeighbors | None = None
        self._precision: dict[str, float] = {}

    @property
    def details(self) -> dict[str, object]:
        """See the base class."""
        return {
            "layer": self.layer,
            "validation_AP": self._precision,
            **self.settings,
        }

    def fit(self, train, validation, directory, seed=0) -> None:
        """See the base class; stores embeddings and chooses the layer.

        Raises:
          ValueError: fewer embeddings than neighbours, or no anomaly in `validation`.
        """
        layers = self.segmenter.preset.embedding_layers
        samples = training.sample_embeddings(
            self.segmenter,
            *(train, layers, self.config.sampled, directory / "embeddings", seed),
        )
        indices = {layer: self._index(samples[layer], seed) for layer in layers}

        def layer_scores(outputs):
            return {
                layer: -self._density(index, outputs, layer)
                for layer, index in indices.items()
            }

        self._precision = self._layer_precision(
            layer_scores, validation, directory, seed
        )
        self.layer = max(self._precision, key=self._precision.get)
        self.index = indices[self.layer]

    def score(self, inputs: tf.Tensor) -> tf.Tensor:
        """See the base class; minus the density."""
        if self.index is None:
            raise ValueError(f"{type(self).__name__} must be fitted before it scores.")
        density = self._density(self.index, self.segmenter(inputs), self.layer)
        return layer_choice.resized(-density, inputs)

    def _index(self, sample: training.EmbeddingSample, seed: int):
        count = min(self.config.stored, len(sample))
        rows = np.random.default_rng(seed).permutation(len(sample))[:count]
        return knn.NearestNeighbors(
            sample.embeddings[rows], self.config.k, sample.classes[rows]
        )

    def _density(
        self, index: knn.NearestNeighbors, outputs: Mapping[str, tf.Tensor], layer: str
    ) -> tf.Tensor:
        raise TypeError(f"{type(self).__name__} has no density.")


class Density(_NearestNeighbors):
    """Mean exponential cosine to the neighbours (eq. 5)."""

    def _density(self, index, outputs, layer):
        return index.density(outputs[layer])


class RelativeClassDensity(_NearestNeighbors):
    """Share of the density due to neighbours of the predicted class (eq. 4)."""

    def _density(self, index, outputs, layer):
        logits = outputs["class_logits"][..., :NUM_CLASSES]
        predicted = tf.argmax(models.resize_like(logits, outputs[layer]), axis=-1)
        return index.relative_class_density(outputs[layer], predicted)


METHODS = (
    base.Method(
        name="knn_density",
        family="kNN embedding",
        score="density",
        description=(
            "Density of a pixel's embedding by its nearest neighbours, in cosine, "
            "among stored embeddings of training frames; the score is minus the "
            "density. The layer is the best one on validation images."
        ),
        build=Density,
    ),
    base.Method(
        name="knn_relative_class_density",
        family="kNN embedding",
        score="relative class density",
        description=(
            "Share of the density at a pixel's embedding that is due to neighbours "
            "whose image patch shows the class predicted for the pixel; the score is "
            "minus that share. The layer is the best one on validation images."
        ),
        build=RelativeClassDensity,
    ),
)
