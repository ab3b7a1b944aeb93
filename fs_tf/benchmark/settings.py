"""What a benchmark run is."""

import dataclasses
import pathlib

from fs_tf import errors, models, tables
from fs_tf.methods import METHODS, Method
from fs_tf.training import CONFIGS, RETRAINING, Scheme, TrainingConfig

SAMPLE_HEIGHT = 256
# Of the segmenter that all others start from.
BASE_SCHEME = "standard"


@dataclasses.dataclass(frozen=True)
class Settings:
    """One run of the benchmark.

    Attributes:
      cityscapes: folder in Cityscapes's raw layout; None renders the sample world.
      voc: VOCdevkit folder; None renders the sample world.
      preset: architecture of the segmenter, a key of `models.PRESETS`.
      training: hyperparameters, a key of `training.config.CONFIGS`.
      initial_weights: weights file to start training from; None is random.
      methods: keys of `methods.METHODS`.
      seed: of everything random.

    Raises:
      KeyError: unknown preset, training or method.
      ValueError: no methods, a negative seed, one of `cityscapes` and `voc` without
        the other, or no weights where nothing is trained.
      FileNotFoundError: a folder or file that is not there.
    """

    cityscapes: str | None = None
    voc: str | None = None
    preset: str = "tiny"
    training: str = "sample_world"
    initial_weights: str | None = None
    methods: tuple[str, ...] = tuple(METHODS)
    seed: int = 0

    def __post_init__(self):
        tables.lookup(models.PRESETS, self.preset, "preset")
        tables.lookup(CONFIGS, self.training, "training configuration")
        if not self.methods:
            raise errors.BadValue(f"`methods` must name some of {', '.join(METHODS)}.")
        for name in self.methods:
            tables.lookup(METHODS, name, "method")
        if (self.cityscapes is None) != (self.voc is None):
            raise errors.BadValue(
                "`cityscapes` and `voc` belong together: give both folders, or none "
                "for the sample world."
            )
        if self.seed < 0:
            raise errors.BadValue(f"`seed` must not be negative; got {self.seed}.")
        if self.initial_weights is None and CONFIGS[self.training].steps == 0:
            raise errors.BadValue(
                f"Training '{self.training}' takes the weights as they are: give "
                "`initial_weights`, from `python -m experiments.import_deeplab`."
            )
        for name in ("cityscapes", "voc", "initial_weights"):
            path = getattr(self, name)
            if path is not None and not pathlib.Path(path).exists():
                raise errors.NotFound(f"There is no `{name}` at '{path}'.")

    def identity(self) -> dict[str, object]:
        """Returns all that makes the run another run, as JSON values.

        Methods are rows of their own, so that more can follow. Data, weights
        and constants are compared by every stage that follows from them.
        """
        return {
            "preset": self.preset,
            "training": self.training,
            "seed": self.seed,
        }

    @property
    def chosen_methods(self) -> list[Method]:
        """The rows to evaluate, in the order asked for."""
        return [METHODS[name] for name in self.methods]

    def training_config(self, scheme: Scheme) -> TrainingConfig:
        """The hyperparameters of the base segmenter, or of what starts from it."""
        is_base = scheme.name == BASE_SCHEME
        return (CONFIGS if is_base else RETRAINING)[self.training]
