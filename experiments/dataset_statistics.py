"""Measures the anomalies of a generated dataset and draws where they lie.

    python -m experiments.dataset_statistics --dataset=fishyscapes/StaticGenerated \
      --split=test --output=heat.png \
      --builder_kwargs='{"cityscapes": "DIR", "voc": "DIR", "num_test": 200}'

prints the share of anomalous pixels, those on the ego vehicle, how even the chance of
an anomaly is over the image, and how often the objects of a category lie in the lower
half. The heat map is dark where anomalies are rare, bright at 6 %, black where pixels
are void.
"""

import numpy as np
from absl import flags

import tfds_builders
from fs_tf import cli, data, files
from fs_tf.overlay import requirements, statistics
from fs_tf.overlay.sources.cityscapes import Cityscapes

_DATASET = flags.DEFINE_string("dataset", None, "TFDS name.", required=True)
_SPLIT = flags.DEFINE_string("split", "validation", "TFDS split.")
_OUTPUT = flags.DEFINE(cli.PATH, "output", None, "PNG of the heat map.", required=True)
_DATA_DIR = flags.DEFINE(cli.PATH, "data_dir", None, "Where TFDS keeps datasets.")
_KWARGS = flags.DEFINE_string("builder_kwargs", "{}", "JSON object, see above.")


def main(_):
    requirements.require_masks(_DATASET.value)
    kwargs = tfds_builders.parse_builder_kwargs(_KWARGS.value)
    dataset = data.load(_DATASET.value, _SPLIT.value, _DATA_DIR.value, kwargs)
    labels_of = None
    if "cityscapes" in kwargs:
        labels_of = Cityscapes(kwargs["cityscapes"]).labels_by_id("val")
    found = statistics.statistics(
        dataset.examples.as_numpy_iterator(), dataset.provenance, labels_of
    )
    files.write_bytes(_OUTPUT.value, statistics.heat_map(found.chance))
    chance = 100 * found.chance[np.isfinite(found.chance)]
    print(f"{found.images} images, {100 * found.anomalous:.2f} % of valid pixels")
    print(f"anomalous pixels on the ego vehicle: {found.on_ego_vehicle}")
    spread = np.percentile(chance, (0, 5, 50, 95, 100))
    print("chance of a cell, %: " + " ".join(f"{value:.2f}" for value in spread))
    print("(least, 5th percentile, median, 95th percentile, most)")
    for category, (share, count) in found.lower_half.items():
        print(f"{category:12} in the lower half {100 * share:3.0f} % of {count}")


if __name__ == "__main__":
    cli.run(main)
