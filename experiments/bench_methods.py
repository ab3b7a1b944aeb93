"""Measures the seconds per image of submissions beside one plain forward pass.

    python -m experiments.bench_methods --submissions=demo/submissions

times every SavedModel in the folder, in turn and in one run: compare the ratios, not
the seconds. The forward pass is the `segmentation` signature of `max_probability`.

    python -m experiments.bench_methods --preset=xception_65 \
      --methods=max_probability,bayesian_mutual_information

does the same on a network with random weights, for methods that fit nothing.
`experiments.bench_density` measures neighbour search and flows by themselves.
"""

import pathlib

from absl import flags

from fs_tf import cli, errors, files, methods, models
from fs_tf.benchmark import costs

_SUBMISSIONS = flags.DEFINE(cli.PATH, "submissions", None, "Folder of submissions.")
_PRESET = flags.DEFINE_enum("preset", None, list(models.PRESETS), "Architecture.")
_METHODS = flags.DEFINE_list("methods", list(methods.METHODS), "Of a preset.")
_HEIGHT = flags.DEFINE_integer("height", 512, "Of the image.", lower_bound=1)
_WIDTH = flags.DEFINE_integer("width", 1024, "Of the image.", lower_bound=1)
_REPETITIONS = flags.DEFINE_integer("repetitions", 5, "Turns.", lower_bound=1)


def main(_):
    if (_SUBMISSIONS.value is None) == (_PRESET.value is None):
        raise errors.BadValue("Give one of --submissions and --preset.")
    size = (_HEIGHT.value, _WIDTH.value)
    if _PRESET.value:
        names = _METHODS.value
        found = costs.costs_of_preset(_PRESET.value, names, size, _REPETITIONS.value)
    else:
        saved_models = pathlib.Path(_SUBMISSIONS.value).glob("*/saved_model.pb")
        folders = sorted(path.parent for path in saved_models)
        folders = [path for path in folders if files.is_ours(path.name)]
        if not folders:
            raise errors.NotFound(f"No submissions in '{_SUBMISSIONS.value}'.")
        found = costs.costs(folders, size, _REPETITIONS.value)
    print(f"{'':36}{'median':>11}{'ratio':>9}")
    for cost in found:
        print(cost)


if __name__ == "__main__":
    cli.run(main)
