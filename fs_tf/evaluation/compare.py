"""Compares two submissions on the same images."""

import os
import pathlib

from fs_tf import errors, metrics, results
from fs_tf.evaluation.summaries import belongs, summary_path


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
      ValueError: the results are of different datasets or images, or a summary is of
        another result.
    """
    paths = [pathlib.Path(path) for path in (first, second)]
    one, two = found = [results.Result.load(_existing(path)) for path in paths]
    if (one.dataset, one.split) != (two.dataset, two.split):
        raise errors.BadValue(
            f"Only results on the same dataset compare; '{first}' is of {one.dataset} "
            f"{one.split}, '{second}' of {two.dataset} {two.split}."
        )
    digests = [result.provenance.get("dataset_sha256") for result in found]
    if None in digests or len(set(digests)) > 1:
        raise errors.BadValue(
            f"Only results on the same images compare; `dataset_sha256` is "
            f"{digests[0]} in '{first}', {digests[1]} in '{second}': evaluate both on "
            "the same prepared dataset."
        )
    summaries = [
        _summary(path, result) for path, result in zip(paths, found, strict=True)
    ]
    return metrics.paired_differences(*summaries, seed=seed)


def _summary(path: pathlib.Path, result: results.Result) -> metrics.Summary:
    """Returns the summary of a result; refuses one that another run left there."""
    beside = _existing(summary_path(path))
    summary = metrics.Summary.load(beside)
    if not belongs(summary, result):
        raise errors.BadValue(
            f"'{beside}' is not the summary of '{path}', its metrics differ: delete "
            "both and evaluate again."
        )
    return summary


def _existing(path: pathlib.Path) -> pathlib.Path:
    if not path.is_file():
        raise errors.NotFound(
            f"There is no file '{path}': `python -m experiments.evaluate` writes a "
            "result on anomaly masks and its summary beside it."
        )
    return path
