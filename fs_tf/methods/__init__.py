"""The methods of the paper's Table 1, one file per family."""

from fs_tf import tables
from fs_tf.methods import (
    bayesian,
    dirichlet,
    flows,
    nearest_neighbors,
    ood_training,
    perturbation,
    random,
    softmax,
)
from fs_tf.methods.base import AnomalyScorer, Method, SegmenterScorer, code

METHODS = tables.by_name(
    [
        *random.METHODS,
        *softmax.METHODS,
        *ood_training.METHODS,
        *bayesian.METHODS,
        *dirichlet.METHODS,
        *nearest_neighbors.METHODS,
        *flows.METHODS,
        *perturbation.METHODS,
    ]
)

__all__ = ["METHODS", "AnomalyScorer", "Method", "SegmenterScorer", "code"]
