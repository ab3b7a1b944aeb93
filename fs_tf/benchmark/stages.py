"""Runs all stages; each leaves something finished, so a stopped run continues."""

import dataclasses
import logging
import os
import pathlib
import shutil

from fs_tf import (
    data,
    errors,
    evaluation,
    methods,
    models,
    runs,
    sample_world,
    submission,
    training,
)
from fs_tf.benchmark import qualitative
from fs_tf.benchmark.settings import BASE_SCHEME, SAMPLE_HEIGHT, Settings
from fs_tf.report import site

FIGURE = "examples.png"
STATIC = "fishyscapes/StaticGenerated"

_LOGGER = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Datasets:
    """The splits that a run uses.

    Attributes:
      train: frames to train the segmenter on.
      frames: validation frames, for mIoU.
      validation: one half of them with pasted objects, for what methods fit.
      test: the other half with other objects, for the table.
    """

    train: data.FrameDataset
    frames: data.FrameDataset
    validation: data.FrameDataset
    test: data.FrameDataset


def run(settings: Settings, output: os.PathLike) -> str:
    """Does everything that is not done yet.

    Args:
      settings: of the run.
      output: folder of this run: sample_world/, datasets/, segmenters/, densities/,
        submissions/, results/, and the report.

    Returns:
      the leaderboard as a Markdown table.

    Raises:
      FileExistsError: the folder holds another run.
      FileNotFoundError, ValueError: what a stage finds wrong with its input.
    """
    # Absolute, since TFDS resolves relative folders against its own.
    output = pathlib.Path(output).resolve()
    runs.claim_directory(output, "benchmark.json", settings.identity())
    datasets = _datasets(settings, output)
    segmenters = _Segmenters(settings, datasets, output)
    exported = [
        _submission(method, segmenters, datasets, output, settings.seed)
        for method in settings.chosen_methods
    ]
    examples = qualitative.Examples(datasets.test)
    for path in exported:
        _LOGGER.info("Evaluating '%s'", path.name)
        examples.add(_evaluate(path, datasets, output / "results"))
    figures = {}
    if examples:
        figures["Examples"] = examples.figure()
        (output / FIGURE).write_bytes(figures["Examples"])
    return site.write_site(output / "results", output, figures)


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
        "secret_seed": settings.seed,
    }
    return Datasets(
        train=data.load("cityscapes_frames", "train", folder, sources),
        frames=frames,
        validation=data.load(STATIC, "validation", folder, static),
        test=data.load(STATIC, "test", folder, static),
    )


class _Segmenters:
    """Trains the segmenter of each scheme where needed, and keeps it."""

    def __init__(self, settings: Settings, datasets: Datasets, output: pathlib.Path):
        self._settings = settings
        self._train = datasets.train
        self._output = output / "segmenters"
        self._trained: dict[str, models.DeepLabV3Plus] = {}

    def get(self, name: str) -> models.DeepLabV3Plus:
        """Returns the trained segmenter of a scheme."""
        if name not in self._trained:
            _LOGGER.info("Segmenter of scheme '%s'", name)
            with training.distribution_strategy().scope():
                self._trained[name] = self._start(name)
                self._fit(training.SCHEMES[name])
        return self._trained[name]

    def _start(self, name: str) -> models.DeepLabV3Plus:
        """Returns a segmenter with the weights that training starts from."""
        settings = self._settings
        scheme = training.SCHEMES[name]
        segmenter = models.build(
            settings.preset, num_classes=scheme.num_outputs, seed=settings.seed
        )
        if name != BASE_SCHEME:
            base = self.get(BASE_SCHEME)
            models.copy_weights(base, segmenter, scheme.logit_scale)
        elif settings.initial_weights:
            models.load_weights(
                segmenter,
                settings.initial_weights,
                must_segment=not settings.training_config(scheme).steps,
            )
        return segmenter

    def _fit(self, scheme: training.Scheme) -> None:
        training.train_segmenter(
            self._trained[scheme.name],
            self._train,
            scheme,
            self._settings.training_config(scheme),
            self._output / scheme.name,
            self._settings.seed,
        )


def _submission(
    method: methods.Method, segmenters: _Segmenters, datasets: Datasets, output, seed
) -> pathlib.Path:
    """Returns the exported submission of a method, exporting it where needed."""
    folder = output / "submissions" / method.name
    if (folder / "saved_model.pb").is_file():
        return folder
    if folder.exists():
        raise errors.AlreadyThere(
            f"'{folder}' is no whole submission: delete it, and it is exported again."
        )
    segmenter = segmenters.get(method.scheme)
    _LOGGER.info("Fitting and exporting '%s'", method.name)
    scorer = method.build(models.fold_batch_norm(segmenter))
    densities = output / "densities" / method.scheme
    scorer.fit(datasets.train, datasets.validation, densities, seed)
    # Those of a submission that was deleted; no two exports are alike to the byte.
    shutil.rmtree(output / "results" / method.name, ignore_errors=True)
    submission.export(scorer, method, folder)
    return folder
