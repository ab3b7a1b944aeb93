"""Runs all stages; each leaves something finished, so a stopped run continues."""

import functools
import logging
import os
import pathlib

import filelock

from fs_tf import data, errors, evaluation, files, runs, sample_world, submission
from fs_tf.benchmark import qualitative
from fs_tf.benchmark.datasets import Datasets
from fs_tf.benchmark.segmenters import Segmenters
from fs_tf.benchmark.settings import SAMPLE_HEIGHT, Settings
from fs_tf.benchmark.submissions import Submissions
from fs_tf.report import site

FIGURE = "examples.png"
STATIC = "fishyscapes/StaticGenerated"

_LOGGER = logging.getLogger(__name__)


def run(settings: Settings, output: os.PathLike) -> str:
    """Does everything that is not done yet.

    What is there is used again if it was made from the same: data by their pixels,
    networks by their weights, configuration and code. Everything else that a stage
    finds is told at once, and nothing is made before it is gone.

    Args:
      settings: of the run.
      output: folder of this run: sample_world/, datasets/, segmenters/, densities/,
        submissions/, results/, and the report.

    Returns:
      the leaderboard as a Markdown table.

    Raises:
      FileExistsError: the folder holds another run, or what was made from something
        else; or another process works in it.
      FileNotFoundError, ValueError: what a stage finds wrong with its input.
    """
    # Absolute, since TFDS resolves relative folders against its own.
    output = pathlib.Path(output).resolve()
    lock = files.lock(output / "run")
    try:
        held = lock.acquire(blocking=False)
    except filelock.Timeout:
        raise errors.AlreadyThere(
            f"Another process works in '{output}': wait for it, or choose another "
            "output."
        ) from None
    with held:
        return _run(settings, output)


def _run(settings: Settings, output: pathlib.Path) -> str:
    runs.claim_directory(output, "benchmark.json", settings.identity())
    files.remove_unfinished(output)
    datasets = _datasets(settings, output)
    segmenters = Segmenters(settings, datasets.train, output / "segmenters")
    submissions = Submissions(settings, datasets, segmenters, output)
    exported = submissions.exported()
    examples = qualitative.Examples(datasets.test)
    results = output / "results"
    # The table shows all that is there, whatever methods are asked for now.
    runs.fresh(
        functools.partial(evaluation.check, path, dataset, results)
        for path in submissions.there()
        for dataset in (datasets.test, datasets.frames)
    )
    for path in exported:
        _LOGGER.info("Evaluating '%s'", path.name)
        examples.add(_evaluate(path, datasets, results))
    figures = {}
    if examples:
        figures["Examples"] = examples.figure()
        files.write_bytes(output / FIGURE, figures["Examples"])
    return site.write_site(results, output, figures)


def _evaluate(
    path: pathlib.Path, datasets: Datasets, results: pathlib.Path
) -> submission.Submission:
    """Measures score and, where there is one, segmentation; returns what it loaded."""
    loaded = submission.Submission.load(path)
    evaluation.evaluate(path, datasets.test, results, load=lambda _: loaded)
    if loaded.has_segmentation:
        evaluation.evaluate(path, datasets.frames, results, load=lambda _: loaded)
    return loaded


def _datasets(settings: Settings, output: pathlib.Path) -> Datasets:
    cityscapes, voc = settings.cityscapes, settings.voc
    if cityscapes is None:
        _LOGGER.info("Rendering the sample world")
        world = sample_world.SampleWorld(height=SAMPLE_HEIGHT, seed=settings.seed)
        sample_world.write_sample_world(output / "sample_world", world)
        cityscapes = str(output / "sample_world" / "cityscapes")
        voc = str(output / "sample_world" / "VOCdevkit")
    _LOGGER.info("Preparing the datasets")
    folder = output / "datasets"
    sources = {"cityscapes": cityscapes}
    frames = data.load("cityscapes_frames", "validation", folder, sources)
    # No frame and no object is in both splits.
    count = max(frames.size // 2, 1)
    static = {
        **sources,
        "voc": voc,
        "num_validation": count,
        "num_test": count,
        "max_frame_uses": 1,
        "seed": settings.seed,
        "secret_seed": False,
    }
    return Datasets(
        train=data.load("cityscapes_frames", "train", folder, sources),
        frames=frames,
        validation=data.load(STATIC, "validation", folder, static),
        test=data.load(STATIC, "test", folder, static),
    )
