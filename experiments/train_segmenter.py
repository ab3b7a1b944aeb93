"""Trains a segmenter on the train split of Cityscapes, or continues a stopped run.

  python -m experiments.train_segmenter --cityscapes=DIR --preset=xception_71_dpc \
    --initial_weights=imagenet.weights.h5 --output=runs/xception_71_dpc

DIR holds leftImg8bit/ and gtFine/. The run leaves checkpoints, TensorBoard summaries
(`tensorboard --logdir=OUTPUT`) and, at the end, segmenter.weights.h5. Several GPUs
share the batches.
"""

from absl import flags

import tfds_builders  # noqa: F401  registers the datasets
from fs_tf import cli, data, errors, models, tables, training
from fs_tf.training.config import CONFIGS

_CITYSCAPES = flags.DEFINE(
    cli.PATH,
    "cityscapes",
    None,
    "Folder with leftImg8bit/ and gtFine/; else TFDS's manual dir.",
)
_DATA_DIR = flags.DEFINE(cli.PATH, "data_dir", None, "Where TFDS keeps datasets.")
_PRESET = flags.DEFINE_enum("preset", "tiny", list(models.PRESETS), "Architecture.")
_CONFIG = flags.DEFINE_enum("config", "paper", list(CONFIGS), "Hyperparameters.")
_WEIGHTS = flags.DEFINE(
    cli.PATH,
    "initial_weights",
    None,
    "Weights to start from, see experiments.import_deeplab.",
)
_OUTPUT = flags.DEFINE(cli.PATH, "output", None, "Folder of the run.", required=True)
_SEED = flags.DEFINE_integer("seed", 0, "Of weights, order and augmentation.")
_MIXED = flags.DEFINE_enum(
    "mixed_precision", "float32", ["float32", "float16", "bfloat16"], "Compute type."
)


def main(_):
    training.set_precision(_MIXED.value)
    config = tables.lookup(CONFIGS, _CONFIG.value, "training configuration")
    if not (config.steps or _WEIGHTS.value):
        raise errors.BadValue(
            f"--config={config.name} trains nothing: give --initial_weights."
        )
    sources = {"cityscapes": _CITYSCAPES.value} if _CITYSCAPES.value else {}
    with training.distribution_strategy().scope():
        segmenter = models.build(_PRESET.value, seed=_SEED.value)
        if _WEIGHTS.value:  # before the dataset, which may take long to prepare
            models.load_weights(segmenter, _WEIGHTS.value, not config.steps)
        dataset = data.load("cityscapes_frames", "train", _DATA_DIR.value, sources)
        weights = training.train_segmenter(
            segmenter,
            dataset,
            training.SCHEMES["standard"],
            config,
            _OUTPUT.value,
            _SEED.value,
        )
    print(f"Trained weights: {weights}")


if __name__ == "__main__":
    cli.run(main)
