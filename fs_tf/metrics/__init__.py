"""Exact streaming metrics, NumPy only: a scoring server needs no TensorFlow."""

from fs_tf.metrics.anomaly import AnomalyMetrics
from fs_tf.metrics.confusion import SegmentationMetrics

__all__ = ["AnomalyMetrics", "SegmentationMetrics"]
