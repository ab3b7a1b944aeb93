"""The submissions of a run: every method fitted and exported where needed."""

import functools
import logging
import pathlib
import shutil

from fs_tf import digests, errors, methods, models, runs, submission, training
from fs_tf.benchmark.datasets import Datasets
from fs_tf.benchmark.segmenters import Segmenters
from fs_tf.benchmark.settings import Settings
from fs_tf.submission import contract

# What a submission follows from beside weights, settings and frames; relative to fs_tf.
CODE = (
    *("labels.py", "scores.py", "data/frames.py", "models", "density", "metrics"),
    *("training/embeddings.py", "training/flows.py", "methods"),
    *("submission/contract.py", "submission/export.py"),
)

_LOGGER = logging.getLogger(__name__)


class Submissions:
    """Exports the chosen methods of a run where needed.

    Args:
      settings: of the run.
      datasets: to fit on.
      segmenters: trained where needed.
      output: of the run.
    """

    def __init__(
        self,
        settings: Settings,
        datasets: Datasets,
        segmenters: Segmenters,
        output: pathlib.Path,
    ):
        self._settings = settings
        self._datasets = datasets
        self._segmenters = segmenters
        self._output = output

    def exported(self) -> list[pathlib.Path]:
        """Returns the folders of all chosen methods, after exporting what is missing.

        Raises:
          FileExistsError: some were made from something else, or are not whole.
        """
        chosen = self._settings.chosen_methods
        schemes = [m.scheme for m in chosen if m.build(None).has_segmentation]
        if schemes:
            self._segmenters.check(schemes)
        runs.fresh(functools.partial(self._check, method) for method in chosen)
        return [self._exported(method) for method in chosen]

    def _folder(self, method: methods.Method) -> pathlib.Path:
        return self._output / "submissions" / method.name

    def _check(self, method: methods.Method) -> None:
        """Checks the submission of an earlier run, if there is one."""
        folder = self._folder(method)
        if not folder.exists():
            return
        path = folder / contract.MADE_FROM_FILE
        if not (folder / contract.MODEL_FILE).is_file() or not path.is_file():
            raise errors.AlreadyThere(
                f"'{folder}' is no whole submission: delete it, and it is exported "
                "again."
            )
        differing = runs.differences(runs.read_json(path), self._made_from(method))
        if differing:
            raise runs.Stale({folder: differing})

    def _made_from(self, method: methods.Method) -> dict[str, object]:
        scorer = method.build(None)
        found = {
            "settings": scorer.settings,
            "code": digests.of_code(*CODE),
            "versions": training.versions(),
        }
        if scorer.has_segmentation:
            found["scheme"] = method.scheme
            found["weights"] = self._segmenters.digest(method.scheme)
        if scorer.needs_fit:
            found["train"] = self._datasets.train.identity
            found["validation"] = self._datasets.validation.identity
            found["seed"] = self._settings.seed
        return found

    def _exported(self, method: methods.Method) -> pathlib.Path:
        folder = self._folder(method)
        if folder.exists():
            return folder
        _LOGGER.info("Fitting and exporting '%s'", method.name)
        segmenter = self._segmenters.get(method.scheme)
        scorer = method.build(models.fold_batch_norm(segmenter))
        densities = self._output / "densities" / method.scheme
        train, validation = self._datasets.train, self._datasets.validation
        scorer.fit(train, validation, densities, self._settings.seed)
        # Those of a submission that was deleted; no two exports are alike to the byte.
        shutil.rmtree(self._output / "results" / method.name, ignore_errors=True)
        return submission.export(scorer, method, folder, self._made_from(method))
