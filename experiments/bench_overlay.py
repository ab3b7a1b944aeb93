"""Measures what generating an example costs and what a second process brings.

    python -m experiments.bench_overlay --cityscapes=DIR --voc=DIR

prints CPU milliseconds per example beside those for decoding its frame and encoding
image and mask as PNG with the same library, and the examples per second of wall time
with one and with two processes. Run it on an idle machine: the second number needs two
free cores.
"""

from absl import flags

from fs_tf import cli
from fs_tf.overlay.bench import cost, rate
from fs_tf.overlay.opening import open_release
from fs_tf.overlay.release import Settings

_CITYSCAPES = flags.DEFINE_string("cityscapes", None, "Frames.", required=True)
_VOC = flags.DEFINE_string("voc", None, "Objects.", required=True)
_COUNT = flags.DEFINE_integer("count", 40, "Examples to measure.")
_PROCESSES = flags.DEFINE_integer("processes", 2, "To compare with one.")


def main(_):
    count = _COUNT.value
    settings = Settings(
        counts={"validation": 0, "test": count},
        seeds={"validation": "bench", "test": "bench"},
        max_frame_uses=max(count, 1),
    )
    release = open_release("static", "voc", _CITYSCAPES.value, _VOC.value, settings)
    examples = release.plan["test"]
    measured = cost(release.factory, examples)
    for name, seconds in measured.steps.items():
        print(f"{name:14} {1000 * seconds:7.1f} ms")
    print(f"{'example':14} {1000 * measured.example:7.1f} ms = {measured.ratio:.2f}x")
    one, more = (rate(release.factory, examples, n) for n in (1, _PROCESSES.value))
    print(f"{one:.2f} examples/s with one process, {more:.2f} with {_PROCESSES.value}:")
    print(f"{more / one:.2f}x as many")


if __name__ == "__main__":
    cli.run(main)
