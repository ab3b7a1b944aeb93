"""Training of segmenters: schemes (what is learnt) and the loop (how)."""

from fs_tf.training.config import TrainingConfig
from fs_tf.training.schemes import SCHEMES, Scheme
from fs_tf.training.segmenter import distribution_strategy, train_segmenter

__all__ = [
    "SCHEMES",
    "Scheme",
    "TrainingConfig",
    "distribution_strategy",
    "train_segmenter",
]
