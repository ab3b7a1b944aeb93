"""Draws examples of a dataset with their masks on one sheet.

    python -m experiments.preview_dataset --dataset=fishyscapes/StaticGenerated \
      --split='validation[:10]' --output=sheet.png

Purple is in-distribution, teal anomaly, yellow void, as in the published figures. A
dataset that is not prepared yet is made first, with the sources and settings in
--builder_kwargs, a JSON object: '{"cityscapes": "DIR", "voc": "DIR"}'.
"""

from absl import flags

import tfds_builders
from fs_tf import cli, data, errors
from fs_tf.overlay import requirements
from fs_tf.overlay.contact_sheet import write_contact_sheet

_DATASET = flags.DEFINE_string("dataset", None, "TFDS name.", required=True)
_SPLIT = flags.DEFINE_string("split", "validation[:10]", "TFDS split, with a slice.")
_OUTPUT = flags.DEFINE(cli.PATH, "output", None, "PNG to write.", required=True)
_HEIGHT = flags.DEFINE_integer("height", 256, "Rows of an image on the sheet.")
_COLUMNS = flags.DEFINE_integer("columns", 2, "Examples per row.")
_DATA_DIR = flags.DEFINE(cli.PATH, "data_dir", None, "Where TFDS keeps datasets.")
_KWARGS = flags.DEFINE_string("builder_kwargs", "{}", "JSON object, see above.")
# Of a sheet; its pixels take 3 bytes each, several times over while it is made.
MAX_PIXELS = 2**28


def _require_room(examples: int) -> None:
    """Refuses a sheet that no program would show, before anything is read or drawn."""
    rows = -(-examples // max(_COLUMNS.value, 1))
    # A street frame is twice as wide as high, and its mask stands beside it.
    if rows * _COLUMNS.value * 4 * _HEIGHT.value**2 > MAX_PIXELS:
        raise errors.BadValue(
            f"A sheet may have up to {MAX_PIXELS} pixels; {examples} example(s) in "
            f"{_COLUMNS.value} column(s) with --height={_HEIGHT.value} have more: "
            "lower --height or --columns, or take a smaller slice in --split."
        )


def main(_):
    requirements.require_masks(_DATASET.value)
    _require_room(1)
    kwargs = tfds_builders.parse_builder_kwargs(_KWARGS.value)
    dataset = data.load(_DATASET.value, _SPLIT.value, _DATA_DIR.value, kwargs)
    _require_room(dataset.size)
    examples = dataset.examples.as_numpy_iterator()
    write_contact_sheet(examples, _OUTPUT.value, _HEIGHT.value, _COLUMNS.value)
    print(f"{dataset.size} examples of {dataset.name} in {_OUTPUT.value}")


if __name__ == "__main__":
    cli.run(main)
