"""What a segmenter learns: a loss, the number of its outputs, dropout."""

import dataclasses
import inspect
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
        [B, H, W, num_outputs], class weights float32 [C] or None) -> scalar.
      num_outputs: channels of the logits.
      needs_void: whether it learns from void pixels, the OoD data of the paper.
      dropout_rate: of the dropout in the encoder, in training and in the samples at
        inference; our choice.
      logit_scale: multiplies the logits of the segmenter that it starts from. Logits
        of a softmax grow beyond 20, also on void, where the Dirichlet divergence is
        then hundreds of nats; scaled, they start in its range with the same
        segmentation. Our choice.
    """

    name: str
    loss: Callable[[tf.Tensor, tf.Tensor, tf.Tensor | None], tf.Tensor]
    num_outputs: int = NUM_CLASSES
    needs_void: bool = False
    dropout_rate: float = 0.0
    logit_scale: float = 1.0

    @property
    def identity(self) -> dict[str, object]:
        """All constants that training follows from, those of the loss among them."""
        constants = {
            parameter.name: parameter.default
            for parameter in inspect.signature(self.loss).parameters.values()
            if parameter.default not in (inspect.Parameter.empty, None)
        }
        function = getattr(self.loss, "func", self.loss)  # of a partial
        return {**vars(self), "loss": {"name": function.__name__, **constants}}


SCHEMES = tables.by_name(
    [
        Scheme("standard", losses.masked_cross_entropy),
        Scheme("max_entropy", losses.max_entropy, needs_void=True),
        Scheme("void_class", losses.void_class, NUM_CLASSES + 1, needs_void=True),
        Scheme("dropout", losses.masked_cross_entropy, dropout_rate=0.2),
        Scheme(
            "dirichlet_prior",
            losses.dirichlet_prior,
            needs_void=True,
            logit_scale=0.3,
        ),
    ]
)
