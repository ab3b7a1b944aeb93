"""Prints seconds per image and peak memory of the presets.

    taskset -c 0,1 python -m experiments.bench_models --presets=mobilenet_v2

Four lines per preset: called eagerly and as a loaded SavedModel, with batch norm as
it is and folded into the convolutions, from a uint8 image to its class map. Weights
are random, which costs the same. Each line is measured in a process of its own.

Google's frozen graphs took 0.29 s (mobilenet_v2) and 4.2 s (xception_65) for the same
1024x2048 image on two cores with AVX-512.
"""

from absl import flags

from fs_tf import cli, models
from fs_tf.models import benchmark

_PRESETS = flags.DEFINE_list("presets", list(models.PRESETS), "Which presets.")
_HEIGHT = flags.DEFINE_integer("height", 1024, "Height of the image.")
_WIDTH = flags.DEFINE_integer("width", 2048, "Width of the image.")
_OUTPUT_STRIDE = flags.DEFINE_integer("output_stride", None, "8 or 16.")
_REPEATS = flags.DEFINE_integer("repeats", 5, "Timed calls after the first.")


def main(argv: list[str]) -> None:
    del argv
    size = (_HEIGHT.value, _WIDTH.value)
    rows = benchmark.tasks(_PRESETS.value, size, _OUTPUT_STRIDE.value, _REPEATS.value)
    print(benchmark.HEADER)
    for measurement in benchmark.run(rows):
        print(measurement, flush=True)


if __name__ == "__main__":
    cli.run(main)
