"""One evaluated submission on one dataset split, as a JSON file."""

import dataclasses
import json
import math
import os
import pathlib
from collections.abc import Callable, Mapping

from fs_tf import errors, files

FORMAT = 2
SUFFIX = ".result.json"


@dataclasses.dataclass(frozen=True)
class Result:
    """What the evaluator found.

    Attributes:
      submission: name of the submission, the key of its leaderboard row.
      row: texts and flags of that row, as the submission states them: "title",
        "score", "needs_retraining", "needs_ood_data"; empty if it states nothing.
      dataset: full TFDS name with config and version.
      split: TFDS split.
      metrics: name -> value; "AP", "FPR95", "AUROC" as fractions where the dataset
        has anomaly masks, "mIoU" where it has class labels. NaN is undefined.
      counts: name -> int: "images", "positives", "negatives" or "pixels".
      curves: name -> points, e.g. "recall", "precision", "false_positive_rate",
        "true_positive_rate"; empty where the dataset has no anomaly masks.
      intervals: metric name -> (low, high) of its 95 % confidence interval.
      seconds_per_image: median wall time of one call of the submission.
      provenance: what else identifies the run: versions, digests, device.
      by_size: anomaly size -> metric name -> value; empty without anomaly masks.
    """

    submission: str
    row: Mapping[str, object]
    dataset: str
    split: str
    metrics: Mapping[str, float]
    counts: Mapping[str, int]
    curves: Mapping[str, list[float]]
    intervals: Mapping[str, tuple[float, float]]
    seconds_per_image: float
    provenance: Mapping[str, str]
    by_size: Mapping[str, Mapping[str, float]] = dataclasses.field(default_factory=dict)

    def save(self, path: os.PathLike) -> None:
        """Writes the JSON file in one step, so that a partial one never exists."""
        content = {"format": FORMAT, **_nan_as_null(dataclasses.asdict(self))}
        files.write_json(path, content, allow_nan=False)

    @classmethod
    def load(cls, path: os.PathLike) -> "Result":
        """Reads a result.

        Raises:
          ValueError: the file is no result of this format, or a field is of another
            type or range.
        """
        try:
            content = json.loads(files.read_text(path))
            found = content.pop("format")
            if found != FORMAT:
                raise ValueError(f"it is of format {found!r}")
            for field in ("metrics", "curves", "intervals", "by_size"):
                content[field] = _null_as_nan(content[field])
            content["intervals"] = {
                name: tuple(bounds) for name, bounds in content["intervals"].items()
            }
            result = cls(**content)
            _check(result)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise errors.BadValue(
                f"'{path}' is not a result of format {FORMAT}: write it with "
                f"`python -m experiments.evaluate` ({error!r})."
            ) from error
        return result


def load_all(directory: os.PathLike) -> dict[pathlib.Path, Result]:
    """Returns every result below `directory` by its path, in the order of paths.

    Raises:
      FileNotFoundError: there is none.
      ValueError: one of the files is no result.
    """
    directory = pathlib.Path(directory)
    names = files.walk(directory) if directory.is_dir() else []
    paths = sorted(directory / name for name in names if name.endswith(SUFFIX))
    if not paths:
        raise errors.NotFound(
            f"No '*{SUFFIX}' below '{directory}': write results with "
            "`python -m experiments.evaluate --output=DIR`."
        )
    return {path: Result.load(path) for path in paths}


def _check(result: Result) -> None:
    """Raises ValueError where a field is not what `Result` says it is."""
    for name, (is_right, rule) in _RULES.items():
        value = getattr(result, name)
        if not is_right(value):
            raise ValueError(f"`{name}` must be {rule}; got {str(value)[:80]}")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_statement(value: object) -> bool:
    return value is None or isinstance(value, str | bool)


def _is_number(value: object) -> bool:
    is_real = isinstance(value, int | float) and not isinstance(value, bool)
    return is_real and not math.isinf(value)


def _is_fraction(value: object) -> bool:
    return _is_number(value) and (math.isnan(value) or 0 <= value <= 1)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_curve(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_number, value))


def _is_interval(value: object) -> bool:
    return isinstance(value, tuple) and [*map(_is_fraction, value)] == [True, True]


def _all(is_right: Callable[[object], bool]) -> Callable[[object], bool]:
    """Returns the rule of a mapping whose values all keep a rule."""
    return lambda value: isinstance(value, dict) and all(map(is_right, value.values()))


# Field -> what tells a right value, and the words for it.
_RULES = {
    "submission": (_is_text, "text"),
    "row": (_all(_is_statement), "texts and flags by name"),
    "dataset": (_is_text, "text"),
    "split": (_is_text, "text"),
    "metrics": (
        lambda value: bool(value) and _all(_is_fraction)(value),
        "fractions within 0..1 or null by name, one or more",
    ),
    "counts": (_all(_is_count), "whole numbers by name"),
    "curves": (_all(_is_curve), "lists of numbers by name"),
    "intervals": (_all(_is_interval), "pairs of fractions by name"),
    "seconds_per_image": (_is_number, "a number"),
    "provenance": (_all(_is_text), "texts by name"),
    "by_size": (_all(_all(_is_number)), "numbers by size and name"),
}


def _nan_as_null(value):
    if isinstance(value, dict):
        return {key: _nan_as_null(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_nan_as_null(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _null_as_nan(value):
    if isinstance(value, dict):
        return {key: _null_as_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_null_as_nan(item) for item in value]
    return math.nan if value is None else value
