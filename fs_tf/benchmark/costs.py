"""Seconds per image of submissions, relative to one plain forward pass."""

import dataclasses
import logging
import os
import pathlib
import statistics
import tempfile
import time
from collections.abc import Sequence

import numpy as np
import tqdm

from fs_tf import errors, methods, models, submission, tables, training

# Its segmentation is the forward pass that others are compared with.
REFERENCE = "max_probability"

_LOGGER = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Cost:
    """What a submission took.

    Attributes:
      name: of the submission.
      seconds: median wall time of one image.
      ratio: median of its time over that of a forward pass in the same turn.
    """

    name: str
    seconds: float
    ratio: float

    def __str__(self) -> str:
        """One line of a table."""
        return f"{self.name:36}{self.seconds:9.3f} s {self.ratio:8.2f}"


def costs(
    folders: Sequence[os.PathLike],
    size: tuple[int, int],
    repetitions: int,
    reference: str = REFERENCE,
) -> list[Cost]:
    """Times submissions in turn on one image, so that all see the same machine.

    Args:
      folders: of submissions, `reference` among them.
      size: height and width of the image.
      repetitions: turns after one that warms up, at least 1.
      reference: name of the submission whose segmentation is the forward pass: the
        network, the resize of its logits and their argmax.

    Returns:
      the forward pass, then the submissions in the given order.

    Raises:
      FileNotFoundError: a folder holds no submission.
      ValueError: no submission of the reference's name, or it does not segment.
    """
    loaded = {pathlib.Path(path).name: path for path in folders}
    if reference not in loaded:
        raise errors.BadValue(
            f"The forward pass is that of '{reference}', which is not among "
            f"{sorted(loaded)}: add its submission."
        )
    loaded = {name: submission.Submission.load(path) for name, path in loaded.items()}
    forward = loaded[reference].segmentation
    calls = {"forward pass": forward}
    calls |= {name: one.anomaly_score for name, one in loaded.items()}
    image = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    turns = [
        {name: _seconds(call, image) for name, call in calls.items()}
        for _ in tqdm.trange(repetitions + 1, desc="turns")
    ][1:]
    return [
        Cost(
            name,
            statistics.median(turn[name] for turn in turns),
            statistics.median(turn[name] / turn["forward pass"] for turn in turns),
        )
        for name in calls
    ]


def costs_of_preset(
    preset: str, names: Sequence[str], size: tuple[int, int], repetitions: int
) -> list[Cost]:
    """Times methods that fit nothing, on a network with random weights.

    Args:
      preset: architecture.
      names: keys of `METHODS`, beside `REFERENCE`; those that fit something are left
        out, with a warning.
      size: height and width of the image.
      repetitions: see `costs`.

    Raises:
      KeyError: unknown preset or method.
    """
    names = dict.fromkeys((REFERENCE, *names))
    chosen = [tables.lookup(methods.METHODS, name, "method") for name in names]
    with tempfile.TemporaryDirectory() as folder:
        folders = [_export(preset, method, pathlib.Path(folder)) for method in chosen]
        return costs(list(filter(None, folders)), size, repetitions)


def _export(preset: str, method: methods.Method, folder: pathlib.Path):
    outputs = training.SCHEMES[method.scheme].num_outputs
    scorer = method.build(models.fold_batch_norm(models.build(preset, outputs)))
    if scorer.needs_fit:
        _LOGGER.warning(
            "'%s' is left out: it fits something, so time its submission.", method.name
        )
        return None
    return submission.export(scorer, method, folder / method.name)


def _seconds(call, image: np.ndarray) -> float:
    start = time.perf_counter()
    call(image)
    return time.perf_counter() - start
