"""Seconds per image and peak memory of every preset, each in a process of its own."""

import concurrent.futures
import dataclasses
import itertools
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import tensorflow as tf

from fs_tf import errors, tables
from fs_tf.models import deeplab, fold, preprocessing, presets

MODES = ("eager", "SavedModel")
BATCH_NORMS = ("unfolded", "folded")
LINE = "{:<22}{:<12}{:<12}{:>10}{:>10}{:>10}"
HEADER = LINE.format("preset", "mode", "batch norm", "seconds", "CPU s", "MiB")


@dataclasses.dataclass(frozen=True)
class Task:
    """One line of the table, before it is measured.

    Attributes:
      preset: name of the preset.
      mode: one of `MODES`.
      batch_norm: one of `BATCH_NORMS`.
      size: height and width of the image.
      output_stride: 8 or 16; None for the preset's.
      repeats: timed calls after one that warms up, at least 1.
    """

    preset: str
    mode: str
    batch_norm: str
    size: tuple[int, int]
    output_stride: int | None
    repeats: int


@dataclasses.dataclass(frozen=True)
class Measurement:
    """What a task took.

    Attributes:
      task: as given.
      seconds: median wall time from uint8 image to int32 class map.
      cpu_seconds: median processor time of all threads; on a busy machine the steadier
        figure.
      peak_mib: peak memory: of the GPU where there is one, else the resident memory
        of the process, TensorFlow's own 400 MiB included.
    """

    task: Task
    seconds: float
    cpu_seconds: float
    peak_mib: float

    def __str__(self) -> str:
        """One line of the table under `HEADER`."""
        task = self.task
        times = (f"{self.seconds:.3f}", f"{self.cpu_seconds:.3f}")
        cells = (task.preset, task.mode, task.batch_norm, *times)
        return LINE.format(*cells, f"{self.peak_mib:.0f}")


class Segmentation(tf.Module):
    """From uint8 [B, H, W, 3] to int32 [B, H, W], as Google's frozen graphs."""

    def __init__(self, segmenter: deeplab.DeepLabV3Plus):
        super().__init__()
        self.segmenter = segmenter

    def __call__(self, image: tf.Tensor) -> tf.Tensor:
        """Returns classes, int32 [B, H, W], of uint8 [B, H, W, 3]."""
        logits = self.segmenter(preprocessing.preprocess(image))["logits"]
        return tf.argmax(logits, axis=-1, output_type=tf.int32)


def tasks(
    names: Sequence[str],
    size: tuple[int, int],
    output_stride: int | None,
    repeats: int,
) -> list[Task]:
    """Returns every mode, unfolded and folded, of the named presets.

    Raises:
      KeyError: unknown preset.
      ValueError: a size or number of repeats below 1.
    """
    for name in names:
        tables.lookup(presets.PRESETS, name, "preset")
    if min(*size, repeats) < 1:
        raise errors.BadValue(
            f"Height, width and repeats must be at least 1; got {size} and {repeats}."
        )
    return [
        Task(name, mode, batch_norm, size, output_stride, repeats)
        for name, mode, batch_norm in itertools.product(names, MODES, BATCH_NORMS)
    ]


def run(rows: Sequence[Task]) -> Iterator[Measurement]:
    """Measures tasks one after another; a new process each, for honest peaks."""
    context = multiprocessing.get_context("spawn")
    for task in rows:
        with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
            yield pool.submit(measure, task).result()


def measure(task: Task) -> Measurement:
    """Measures one task in this process."""
    segmenter = deeplab.build(task.preset, output_stride=task.output_stride)
    if task.batch_norm == "folded":
        segmenter = fold.fold_batch_norm(segmenter)
    segment = Segmentation(segmenter)
    if task.mode == "SavedModel":
        segment = _exported(segment)
    image = tf.constant(
        np.random.default_rng(0).integers(0, 256, (1, *task.size, 3), np.uint8)
    )
    times = [_timed(segment, image) for _ in range(task.repeats + 1)][1:]
    seconds, cpu_seconds = map(statistics.median, zip(*times, strict=True))
    return Measurement(task, seconds, cpu_seconds, _peak_mib())


def _exported(segment: Segmentation) -> Callable[[tf.Tensor], tf.Tensor]:
    """Saves and loads, so that nothing of Python remains."""
    spec = tf.TensorSpec((None, None, None, 3), tf.uint8, name="image")
    signature = tf.function(segment, input_signature=[spec]).get_concrete_function()
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(segment, folder, signatures=signature)
        served = tf.saved_model.load(folder).signatures["serving_default"]
    return lambda image: next(iter(served(image=image).values()))


def _timed(
    segment: Callable[[tf.Tensor], tf.Tensor], image: tf.Tensor
) -> tuple[float, float]:
    """Returns wall and processor seconds of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    segment(image).numpy()  # waits for a GPU
    return time.perf_counter() - wall, time.process_time() - cpu


def _peak_mib() -> float:
    if tf.config.list_physical_devices("GPU"):
        return tf.config.experimental.get_memory_info("GPU:0")["peak"] / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)  # bytes or KiB
