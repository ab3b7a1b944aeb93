"""Evaluates a SavedModel submission on a dataset and writes the result.

  python -m experiments.evaluate --submission=DIR \
    --dataset=fishyscapes/StaticGenerated --split=validation --output=results

prints AP, FPR95 and AUROC, or with --dataset=cityscapes_frames the mIoU of
submissions with a segmentation signature. `python -m experiments.leaderboard` makes a
table of the results. A dataset that is not prepared yet is made first, with the sources
and settings in --builder_kwargs, a JSON object: '{"cityscapes": "DIR", "voc": "DIR"}'.
"""

import math

from absl import flags

import tfds_builders
from fs_tf import cli, data, evaluation, submission

_SUBMISSION = flags.DEFINE(
    cli.PATH, "submission", None, "SavedModel folder.", required=True
)
_DATASET = flags.DEFINE_string("dataset", None, "TFDS name.", required=True)
_SPLIT = flags.DEFINE_string("split", "validation", "TFDS split, slices included.")
_OUTPUT = flags.DEFINE(cli.PATH, "output", None, "Folder of results.", required=True)
_COMPONENTS = flags.DEFINE_bool("components", False, "Also sIoU, PPV and F1.")
_DATA_DIR = flags.DEFINE(cli.PATH, "data_dir", None, "Where TFDS keeps datasets.")
_KWARGS = flags.DEFINE_string("builder_kwargs", "{}", "JSON object, see above.")


def main(_):
    # Before a dataset is made, which may take long.
    submission.existing_folder(_SUBMISSION.value)
    kwargs = tfds_builders.parse_builder_kwargs(_KWARGS.value)
    dataset = data.load(_DATASET.value, _SPLIT.value, _DATA_DIR.value, kwargs)
    result = evaluation.evaluate(
        _SUBMISSION.value, dataset, _OUTPUT.value, _COMPONENTS.value
    )
    print(f"{result.submission} on {result.dataset}, {result.split}:")
    for name, value in result.metrics.items():
        low, high = result.intervals.get(name, (math.nan, math.nan))
        interval = "" if math.isnan(low) else f"  ({100 * low:.2f} to {100 * high:.2f})"
        print(f"  {name:18} {100 * value:6.2f} %{interval}")
    print(
        f"  {result.seconds_per_image:.3f} s per image on {result.provenance['device']}"
    )
    print(evaluation.result_path(_OUTPUT.value, _SUBMISSION.value, dataset))


if __name__ == "__main__":
    cli.run(main)
