"""Runs the whole benchmark and prints the leaderboard.

  python -m experiments.benchmark --output=demo

renders a small license-free world, trains a segmenter on it, pastes unknown objects
into its validation frames, exports every method as a SavedModel, evaluates them, and
writes OUTPUT/index.html. With real data, in the raw layouts of the downloads:

  python -m experiments.benchmark --output=runs/real \
    --cityscapes=DIR --voc=VOCdevkit --preset=mobilenet_v2_decoder --training=paper

A run that was stopped continues when it is started again.
"""

import pathlib

from absl import flags

import tfds_builders  # noqa: F401  registers the datasets
from fs_tf import benchmark, cli, methods, models
from fs_tf.training.config import CONFIGS

_OUTPUT = flags.DEFINE(cli.PATH, "output", None, "Folder of the run.", required=True)
_CITYSCAPES = flags.DEFINE(
    cli.PATH,
    "cityscapes",
    None,
    "Folder with leftImg8bit/ and gtFine/; else the sample world.",
)
_VOC = flags.DEFINE(cli.PATH, "voc", None, "VOCdevkit folder; else the sample world.")
_METHODS = flags.DEFINE_list("methods", list(methods.METHODS), "Rows to evaluate.")
_PRESET = flags.DEFINE_enum("preset", "tiny", list(models.PRESETS), "Architecture.")
_TRAINING = flags.DEFINE_enum(
    "training", "sample_world", list(CONFIGS), "Hyperparameters."
)
_WEIGHTS = flags.DEFINE(cli.PATH, "initial_weights", None, "Weights to start from.")
_SEED = flags.DEFINE_integer("seed", 0, "Of everything random.")


def main(_):
    settings = benchmark.Settings(
        cityscapes=_CITYSCAPES.value,
        voc=_VOC.value,
        preset=_PRESET.value,
        training=_TRAINING.value,
        initial_weights=_WEIGHTS.value,
        methods=tuple(_METHODS.value),
        seed=_SEED.value,
    )
    print(benchmark.run(settings, _OUTPUT.value))
    print(f"Page: {pathlib.Path(_OUTPUT.value, 'index.html').resolve()}")


if __name__ == "__main__":
    cli.run(main)
