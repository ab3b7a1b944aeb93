"""Evaluates submissions on datasets."""

from fs_tf.evaluation.compare import compare
from fs_tf.evaluation.evaluate import evaluate, result_path, summary_path

__all__ = ["compare", "evaluate", "result_path", "summary_path"]
