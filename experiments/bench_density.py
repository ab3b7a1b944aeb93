"""Measures what densities cost against a reference in the same run.

    pip install -c constraints.txt -e '.[bench]'
    python -m experiments.bench_density

Prints the seconds of the exact neighbour search for the embeddings of one image of
512 x 1024 at stride 8 beside those of faiss-cpu's IndexFlatIP, then the seconds of the
negative log-likelihood of one layer's flow beside a forward pass of the segmenter
with random weights. Medians of runs taken in turn; compare ratios, not seconds.
"""

import tensorflow as tf
from absl import flags

from fs_tf import cli, models
from fs_tf.density import bench

_STORED = flags.DEFINE_integer("stored", 100_000, "Stored embeddings.", lower_bound=1)
_DIMENSION = flags.DEFINE_integer("dimension", 256, "Of embeddings.", lower_bound=2)
_K = flags.DEFINE_integer("k", 10, "Neighbours.", lower_bound=1)
_SEGMENTER = flags.DEFINE_enum(
    "segmenter", "xception_65", list(models.PRESETS), "The reference of the flow."
)
_REPETITIONS = flags.DEFINE_integer(
    "repetitions", 5, "Timings of each, of which the median counts.", lower_bound=1
)


def main(argv: list[str]) -> None:
    del argv
    repetitions = _REPETITIONS.value
    for line in bench.nearest_neighbors(
        _STORED.value, _DIMENSION.value, _K.value, repetitions
    ):
        print(line, flush=True)
    segmenter = models.build(_SEGMENTER.value)
    image = tf.zeros([1, 512, 1024, 3])
    forward = tf.function(lambda: segmenter(image)["logits"])
    for line in bench.flow(_DIMENSION.value, forward, _SEGMENTER.value, repetitions):
        print(line, flush=True)


if __name__ == "__main__":
    cli.run(main)
