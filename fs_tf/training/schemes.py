"""What a segmenter learns: a loss and the number of its outputs."""

import dataclasses
from collections.abc import Callable

import tensorflow as tf

from fs_tf import losses, tables
from fs_tf.labels import NUM_CLASSES


@dataclasses.dataclass(frozen=True)
class Scheme:
    """One way to train a segmenter.

    Attributes:
      name: key in `SCHEMES`.
      loss: (labels uint8 [B, H, W] train ids or 255, logits float32
        [B, H, W, num_outputs]) -> scalar.
      num_outputs: channels of the logits.
      needs_void: whether it learns from void pixels, the OoD data of the paper.
    """

    name: str
    loss: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
    num_outputs: int = NUM_CLASSES
    needs_void: bool = False


SCHEMES = tables.by_name(
    [
        Scheme("standard", losses.masked_cross_entropy),
    ]
)
