"""Precision-recall and ROC curves as SVG paths."""

import dataclasses
import math
from collections.abc import Sequence

from fs_tf import errors, results
from fs_tf.report import leaderboard, tracks

# Size of a plot's inside, in SVG units. Points closer than one unit are dropped.
SIZE = 300


@dataclasses.dataclass(frozen=True)
class Plot:
    """One plot of the curves of all rows on one track.

    Attributes:
      title: "Precision-recall" or "ROC".
      x_label: name of the horizontal axis; both axes are fractions.
      y_label: name of the vertical axis.
      metric: name of the area under the curve.
      lines: one SVG path per row of the leaderboard, "" where a row has no curve.
      chance: SVG path of what random scores would reach, or "".
    """

    title: str
    x_label: str
    y_label: str
    metric: str
    lines: tuple[str, ...]
    chance: str


def plots(table: leaderboard.Leaderboard, track: tracks.Track) -> tuple[Plot, ...]:
    """Returns the precision-recall and the ROC plot of one track.

    Raises:
      ValueError: the two coordinates of a curve are not as many, or no fractions.
    """
    parts = [row.results.get(track.key) for row in table.rows]
    diagonal = path([0.0, 1.0], [0.0, 1.0])
    return (
        Plot(
            "Precision-recall",
            "Recall",
            "Precision",
            "AP",
            tuple(_line(part, "recall", "precision", True) for part in parts),
            _share_of_anomaly(parts),
        ),
        Plot(
            "ROC",
            "False positive rate",
            "True positive rate",
            "AUROC",
            tuple(
                _line(part, "false_positive_rate", "true_positive_rate", False)
                for part in parts
            ),
            diagonal,
        ),
    )


def path(xs: Sequence[float], ys: Sequence[float], is_step: bool = False) -> str:
    """Returns the SVG path through points within [0, 1], the origin at bottom left.

    Args:
      xs: horizontal coordinates.
      ys: vertical coordinates, as many.
      is_step: each point holds from the one before it, the first one from zero, so
        that the area below the line is the sum of (x_n - x_{n-1}) y_n, as average
        precision is defined.
    """
    points = [(SIZE * x, SIZE * (1 - y)) for x, y in zip(xs, ys, strict=True)]
    if is_step:
        points = [point for point in points if point[0] > 0]
        points = [(0.0, points[0][1]), *points] if points else []
    kept = points[:1]
    for point in points[1:-1]:
        if math.dist(point, kept[-1]) >= 1:
            kept.append(point)
    kept += points[1:][-1:]
    pieces = [f"{'L' if i else 'M'}{x:.1f} {y:.1f}" for i, (x, y) in enumerate(kept)]
    if is_step:
        pieces[1:] = [f"V{y:.1f}H{x:.1f}" for x, y in kept[1:]]
    return "".join(pieces)


def _line(part: results.Result | None, x: str, y: str, is_step: bool) -> str:
    """Returns the path of one curve of a result, "" where it has none."""
    xs, ys = (part.curves.get(name) or [] if part else [] for name in (x, y))
    is_fraction = all(
        isinstance(value, int | float) and 0 <= value <= 1 for value in (*xs, *ys)
    )
    if len(xs) != len(ys) or not is_fraction:
        raise errors.BadValue(
            f"The curves `{x}` and `{y}` must hold as many fractions within 0..1 "
            f"each; got {len(xs)} and {len(ys)} values for submission "
            f"'{part.submission}' on '{part.dataset}', split '{part.split}': "
            "evaluate it again."
        )
    is_falling = bool(xs) and xs[0] > xs[-1]
    return path(xs[::-1], ys[::-1], is_step) if is_falling else path(xs, ys, is_step)


def _share_of_anomaly(parts: Sequence[results.Result | None]) -> str:
    """Returns the precision of random scores: the share of anomalous pixels."""
    for part in filter(None, parts):
        positives = part.counts.get("positives", 0)
        if positives:
            share = positives / (positives + part.counts.get("negatives", 0))
            return path([0.0, 1.0], [share, share])
    return ""
