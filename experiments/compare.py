"""Says whether one submission is better than another, or only luckier.

  python -m experiments.compare --first=RESULT --second=RESULT

prints the differences in AP, FPR95 and AUROC, with 95 % intervals of a paired bootstrap
over the images. The files are the `*.result.json` that `experiments.evaluate` writes,
on the same dataset.
"""

from absl import flags

from fs_tf import cli, evaluation

_FIRST = flags.DEFINE(cli.PATH, "first", None, "Result file.", required=True)
_SECOND = flags.DEFINE(cli.PATH, "second", None, "Result file.", required=True)
_SEED = flags.DEFINE_integer("seed", 0, "Of the bootstrap.")


def main(_):
    differences = evaluation.compare(_FIRST.value, _SECOND.value, _SEED.value)
    for name, found in differences.items():
        value, low, high = (100 * x for x in (found.value, found.low, found.high))
        print(f"{name:6} {value:+7.2f}  95 % interval {low:+7.2f} to {high:+7.2f}")


if __name__ == "__main__":
    cli.run(main)
