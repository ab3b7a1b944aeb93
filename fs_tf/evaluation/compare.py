"""Compares two submissions on the same images."""

import os
import pathlib

from fs_tf import errors, metrics, results
from fs_tf.evaluation.evaluate import summary_path


def compare(
    first: os.PathLike, second: os.PathLike, seed: int = 0
) -> dict[str, metrics.Interval]:
    """Returns the differences of AP, FPR95 and AUROC with paired bootstrap intervals.

    Both submissions are drawn the same images, so what makes an image hard for both
    cancels: an interval without zero says that the order of the two is no accident of
    the images.

    Args:
      first: result file of one submission.
      second: result file of another one on the same dataset.
      seed: of the bootstrap.

    Returns:
      "AP", "FPR95" and "AUROC", `first` minus `second`, as fractions.

    Raises:
      FileNotFoundError: no such result, or no summary beside it.
      ValueError: the results are of different datasets or images.
    """
    one, two = (results.Result.load(_existing(path)) for path in (first, second))
    if (one.dataset, one.split) != (two.dataset, two.split):
        raise errors.BadValue(
            f"Only results on the same dataset compare; '{first}' is of {one.dataset} "
            f"{one.split}, '{second}' of {two.dataset} {two.split}."
        )
    summaries = [
        metrics.Summary.load(_existing(summary_path(pathlib.Path(path))))
        for path in (first, second)
    ]
    return metrics.paired_differences(*summaries, seed=seed)


def _existing(path: os.PathLike) -> os.PathLike:
    if not pathlib.Path(path).is_file():
        raise errors.NotFound(
            f"There is no file '{path}': `python -m experiments.evaluate` writes a "
            "result on anomaly masks and its summary beside it."
        )
    return path
