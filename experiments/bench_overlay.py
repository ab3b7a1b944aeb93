"""Measures what generating an example costs and what a second process brings.

    python -m experiments.bench_overlay --cityscapes=DIR --voc=DIR --cutouts=DIR

prints a table with a column per recipe: CPU milliseconds per example beside those for
decoding its frame and labels and encoding image and mask as PNG with the same library,
and the examples per second of wall time with one and with two processes. Without
`--cutouts` it measures FS Static alone. Run it on an idle machine: the second rate
needs two free cores.
"""

from absl import flags

from fs_tf import cli
from fs_tf.overlay.bench import cost, rate, table
from fs_tf.overlay.opening import open_release
from fs_tf.overlay.recipes import RECIPES
from fs_tf.overlay.release import Settings

_CITYSCAPES = flags.DEFINE(cli.PATH, "cityscapes", None, "Frames.", required=True)
_VOC = flags.DEFINE(cli.PATH, "voc", None, "Objects.", required=True)
_CUTOUTS = flags.DEFINE(cli.PATH, "cutouts", None, "Objects of the Web recipes.")
_COUNT = flags.DEFINE_integer("count", 40, "Examples to measure.")
_PROCESSES = flags.DEFINE_integer("processes", 2, "To compare with one.")


def main(_):
    count = _COUNT.value
    settings = Settings(
        counts={"validation": 0, "test": count},
        seeds={"validation": "bench", "test": "bench"},
        max_frame_uses=max(count, 1),
    )
    sources = {"static": ("voc", _VOC.value)}
    if _CUTOUTS.value:
        web = [name for name in RECIPES if name.startswith("web_")]
        sources |= {name: ("cutouts", _CUTOUTS.value) for name in web}
    costs, rates = {}, {}
    for recipe, (kind, objects) in sources.items():
        release = open_release(recipe, kind, _CITYSCAPES.value, objects, settings)
        factory, examples = release.factory, release.plan["test"]
        costs[recipe] = cost(factory, examples)
        rates[recipe] = [rate(factory, examples, n) for n in (1, _PROCESSES.value)]
    print(table(costs, rates))


if __name__ == "__main__":
    cli.run(main)
