"""Runs a submission over a dataset split and writes its result."""

import os
import pathlib
import re
import statistics
import time

import tensorflow as tf
import tqdm

import fs_tf
from fs_tf import data, metrics, results
from fs_tf.evaluation import fingerprint
from fs_tf.submission import Submission

CURVE_POINTS = 200


def result_path(
    output: os.PathLike, submission: os.PathLike, dataset: data.FrameDataset
) -> pathlib.Path:
    """Returns where `evaluate` writes: OUTPUT/SUBMISSION/DATASET.SPLIT.result.json."""
    name = re.sub(r"[^A-Za-z0-9.]+", "_", f"{dataset.name}.{dataset.split}")
    submission = pathlib.Path(submission).resolve()
    return pathlib.Path(output) / submission.name / (name + results.SUFFIX)


def evaluate(
    submission: os.PathLike, dataset: data.FrameDataset, output: os.PathLike
) -> results.Result:
    """Evaluates one submission on one split; a finished result is read, not redone.

    On a dataset with anomaly masks it measures the anomaly score, on one with class
    labels the segmentation.

    Args:
      submission: SavedModel folder that keeps the contract.
      dataset: loaded split.
      output: folder of results; see `result_path`.

    Returns:
      the result, also written as JSON.

    Raises:
      FileNotFoundError: no SavedModel there.
      FileExistsError: there is a result of another submission or dataset of that name.
      ValueError: the submission breaks the contract, on a named image.
    """
    path = result_path(output, submission, dataset)
    identity = {
        "submission_sha256": fingerprint.folder_sha256(submission),
        "dataset_fingerprint": dataset.fingerprint,
    }
    if path.exists():
        return _finished(path, identity)
    loaded = Submission.load(submission)
    run = _anomaly_run if dataset.has_anomalies else _segmentation_run
    measured, seconds = run(loaded, dataset)
    result = results.Result(
        submission=loaded.name,
        row=loaded.row,
        dataset=dataset.name,
        split=dataset.split,
        seconds_per_image=statistics.median(seconds),
        provenance={
            **identity,
            "fs_tf": fs_tf.__version__,
            "tensorflow": tf.__version__,
            "device": _device(),
        },
        **measured,
    )
    result.save(path)
    return result


def _finished(path: pathlib.Path, identity: dict[str, str]) -> results.Result:
    result = results.Result.load(path)
    for key, value in identity.items():
        if result.provenance.get(key) != value:
            raise FileExistsError(
                f"'{path}' is the result of another {key.split('_')[0]} of the same "
                "name: choose another output directory or delete that file."
            )
    return result


def _device() -> str:
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return f"CPU, {os.cpu_count()} cores"
    details = tf.config.experimental.get_device_details(gpus[0])
    return details.get("device_name", "GPU")


def _timed_outputs(call, dataset: data.FrameDataset, seconds: list[float]):
    """Yields (image id, target, output of `call`); the first call is also a warm-up."""
    progress = tqdm.tqdm(dataset.frames(), "evaluate", dataset.size, unit="image")
    for index, (image_id, image, target) in enumerate(progress):
        if index == 0:
            call(image, image_id)
        start = time.perf_counter()
        output = call(image, image_id)
        seconds.append(time.perf_counter() - start)
        yield image_id, target, output


def _anomaly_run(submission: Submission, dataset: data.FrameDataset):
    seconds: list[float] = []
    accumulator = metrics.AnomalyMetrics()
    outputs = _timed_outputs(submission.anomaly_score, dataset, seconds)
    for image_id, mask, score in outputs:
        accumulator.update(mask, score, image_id=image_id)
    return anomaly_measurements(accumulator), seconds


def anomaly_measurements(accumulator: metrics.AnomalyMetrics) -> dict[str, object]:
    """Returns the fields of a `Result` that a pooled ranking gives."""
    found = accumulator.result()
    curves = accumulator.curves(num_points=CURVE_POINTS)
    intervals = metrics.intervals(accumulator.summary())
    return {
        "metrics": {name: found[name] for name in ("AP", "FPR95", "AUROC")},
        "counts": {name: found[name] for name in ("images", "positives", "negatives")},
        "curves": {name: points.tolist() for name, points in curves.items()},
        "intervals": {
            name: (interval.low, interval.high) for name, interval in intervals.items()
        },
        "by_size": {
            size: {
                "AP": result.average_precision,
                "FPR95": result.fpr95,
                "anomalies": result.anomalies,
            }
            for size, result in accumulator.by_size().items()
        },
    }


def _segmentation_run(submission: Submission, dataset: data.FrameDataset):
    seconds: list[float] = []
    accumulator = metrics.SegmentationMetrics()
    outputs = _timed_outputs(submission.segmentation, dataset, seconds)
    for image_id, labels, segmentation in outputs:
        accumulator.update(labels, segmentation, image_id=image_id)
    found = accumulator.result()
    measured = {
        "metrics": {"mIoU": found["mIoU"]},
        "counts": {"images": dataset.size, "pixels": found["pixels"]},
        "curves": {},
        "intervals": {},
    }
    return measured, seconds
