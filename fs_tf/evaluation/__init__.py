"""Evaluates submissions on datasets."""

from fs_tf.evaluation.compare import compare
from fs_tf.evaluation.evaluate import check, evaluate, result_path
from fs_tf.evaluation.summaries import summary_path

__all__ = ["check", "compare", "evaluate", "result_path", "summary_path"]
