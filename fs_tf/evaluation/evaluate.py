"""Runs a submission over a dataset split and writes its result."""

import os
import pathlib
import re
from collections.abc import Callable

import tensorflow as tf

import fs_tf
from fs_tf import data, digests, results, runs
from fs_tf.evaluation import measure, summaries
from fs_tf.submission import Submission, existing_folder

# What a result follows from beside submission and dataset, relative to fs_tf.
CODE = (
    *("labels.py", "data/frames.py", "metrics"),
    *("submission/contract.py", "submission/saved_model.py"),
    *("evaluation/evaluate.py", "evaluation/measure.py"),
)


def result_path(
    output: os.PathLike, submission: os.PathLike, dataset: data.FrameDataset
) -> pathlib.Path:
    """Returns where `evaluate` writes: OUTPUT/SUBMISSION/DATASET.SPLIT.result.json."""
    name = re.sub(r"[^A-Za-z0-9.]+", "_", dataset.name)
    name = f"{name}.{split_name(dataset.split)}"
    submission = pathlib.Path(submission).resolve()
    return pathlib.Path(output) / submission.name / (name + results.SUFFIX)


def split_name(split: str) -> str:
    """Returns a TFDS split as part of a file name, another one for every split.

    "validation[:10]" is "validation.to10" and "validation[10:20]" "validation.10to20".
    """
    for sign, word in ((" ", ""), ("[", "."), ("]", ""), (":", "to"), ("%", "pct")):
        split = split.replace(sign, word)
    return re.sub(r"[^A-Za-z0-9.+_-]", "_", split)


def evaluate(
    submission: os.PathLike,
    dataset: data.FrameDataset,
    output: os.PathLike,
    components: bool = False,
    load: Callable[[os.PathLike], Submission] = Submission.load,
) -> results.Result:
    """Evaluates one submission on one split; a finished result is read, not redone.

    On a dataset with anomaly masks it measures the anomaly score, on one with class
    labels the segmentation.

    Args:
      submission: SavedModel folder that keeps the contract.
      dataset: loaded split.
      output: folder of results; see `result_path`. Beside the result of an anomaly
        dataset stands its `.summary`, for `compare`; without it the result counts as
        not finished.
      components: whether to measure sIoU, PPV and F1 of components too.
      load: loads the submission where it must run; pass one that remembers to evaluate
        the same submission on several datasets.

    Returns:
      the result, also written as JSON.

    Raises:
      FileNotFoundError: no SavedModel there.
      FileExistsError: there is a result of that name that was made from something else:
        another submission or dataset, or by other code.
      ValueError: the submission breaks the contract, on a named image.
    """
    path = result_path(output, submission, dataset)
    identity = _identity(submission, dataset)
    if path.exists():
        finished = _finished(path, identity)
        has_components = "sIoU" in finished.metrics
        has_all = has_components or not components
        if not dataset.has_anomalies or (
            has_all and summaries.is_whole(path, finished)
        ):
            return finished
        components = components or has_components
    loaded = load(submission)
    # Before the long part, so that a place that cannot be written shows at once.
    path.parent.mkdir(parents=True, exist_ok=True)
    measured = measure.measure(loaded, dataset, components)
    result = _result(loaded, dataset, identity, measured)
    if measured.summary:
        measured.summary.save(summaries.summary_path(path))
    result.save(path)
    return result


def _result(
    submission: Submission,
    dataset: data.FrameDataset,
    identity: dict[str, str],
    measured: measure.Measurement,
) -> results.Result:
    return results.Result(
        submission=submission.name,
        row=submission.row,
        dataset=dataset.name,
        split=dataset.split,
        provenance={**identity, "fs_tf": fs_tf.__version__, "device": _device()},
        **measured.fields,
    )


def check(
    submission: os.PathLike, dataset: data.FrameDataset, output: os.PathLike
) -> None:
    """Checks that a result, if there is one, would be the same now; measures nothing.

    Args: see `evaluate`.

    Raises:
      FileNotFoundError, FileExistsError, ValueError: see `evaluate`.
    """
    path = result_path(output, submission, dataset)
    if path.exists():
        _finished(path, _identity(submission, dataset))


def _identity(submission: os.PathLike, dataset: data.FrameDataset) -> dict[str, str]:
    """Returns all that a result follows from."""
    return {
        "submission_sha256": digests.of_folder(existing_folder(submission)),
        "dataset_sha256": dataset.digest,
        "code_sha256": digests.of_code(*CODE),
        "tensorflow": tf.__version__,
    }


def _finished(path: pathlib.Path, identity: dict[str, str]) -> results.Result:
    result = results.Result.load(path)
    found = {key: result.provenance.get(key) for key in identity}
    differing = runs.differences(found, identity)
    if differing:
        raise runs.Stale({path: differing})
    return result


def _device() -> str:
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return f"CPU, {os.cpu_count()} cores"
    details = tf.config.experimental.get_device_details(gpus[0])
    return details.get("device_name", "GPU")
