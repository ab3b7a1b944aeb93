"""Evaluates submissions on datasets."""

from fs_tf.evaluation.evaluate import evaluate, result_path

__all__ = ["evaluate", "result_path"]
