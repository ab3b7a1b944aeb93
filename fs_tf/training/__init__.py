"""Training: segmenters by schemes, embeddings, and the flows of their layers."""

from fs_tf import environment

environment.pin_keras()  # before the modules below import it
environment.check_kernels()

from fs_tf.training.config import CONFIGS, RETRAINING, TrainingConfig
from fs_tf.training.devices import distribution_strategy, set_precision
from fs_tf.training.embeddings import EmbeddingSample, sample_embeddings
from fs_tf.training.flows import DensityConfig, fit_flows
from fs_tf.training.schemes import SCHEMES, Scheme
from fs_tf.training.segmenter import WEIGHTS, check_run, train_segmenter
from fs_tf.training.versions import versions

__all__ = [
    "CONFIGS",
    "RETRAINING",
    "SCHEMES",
    "WEIGHTS",
    "DensityConfig",
    "EmbeddingSample",
    "Scheme",
    "TrainingConfig",
    "check_run",
    "distribution_strategy",
    "fit_flows",
    "sample_embeddings",
    "set_precision",
    "train_segmenter",
    "versions",
]
