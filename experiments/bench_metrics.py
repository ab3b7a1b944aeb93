"""Measures the exact metrics against scikit-learn on the same pixels.

    python -m experiments.bench_metrics
    python -m experiments.bench_metrics --images=1000

Prints million pixels per second and growth of the peak memory for each number of
images of 1024 x 2048, and the ratios of both to scikit-learn in this same run, per
pixel. scikit-learn is given the first --reference_images only, because it holds every
pixel (about 100 bytes each); its speed per pixel falls with more. On these images the
results are compared too. The scores are continuous and random, made from the image's
number.

1000 images write 7.7 GB to TMPDIR.
"""

from absl import flags

from fs_tf import cli
from fs_tf.metrics import bench

_IMAGES = flags.DEFINE_multi_integer(
    "images", [10, 200], "Numbers of images.", lower_bound=1
)
_REFERENCE_IMAGES = flags.DEFINE_integer(
    "reference_images", 10, "Images for scikit-learn.", lower_bound=1
)


def main(argv):
    del argv
    for line in bench.run(_IMAGES.value, _REFERENCE_IMAGES.value):
        print(line, flush=True)


if __name__ == "__main__":
    cli.run(main)
