"""Exact streaming metrics, NumPy only: a scoring server needs no TensorFlow."""

from fs_tf.metrics.anomaly import AnomalyMetrics
from fs_tf.metrics.bootstrap import (
    Interval,
    intervals,
    paired_differences,
    segmentation_intervals,
)
from fs_tf.metrics.components import ComponentMetrics
from fs_tf.metrics.confusion import SegmentationMetrics
from fs_tf.metrics.summary import Summary

__all__ = [
    "AnomalyMetrics",
    "ComponentMetrics",
    "Interval",
    "SegmentationMetrics",
    "Summary",
    "intervals",
    "paired_differences",
    "segmentation_intervals",
]
