"""The submissions of a run: every method fitted and exported where needed."""

import functools
import logging
import pathlib
import shutil
from collections.abc import Sequence

from fs_tf import digests, methods, models, runs, submission, training
from fs_tf.benchmark.datasets import Datasets
from fs_tf.benchmark.segmenters import Segmenters
from fs_tf.benchmark.settings import Settings
from fs_tf.methods import fitted
from fs_tf.submission import contract

# What every submission follows from beside its method, weights, settings and frames;
# relative to fs_tf.
CODE = (*fitted.CODE, "submission/contract.py", "submission/export.py")

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
        """Returns the folders of the chosen methods, after exporting what is missing.

        Raises:
          FileExistsError: some submission that is there, chosen or not, was made from
            something else, or is not whole; or a result has lost its submission.
        """
        chosen = self._settings.chosen_methods
        there = [m for m in methods.METHODS.values() if self._folder(m).exists()]
        schemes = [m.scheme for m in (*chosen, *there) if self._can_check(m, chosen)]
        if schemes:
            self._segmenters.check(schemes)
        checks = [functools.partial(self._check, m, chosen) for m in there]
        checks += [
            functools.partial(self._check_result, method)
            for method in methods.METHODS.values()
            if method not in (*chosen, *there)
        ]
        runs.fresh(checks)
        return [self._exported(method) for method in chosen]

    def there(self) -> list[pathlib.Path]:
        """Returns the folders of all submissions of this run, chosen or not."""
        folders = map(self._folder, methods.METHODS.values())
        return [folder for folder in folders if folder.exists()]

    def _can_check(
        self, method: methods.Method, chosen: Sequence[methods.Method]
    ) -> bool:
        """Whether its weights are there, or will be trained."""
        if not method.build(None).has_segmentation:
            return False
        return method in chosen or self._segmenters.is_trained(method.scheme)

    def _check_result(self, method: methods.Method) -> None:
        folder = self._output / "results" / method.name
        if folder.exists():
            raise runs.Stale({folder: ["its submission is gone"]})

    def _folder(self, method: methods.Method) -> pathlib.Path:
        return self._output / "submissions" / method.name

    def _check(self, method: methods.Method, chosen: Sequence[methods.Method]) -> None:
        """Checks the submission of an earlier run."""
        folder = self._folder(method)
        path = folder / contract.MADE_FROM_FILE
        if not (folder / contract.MODEL_FILE).is_file() or not path.is_file():
            raise runs.Stale({folder: ["it is no whole submission"]})
        if method.build(None).has_segmentation and not self._can_check(method, chosen):
            raise runs.Stale({folder: ["its segmenter is gone"]})
        differing = runs.differences(runs.read_json(path), self._made_from(method))
        if differing:
            raise runs.Stale({folder: differing})

    def _made_from(self, method: methods.Method) -> dict[str, object]:
        scorer = method.build(None)
        found = {
            "settings": scorer.settings,
            "code": digests.of_code(*CODE, *methods.code(scorer)),
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
