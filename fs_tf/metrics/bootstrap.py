"""Confidence intervals of all metrics by bootstrap over images."""

import dataclasses
from collections.abc import Iterator

import numpy as np

from fs_tf import errors
from fs_tf.metrics import confusion, ranking
from fs_tf.metrics.summary import Summary

NAMES = ("AP", "FPR95", "AUROC")
# Replicates computed at a time; bounds the memory to tens of MB.
CHUNK = 128


@dataclasses.dataclass(frozen=True)
class Interval:
    """An exact value and its confidence interval; NaN where undefined."""

    value: float
    low: float
    high: float


def intervals(
    summary: Summary, resamples: int = 1000, confidence: float = 0.95, seed: int = 0
) -> dict[str, Interval]:
    """Returns the percentile bootstrap intervals of AP, FPR95 and AUROC.

    Images are drawn with replacement, as many as there are; pixels of one image depend
    on each other, images hardly do. Replicates are computed from the summary and moved
    by what the summary's own value differs from the exact one. Replicates without any
    anomaly are left out.

    Args:
      summary: of one method on one dataset.
      resamples: number of replicates.
      confidence: coverage in 0..1.
      seed: of the drawing; equal seeds give equal intervals for any order of images.
    """
    _require(resamples, confidence)
    replicates = _replicates([summary], resamples, seed)[0]
    own = _metrics(np.ones((1, len(summary.image_ids))), summary)[0]
    found = {}
    for column, name in enumerate(NAMES):
        exact = summary.exact[name]
        moved = np.clip(replicates[:, column] + (exact - own[column]), 0, 1)
        found[name] = Interval(exact, *_percentiles(moved, confidence))
    return found


def segmentation_intervals(
    metrics: confusion.SegmentationMetrics,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Interval]:
    """Returns the percentile bootstrap interval of "mIoU" over images.

    A replicate's mIoU leaves out classes that none of its images has.

    Args, and how images are drawn, as `intervals`.

    Raises:
      ValueError: no image was added.
    """
    _require(resamples, confidence)
    # Of a copy: value and replicates are of the same images, whoever adds more.
    images = confusion.SegmentationMetrics()
    images.merge(metrics)
    value = images.result()["mIoU"]
    matrices = images.image_matrices().astype(np.float64)
    replicates = []
    for draws in _draws(len(matrices), resamples, seed):
        iou = confusion.class_iou(np.tensordot(draws, matrices, 1))
        replicates.append(_mean_of_known(iou))
    low, high = _percentiles(np.concatenate(replicates), confidence)
    return {"mIoU": Interval(value, low, high)}


def paired_differences(
    first: Summary,
    second: Summary,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Interval]:
    """Returns `first` minus `second` in AP, FPR95 and AUROC, with intervals.

    Both methods are drawn the same images, so what makes an image hard for both
    cancels: an interval without 0 is a difference at this confidence.

    Args:
      first: summary of one method.
      second: summary of another method on the same images.
      resamples: number of replicates.
      confidence: coverage in 0..1.
      seed: of the drawing.

    Raises:
      ValueError: the summaries are not of the same named images and masks.
    """
    _require(resamples, confidence)
    _require_same_images(first, second)
    replicates = _replicates([first, second], resamples, seed)
    ones = np.ones((1, len(first.image_ids)))
    own = _metrics(ones, first)[0] - _metrics(ones, second)[0]
    found = {}
    for column, name in enumerate(NAMES):
        exact = first.exact[name] - second.exact[name]
        differences = replicates[0][:, column] - replicates[1][:, column]
        moved = np.clip(differences + (exact - own[column]), -1, 1)
        found[name] = Interval(exact, *_percentiles(moved, confidence))
    return found


def _draws(count: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Yields float64 [R, count], how often each image is drawn, `resamples` rows."""
    rng = np.random.default_rng(seed)
    for start in range(0, resamples, CHUNK):
        size = min(CHUNK, resamples - start)
        draws = rng.multinomial(count, np.full(count, 1 / count), size)
        yield draws.astype(np.float64)


def _replicates(
    summaries: list[Summary], resamples: int, seed: int
) -> list[np.ndarray]:
    """Returns float64 [resamples, 3] per summary, all from the same drawn images."""
    found: list[list[np.ndarray]] = [[] for _ in summaries]
    for draws in _draws(len(summaries[0].image_ids), resamples, seed):
        for rows, summary in zip(found, summaries, strict=True):
            rows.append(_metrics(draws, summary))
    return [np.concatenate(rows) for rows in found]


def _metrics(weights: np.ndarray, summary: Summary) -> np.ndarray:
    """Returns AP, FPR95 and AUROC of weighted images: [R, images] -> [R, 3].

    Products and sums are of integers below 2^53, so float64 is exact until divided.
    """
    if not summary.thresholds.size:
        return np.full((len(weights), len(NAMES)), np.nan)
    true_positives = weights @ summary.true_positives.astype(np.float64)
    false_positives = weights @ summary.false_positives.astype(np.float64)
    positives = true_positives[:, -1:]
    negatives = weights @ summary.negatives
    gained = np.diff(true_positives, axis=1, prepend=0)
    flagged = true_positives + false_positives
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.where(flagged > 0, true_positives / flagged, 0)
        average_precision = (gained * precision).sum(axis=1) / positives[:, 0]
        reaches = true_positives / positives >= ranking.TPR_LEVEL
        first = reaches.argmax(axis=1)
        fpr = false_positives[np.arange(len(first)), first] / negatives
        # Ties, among them what lies between two thresholds, count one half.
        tied = np.diff(false_positives, axis=1, prepend=0)
        below = negatives[:, None] - false_positives + tied / 2
        auroc = (gained * below).sum(axis=1) / (positives[:, 0] * negatives)
    fpr[positives[:, 0] == 0] = np.nan
    return np.stack([average_precision, fpr, auroc], axis=1)


def _mean_of_known(iou: np.ndarray) -> np.ndarray:
    """Returns the means of rows without their NaN, NaN for rows of nothing else."""
    known = ~np.isnan(iou)
    total, count = np.where(known, iou, 0).sum(axis=-1), known.sum(axis=-1)
    return np.divide(total, count, np.full(total.shape, np.nan), where=count > 0)


def _percentiles(values: np.ndarray, confidence: float) -> tuple[float, float]:
    values = values[~np.isnan(values)]
    if not values.size:
        return float("nan"), float("nan")
    tail = (1 - confidence) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def _require(resamples: int, confidence: float) -> None:
    if resamples < 1:
        raise errors.BadValue(f"`resamples` must be at least 1; got {resamples}.")
    if not 0 < confidence < 1:
        raise errors.BadValue(
            f"`confidence` must be between 0 and 1; got {confidence}."
        )


def _require_same_images(first: Summary, second: Summary) -> None:
    for summary in (first, second):
        names = summary.image_ids
        if None in names or len(set(names)) != len(names):
            raise errors.BadValue(
                "Paired differences need a different image id for every image: pass "
                "`image_id` to `update`."
            )
    if first.image_ids != second.image_ids:
        odd = sorted(set(first.image_ids) ^ set(second.image_ids))
        raise errors.BadValue(
            "Paired differences must compare the same images; only one of the two "
            f"summaries has '{odd[0]}' ({len(odd)} such images)."
        )
    same = (first.positives == second.positives) & (first.negatives == second.negatives)
    if not same.all():
        name = first.image_ids[int(np.argmin(same))]
        raise errors.BadValue(
            "Paired differences must compare the same masks; the numbers of anomalous "
            f"or in-distribution pixels differ in image '{name}'."
        )
