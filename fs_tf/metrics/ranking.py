"""Average precision, FPR at 95 % TPR, AUROC and best F1 from exact counts."""

import dataclasses
import math

import numpy as np

from fs_tf.metrics.levels import Levels, descending_levels
from fs_tf.metrics.runs import SortedRuns

LIMB = 27
TPR_LEVEL = 0.95


@dataclasses.dataclass(frozen=True)
class BestF1:
    """The threshold of best pixel F1; the highest one of several.

    Attributes:
      threshold: pixels of this score or a higher one are flagged.
      f1: 2 TP / (2 TP + FP + FN), in 0..1.
    """

    threshold: float
    f1: float


@dataclasses.dataclass(frozen=True)
class Ranking:
    """How well scores separate positives from negatives; NaN where undefined."""

    average_precision: float
    fpr95: float
    auroc: float
    best_f1: BestF1


def rank(positives: SortedRuns, negatives: SortedRuns) -> Ranking:
    """Returns the ranking metrics of the pooled pixels.

    AP = sum of (R_n - R_{n-1}) P_n over distinct scores, FPR95 = the FPR at the first
    threshold whose TPR is at least 0.95, AUROC counts ties half. All sums are of
    integers, divided last, so their value does not depend on any order. Without
    positives all are NaN, without negatives FPR95 and AUROC are NaN.
    """
    total, other = positives.total, negatives.total
    if not total:
        return Ranking(math.nan, math.nan, math.nan, BestF1(math.nan, math.nan))
    needed = count_at_tpr(TPR_LEVEL, total)
    limbs = [0, 0, 0]
    twice_ordered = 0
    false_positives = None
    best = BestF1(math.nan, -1.0)
    for levels in descending_levels(positives, negatives):
        limbs = [a + b for a, b in zip(limbs, _precision_limbs(levels), strict=True)]
        twice_below = 2 * other - 2 * levels.above - levels.equal
        twice_ordered += _exact_dot(levels.positives, twice_below)
        if false_positives is None and levels.true_positives[-1] >= needed:
            index = int(np.searchsorted(levels.true_positives, needed))
            false_positives = int(levels.false_positives[index])
        best = max(best, _best_f1(levels, total), key=lambda point: point.f1)
    high, middle, low = limbs
    precisions = (high << 2 * LIMB) + (middle << LIMB) + low
    return Ranking(
        precisions / (total << 3 * LIMB),
        false_positives / other if other else math.nan,
        twice_ordered / (2 * total * other) if other else math.nan,
        best,
    )


def count_at_tpr(level: float, positives: int, strictly: bool = False) -> int:
    """Returns the fewest true positives with TPR >= level (or > level, strictly).

    The TPR is compared as the float64 quotient, as NumPy and scikit-learn compare it.
    """
    count = max(math.floor(level * positives) - 1, 0)
    while count / positives < level or (strictly and count / positives == level):
        count += 1
    return count


def _exact_dot(counts: np.ndarray, values: np.ndarray) -> int:
    """Returns the sum of products, also beyond 2^63.

    Ties of billions of pixels get there; they are few levels, so Python may add them.
    """
    if int(counts.sum()) * int(values.max()) < 2**63:
        return int(np.dot(counts, values))
    products = zip(counts.tolist(), values.tolist(), strict=True)
    return sum(count * value for count, value in products)


def _precision_limbs(levels: Levels) -> list[int]:
    """Returns the sum of positives * precision as three integers, 27 bits each.

    Integers add without rounding: the sum is the same for any grouping of the pixels.
    The last bit kept, 2^-81, is below float64's own for every precision above 2^-28.
    """
    flagged = levels.true_positives + levels.false_positives
    rest = levels.true_positives / flagged
    sums = []
    for _ in range(3):
        rest = rest * 2.0**LIMB
        whole = np.floor(rest)
        rest -= whole
        sums.append(int(np.dot(levels.positives, whole.astype(np.int64))))
    return sums


def _best_f1(levels: Levels, positives: int) -> BestF1:
    flagged = levels.true_positives + levels.false_positives
    f1 = 2 * levels.true_positives / (flagged + positives)
    index = int(np.argmax(f1))
    return BestF1(float(levels.threshold[index]), float(f1[index]))
