"""Runs all stages; each leaves something finished, so a stopped run continues."""

import dataclasses
import logging
import os
import pathlib

from fs_tf import (
    data,
    evaluation,
    methods,
    models,
    runs,
    sample_world,
    submission,
    training,
)
from fs_tf.benchmark import qualitative
from fs_tf.benchmark.settings import SAMPLE_HEIGHT, VALIDATION_IMAGES, Settings
from fs_tf.report import site

FIGURE = "examples.png"

_LOGGER = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Datasets:
    """The splits that a run uses.

    Attributes:
      train: frames to train the segmenter on.
      frames: validation frames, for mIoU.
      static: validation frames with pasted objects, for the anomaly scores.
    """

    train: data.FrameDataset
    frames: data.FrameDataset
    static: data.FrameDataset


def run(settings: Settings, output: os.PathLike) -> str:
    """Does everything that is not done yet.

    Args:
      settings: of the run.
      output: folder of this run: sample_world/, datasets/, segmenters/,
        submissions/, results/, and the report.

    Returns:
      the leaderboard as a Markdown table.

    Raises:
      FileExistsError: the folder holds another run.
      FileNotFoundError, ValueError: what a stage finds wrong with its input.
    """
    # Absolute, since TFDS resolves relative folders against its own.
    output = pathlib.Path(output).resolve()
    runs.claim_directory(output, "benchmark.json", dataclasses.asdict(settings))
    datasets = _datasets(settings, output)
    exported = [
        _submission(settings, method, datasets, output)
        for method in settings.chosen_methods
    ]
    for path in exported:
        _LOGGER.info("Evaluating '%s'", path.name)
        evaluation.evaluate(path, datasets.static, output / "results")
        if submission.Submission.load(path).has_segmentation:
            evaluation.evaluate(path, datasets.frames, output / "results")
    figure = qualitative.figure(exported, datasets.static)
    (output / FIGURE).write_bytes(figure)
    return site.write_site(output / "results", output, {"Examples": figure})


def _datasets(settings: Settings, output: pathlib.Path) -> Datasets:
    cityscapes, voc = settings.cityscapes, settings.voc
    if cityscapes is None:
        _LOGGER.info("Rendering the sample world")
        world = sample_world.SampleWorld(height=SAMPLE_HEIGHT, seed=settings.seed)
        sample_world.write_sample_world(output / "sample_world", world)
        cityscapes = str(output / "sample_world" / "cityscapes")
        voc = str(output / "sample_world" / "VOCdevkit")
    _LOGGER.info("Preparing the datasets")
    frames = {"cityscapes": cityscapes}
    static = {
        **frames,
        "voc": voc,
        "num_validation": VALIDATION_IMAGES,
        "num_test": 0,
        "seed": settings.seed,
    }
    folder = output / "datasets"
    return Datasets(
        train=data.load("cityscapes_frames", "train", folder, frames),
        frames=data.load("cityscapes_frames", "validation", folder, frames),
        static=data.load("fishyscapes/StaticGenerated", "validation", folder, static),
    )


def _segmenter(
    settings: Settings, scheme: training.Scheme, datasets: Datasets, output
) -> models.DeepLabV3Plus:
    """Returns the trained segmenter of a scheme, training it where needed."""
    _LOGGER.info("Segmenter of scheme '%s'", scheme.name)
    with training.distribution_strategy().scope():
        segmenter = models.build(
            settings.preset, num_classes=scheme.num_outputs, seed=settings.seed
        )
        if settings.initial_weights:
            models.load_weights(segmenter, settings.initial_weights)
        training.train_segmenter(
            segmenter,
            datasets.train,
            scheme,
            settings.training_config,
            output / "segmenters" / scheme.name,
            settings.seed,
        )
    return segmenter


def _submission(
    settings: Settings, method: methods.Method, datasets: Datasets, output
) -> pathlib.Path:
    """Returns the exported submission of a method, exporting it where needed."""
    folder = output / "submissions" / method.name
    if not folder.exists():
        scheme = training.SCHEMES[method.scheme]
        segmenter = _segmenter(settings, scheme, datasets, output)
        scorer = method.build(models.fold_batch_norm(segmenter))
        scorer.fit(datasets.train, datasets.static)
        _LOGGER.info("Exporting '%s'", method.name)
        submission.export(scorer, method, folder)
    return folder
