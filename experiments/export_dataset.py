"""Writes a dataset in the official layouts, so that existing tools can read it.

    python -m experiments.export_dataset --dataset=fishyscapes/StaticGenerated \
      --split=validation --format=official --cityscapes=DIR --output=exported

--format=official writes `overlays` (labels and differences to the Cityscapes frames, as
published) and `images` (to be mounted as /input of a container submission);
--format=images writes `labels` and `images`. A dataset that is not prepared yet is made
first, with the sources and settings in --builder_kwargs, a JSON object:
'{"cityscapes": "DIR", "voc": "DIR", "num_test": 100}'. A benchmark host gives the
secret seed of the test split there, as "secret_seed", or as FISHYSCAPES_SECRET_SEED in
the environment.
"""

from absl import flags

import tfds_builders
from fs_tf import cli, data
from fs_tf.overlay import requirements
from fs_tf.overlay.export import FORMATS, export_dataset

_DATASET = flags.DEFINE_string("dataset", None, "TFDS name.", required=True)
_SPLIT = flags.DEFINE_string("split", "validation", "TFDS split, slices included.")
_OUTPUT = flags.DEFINE(cli.PATH, "output", None, "New folder.", required=True)
_FORMAT = flags.DEFINE_enum("format", "official", list(FORMATS), "Which layout.")
_CITYSCAPES = flags.DEFINE(cli.PATH, "cityscapes", None, "Frames for differences.")
_DATA_DIR = flags.DEFINE(cli.PATH, "data_dir", None, "Where TFDS keeps datasets.")
_KWARGS = flags.DEFINE_string("builder_kwargs", "{}", "JSON object, see above.")


def main(_):
    requirements.require_masks(_DATASET.value)
    kwargs = tfds_builders.parse_builder_kwargs(_KWARGS.value)
    dataset = data.load(_DATASET.value, _SPLIT.value, _DATA_DIR.value, kwargs)
    count = export_dataset(
        dataset.examples.as_numpy_iterator(),
        _OUTPUT.value,
        _FORMAT.value,
        _CITYSCAPES.value or kwargs.get("cityscapes"),
    )
    print(f"{count} examples of {dataset.name} in {_OUTPUT.value}")


if __name__ == "__main__":
    cli.run(main)
