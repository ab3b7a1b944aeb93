"""The methods of the paper's Table 1, one file per family."""

from fs_tf import tables
from fs_tf.methods import random, softmax
from fs_tf.methods.base import AnomalyScorer, Method, SegmenterScorer

METHODS = tables.by_name([*random.METHODS, *softmax.METHODS])

__all__ = ["METHODS", "AnomalyScorer", "Method", "SegmenterScorer"]
