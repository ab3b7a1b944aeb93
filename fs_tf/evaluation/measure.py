"""What is measured while a submission runs over a dataset."""

import dataclasses
import statistics
import time
from collections.abc import Iterator

import numpy as np
import tqdm

from fs_tf import data, metrics
from fs_tf.submission import Submission

CURVE_POINTS = 200


@dataclasses.dataclass(frozen=True)
class Measurement:
    """Everything that one pass over the images gives.

    Attributes:
      fields: of a `results.Result`.
      summary: for paired comparisons; None where class labels are the ground truth.
    """

    fields: dict[str, object]
    summary: metrics.Summary | None = None


def measure(
    submission: Submission, dataset: data.FrameDataset, components: bool
) -> Measurement:
    """Runs the submission over all images.

    Args:
      submission: gives scores, or the segmentation where the dataset has labels.
      dataset: loaded split.
      components: whether to measure sIoU, PPV and F1 of components too.
    """
    if dataset.has_anomalies:
        return _anomaly(submission, dataset, components)
    return _segmentation(submission, dataset)


def _timed_outputs(
    call, dataset: data.FrameDataset, seconds: list[float]
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yields (image id, target, output of `call`); the first call is also a warm-up."""
    progress = tqdm.tqdm(dataset.frames(), "evaluate", dataset.size, unit="image")
    for index, (image_id, image, target) in enumerate(progress):
        if index == 0:
            call(image, image_id)
        start = time.perf_counter()
        output = call(image, image_id)
        seconds.append(time.perf_counter() - start)
        yield image_id, target, output


def _anomaly(
    submission: Submission, dataset: data.FrameDataset, components: bool
) -> Measurement:
    seconds: list[float] = []
    pixels, segments = metrics.AnomalyMetrics(), metrics.ComponentMetrics()
    outputs = _timed_outputs(submission.anomaly_score, dataset, seconds)
    for image_id, mask, score in outputs:
        pixels.update(mask, score, image_id=image_id)
        if components:
            segments.update(mask, score, image_id=image_id)
    summary = pixels.summary()
    fields = _pixel_fields(pixels, summary)
    if components:
        found = segments.result(pixels.best_f1().threshold)
        fields["metrics"] |= {name: found[name] for name in ("sIoU", "PPV", "F1")}
    return Measurement(
        {**fields, "seconds_per_image": statistics.median(seconds)}, summary
    )


def _pixel_fields(
    pixels: metrics.AnomalyMetrics, summary: metrics.Summary
) -> dict[str, dict]:
    found = pixels.result()
    curves = pixels.curves(num_points=CURVE_POINTS)
    return {
        "metrics": {name: found[name] for name in ("AP", "FPR95", "AUROC")},
        "counts": {name: found[name] for name in ("images", "positives", "negatives")},
        "curves": {name: points.tolist() for name, points in curves.items()},
        "intervals": _bounds(metrics.intervals(summary)),
        "by_size": {
            size: {
                "AP": result.average_precision,
                "FPR95": result.fpr95,
                "anomalies": result.anomalies,
            }
            for size, result in pixels.by_size().items()
        },
    }


def _segmentation(submission: Submission, dataset: data.FrameDataset) -> Measurement:
    seconds: list[float] = []
    classes = metrics.SegmentationMetrics()
    outputs = _timed_outputs(submission.segmentation, dataset, seconds)
    for image_id, labels, segmentation in outputs:
        classes.update(labels, segmentation, image_id=image_id)
    found = classes.result()
    return Measurement(
        {
            "metrics": {
                name: value
                for name, value in found.items()
                if name == "mIoU" or name.startswith("IoU/")
            },
            "counts": {"images": found["images"], "pixels": found["pixels"]},
            "curves": {},
            "intervals": _bounds(metrics.segmentation_intervals(classes)),
            "seconds_per_image": statistics.median(seconds),
        }
    )


def _bounds(intervals: dict[str, metrics.Interval]) -> dict[str, tuple[float, float]]:
    return {name: (found.low, found.high) for name, found in intervals.items()}
