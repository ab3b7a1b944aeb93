"""Table cells: how one value of a result is checked and printed."""

import dataclasses
import math
from collections.abc import Mapping

from fs_tf import errors, results

DASH = "–"
LONGEST_TEXT = 80


@dataclasses.dataclass(frozen=True)
class Cell:
    """One value of a leaderboard.

    Attributes:
      text: what a reader sees; a dash where there is nothing to compare.
      value: what a column is sorted by; None for a dash.
      interval: "low–high", the 95 % confidence interval as printed, or "".
      note: why there is a dash, or "".
      is_best: no other row of the column prints a better value.
    """

    text: str
    value: float | str | None
    interval: str = ""
    note: str = ""
    is_best: bool = False


def text_cell(value: object) -> Cell:
    """Prints a text a stranger wrote: one line, nothing invisible, not endless."""
    text = "" if value is None else str(value)
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    text = " ".join(text.split())
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 1] + "…"
    if not text:
        return Cell(DASH, None, note="not stated")
    return Cell(text, text.casefold())


def flag_cell(value: object) -> Cell:
    """Prints a flag as a tick or a cross; anything but a boolean is a dash."""
    if not isinstance(value, bool):
        return Cell(DASH, None, note="not stated")
    return Cell("✓" if value else "✗", float(value), note="yes" if value else "no")


def seconds_cell(result: results.Result) -> Cell:
    """Prints the runtime per image with two significant digits below a second.

    Raises:
      ValueError: the runtime is negative or infinite.
    """
    seconds = _number(result.seconds_per_image, "seconds_per_image", result, math.inf)
    if math.isnan(seconds):
        return Cell(DASH, None, note="not measured")
    return Cell(f"{seconds:.2g}" if seconds < 1 else f"{seconds:.1f}", seconds)


def percent_cell(result: results.Result | None, name: str, decimals: int) -> Cell:
    """Prints a metric in percent.

    Args:
      result: of the row on the track of the column, or None.
      name: of the metric, a fraction within [0, 1]; NaN is undefined.
      decimals: digits behind the point.

    Raises:
      ValueError: the metric is no fraction.
    """
    if result is None or name not in result.metrics:
        return Cell(DASH, None, note="not evaluated")
    value = _number(result.metrics[name], name, result, 1.0)
    if math.isnan(value):
        return Cell(DASH, None, note="undefined on this dataset")
    if name == "FPR95" and value == 1.0:
        return Cell(DASH, None, note="95 % TPR only by flagging every pixel")
    text = f"{100 * value:.{decimals}f}"
    return Cell(text, value, interval=_interval(result, name, decimals))


def _interval(result: results.Result, name: str, decimals: int) -> str:
    bounds = [
        _number(bound, f"the interval of {name}", result, 1.0)
        for bound in result.intervals.get(name, ())
    ]
    if not bounds or any(map(math.isnan, bounds)):
        return ""
    return "–".join(f"{100 * bound:.{decimals}f}" for bound in bounds)


def _number(value: object, name: str, result: results.Result, highest: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and (math.isnan(value) or 0 <= value <= highest and value < math.inf):
        return float(value)
    rule = "not negative" if highest == math.inf else f"within 0..{highest:g}"
    raise errors.BadValue(
        f"`{name}` must be a number {rule}, or NaN; got {value!r} for submission "
        f"'{result.submission}' on '{result.dataset}', split '{result.split}': "
        "evaluate it again."
    )


def merged_statement(parts: Mapping[str, results.Result]) -> dict[str, object]:
    """Returns what a submission states about itself, from all its results.

    Args:
      parts: result by the name of its source, for the error.

    Raises:
      ValueError: two results state different things.
    """
    statement: dict[str, object] = {}
    sources: dict[str, str] = {}
    for source, result in parts.items():
        for name, value in result.row.items():
            if statement.setdefault(name, value) != value:
                raise errors.BadValue(
                    f"Submission '{result.submission}' states `{name}` as "
                    f"{statement[name]!r} in {sources[name]} but as {value!r} in "
                    f"{source}: evaluate the same export on every dataset."
                )
            sources.setdefault(name, source)
    return statement
