"""The segmenters of a run: one for each scheme, trained where needed."""

import functools
import logging
import pathlib
from collections.abc import Iterable

from fs_tf import data, models, runs, training
from fs_tf.benchmark.settings import BASE_SCHEME, Settings

_LOGGER = logging.getLogger(__name__)


class Segmenters:
    """Trains the segmenter of each scheme where needed, and keeps it.

    Args:
      settings: of the run.
      train: frames with train ids.
      output: gets a folder for each scheme.
    """

    def __init__(self, settings: Settings, train: data.FrameDataset, output):
        self._settings = settings
        self._train = train
        self._output = pathlib.Path(output)
        self._trained: dict[str, models.DeepLabV3Plus] = {}

    def check(self, names: Iterable[str]) -> None:
        """Checks what earlier runs left; trains no scheme but the one all start from.

        Raises:
          FileExistsError: some of it was made from something else.
        """
        self.get(BASE_SCHEME)
        retrained = [name for name in dict.fromkeys(names) if name != BASE_SCHEME]
        runs.fresh(functools.partial(self._check, name) for name in retrained)

    def is_trained(self, name: str) -> bool:
        """Tells whether the weights of a scheme are there."""
        return (self._output / name / training.WEIGHTS).is_file()

    def get(self, name: str) -> models.DeepLabV3Plus:
        """Returns the trained segmenter of a scheme."""
        if name not in self._trained:
            _LOGGER.info("Segmenter of scheme '%s'", name)
            with training.distribution_strategy().scope():
                segmenter = self._start(name)
                training.train_segmenter(segmenter, *self._arguments(name))
                self._trained[name] = segmenter
        return self._trained[name]

    def digest(self, name: str) -> str:
        """Returns the digest of the trained weights of a scheme."""
        return models.weights_digest(self.get(name))

    def _check(self, name: str) -> None:
        if (self._output / name).exists():
            with training.distribution_strategy().scope():
                training.check_run(self._start(name), *self._arguments(name))

    def _arguments(self, name: str) -> tuple:
        """Returns those of `train_segmenter` after the segmenter."""
        scheme = training.SCHEMES[name]
        config = self._settings.training_config(scheme)
        return self._train, scheme, config, self._output / name, self._settings.seed

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
