"""The per-image summary beside a result: whether it is there, and of that result."""

import pathlib

from fs_tf import errors, metrics, results

NAMES = ("AP", "FPR95", "AUROC")


def summary_path(result: pathlib.Path) -> pathlib.Path:
    """Returns where the per-image summary of a result stands."""
    return result.with_name(result.name.removesuffix(results.SUFFIX) + ".summary")


def belongs(summary: metrics.Summary, result: results.Result) -> bool:
    """Whether both are of one run: their metrics are equal to the bit."""
    pairs = [(summary.exact.get(name), result.metrics.get(name)) for name in NAMES]
    # NaN, the undefined value, differs from itself.
    return all(one == two or (one != one and two != two) for one, two in pairs)


def is_whole(path: pathlib.Path, result: results.Result) -> bool:
    """Whether a result has its summary beside it, undamaged.

    Args:
      path: of the result.
      result: what it holds.
    """
    try:
        return belongs(metrics.Summary.load(summary_path(path)), result)
    except (errors.BadValue, FileNotFoundError):
        return False
