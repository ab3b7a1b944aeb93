"""The dense prediction cell: context found by architecture search on Cityscapes."""

import dataclasses

import keras
import tensorflow as tf

from fs_tf.models import composite, convolution, separable

DROPOUT_RATE = 0.1


@dataclasses.dataclass(frozen=True)
class Branch:
    """One separable 3x3 convolution of the cell.

    Attributes:
      rate: dilation along height and width, at output stride 16.
      source: the branch whose output it takes; None for the encoder's.
    """

    rate: tuple[int, int]
    source: int | None


# The cell of Chen et al. 2018, "Searching for Efficient Multi-Scale Architectures
# for Dense Image Prediction", as in the zoo's Cityscapes model.
CITYSCAPES = (
    Branch(rate=(1, 6), source=None),
    Branch(rate=(18, 15), source=0),
    Branch(rate=(6, 3), source=1),
    Branch(rate=(1, 1), source=0),
    Branch(rate=(6, 21), source=0),
)


class DensePredictionCell(composite.Composite):
    """Branches that feed each other, concatenated and projected.

    Args:
      channels: of each branch and of the output.
      rate_multiplier: of all rates: 1 at output stride 16, 2 at 8.
      conventions: shared by its convolutions.
    """

    def __init__(
        self,
        channels: int,
        rate_multiplier: int,
        conventions: convolution.Conventions,
    ):
        super().__init__(name="dense_prediction_cell")
        self.branches = tuple(
            separable.SeparableConvolution(
                f"meta_architecture/branch{index}",
                channels,
                conventions,
                rate=tuple(rate_multiplier * rate for rate in branch.rate),
                activation=tf.nn.relu,
            )
            for index, branch in enumerate(CITYSCAPES)
        )
        self.dropout = keras.layers.Dropout(DROPOUT_RATE, seed=conventions.seed)
        self.projection = convolution.Convolution(
            "meta_architecture/concat_projection",
            channels,
            conventions,
            activation=tf.nn.relu,
        )

    def call(self, inputs, training=False):
        """Returns float [B, h, w, channels] of float [B, h, w, C]."""
        maps = []
        for layer, branch in zip(self.branches, CITYSCAPES, strict=True):
            source = inputs if branch.source is None else maps[branch.source]
            maps.append(layer(source, training=training))
        x = self.dropout(tf.concat(maps, axis=-1), training=training)
        return self.projection(x, training=training)
