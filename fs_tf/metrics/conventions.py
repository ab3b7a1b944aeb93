"""The FPR at a given TPR, as four families of papers define it."""

import dataclasses
import math
from collections.abc import Callable

import numpy as np

from fs_tf import errors, tables
from fs_tf.metrics.points import points_at
from fs_tf.metrics.ranking import count_at_tpr
from fs_tf.metrics.runs import SortedRuns


@dataclasses.dataclass(frozen=True)
class _Crossing:
    """The point before and the point at which the TPR reaches the level, as counts.

    Attributes:
      level: the TPR asked for.
      before: true positives at the last threshold that does not reach it, or 0.
      reached: true positives at the first threshold that does.
      above: in-distribution pixels above that threshold: false positives at the lowest
        threshold that does not reach the level.
      at: false positives at the first threshold that reaches the level.
      next_above: in-distribution pixels above the next lower anomaly score: false
        positives at the lowest threshold that has `reached` true positives.
      positives: all anomalous pixels.
      negatives: all in-distribution pixels.
    """

    level: float
    before: int
    reached: int
    above: int
    at: int
    next_above: int
    positives: int
    negatives: int


@dataclasses.dataclass(frozen=True)
class Convention:
    """One definition of the FPR at a TPR.

    Attributes:
      name: as in `fpr_at_tpr(..., convention=name)`.
      is_strict: whether the TPR must exceed the level instead of reaching it.
      false_positives: their number, a fraction where interpolated.
    """

    name: str
    is_strict: bool
    false_positives: Callable[[_Crossing], float]


def _first(crossing: _Crossing) -> float:
    return crossing.at


def _nearest(crossing: _Crossing) -> float:
    too_few = abs(crossing.before / crossing.positives - crossing.level)
    enough = abs(crossing.reached / crossing.positives - crossing.level)
    is_a_threshold = crossing.before > 0 or crossing.above > 0
    if is_a_threshold and too_few < enough:
        return crossing.above
    # The lowest threshold of this recall; of recall 1 the highest.
    is_last = crossing.reached == crossing.positives
    return crossing.at if is_last else crossing.next_above


def _linear(crossing: _Crossing) -> float:
    low = crossing.before / crossing.positives
    high = crossing.reached / crossing.positives
    share = (crossing.level - low) / (high - low)
    return crossing.above + share * (crossing.at - crossing.above)


CONVENTIONS = tables.by_name(
    [
        Convention("first", False, _first),
        Convention("above", True, _first),
        Convention("nearest", False, _nearest),
        Convention("linear", True, _linear),
    ]
)
DEFAULT = "first"


def fpr_at_tpr(
    level: float, convention: str, positives: SortedRuns, negatives: SortedRuns
) -> float:
    """Returns the false positive rate at a true positive rate; NaN where undefined.

    Thresholds are all distinct scores of the pooled pixels. The conventions:

    - "first": the first (highest) threshold with TPR >= level. The official
      Fishyscapes code, SegmentMeIfYouCan, OpenOOD; the default.
    - "above": the first threshold with TPR > level. DenseHybrid, NFlowJS, RbA.
    - "nearest": the threshold whose TPR is nearest to the level, the lowest of several
      with that TPR. Outlier Exposure (Hendrycks et al.), StreetHazards, and code built
      on its `fpr_and_fdr_at_recall`.
    - "linear": linear interpolation of the ROC curve, `np.interp(level, tpr, fpr)`,
      which takes the right end of a flat stretch at exactly the level. The package
      ood-metrics and what uses its `fpr_at_95_tpr`, such as Mask2Anomaly.

    On billions of pixels they agree to many digits; on few or tied scores they do not.

    Args:
      level: TPR in 0..1, above 0.
      convention: a name of CONVENTIONS.
      positives: scores of anomalous pixels.
      negatives: scores of in-distribution pixels.

    Raises:
      KeyError: unknown convention.
      ValueError: `level` is outside of (0, 1].
    """
    chosen = tables.lookup(CONVENTIONS, convention, "FPR convention")
    if not 0 < level <= 1:
        raise errors.BadValue(
            f"`level` must be a TPR above 0 and up to 1; got {level}."
        )
    if not positives.total or not negatives.total:
        return math.nan
    needed = count_at_tpr(level, positives.total, chosen.is_strict)
    if needed > positives.total:
        # Nothing exceeds a TPR of 1: every pixel is flagged.
        return 1.0
    crossing = _crossing(level, needed, positives, negatives)
    return chosen.false_positives(crossing) / negatives.total


def _crossing(
    level: float, needed: int, positives: SortedRuns, negatives: SortedRuns
) -> _Crossing:
    point = points_at([needed], positives, negatives)
    reached = int(point.true_positives[0])
    following = points_at([min(reached + 1, positives.total)], positives, negatives)
    not_above = positives.total_below(np.nextafter(point.threshold, np.float32(np.inf)))
    return _Crossing(
        level=level,
        before=positives.total - int(not_above[0]),
        reached=reached,
        above=int(point.above[0]),
        at=int(point.false_positives[0]),
        next_above=int(following.above[0]),
        positives=positives.total,
        negatives=negatives.total,
    )
