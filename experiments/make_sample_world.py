"""Writes the license-free sample world in the raw layouts of the real downloads.

    python -m experiments.make_sample_world --output=world --height=256 --seed=0

The directory then holds `cityscapes`, `VOCdevkit`, `lost_and_found` and `web_cutouts`,
laid out as their publishers do, and `manual` with the zip of Fishyscapes masks over
Lost & Found. A second call with the same flags changes nothing, an interrupted one
continues.
"""

from absl import flags

from fs_tf import cli
from fs_tf.sample_world import SampleWorld, write_sample_world

_OUTPUT = flags.DEFINE(cli.PATH, "output", None, "Directory to write.", required=True)
_HEIGHT = flags.DEFINE_integer("height", 256, "Rows of street images, 64 to 1024.")
_SEED = flags.DEFINE_integer("seed", 0, "Another seed is another world.")
_TRAIN = flags.DEFINE_integer("train_frames", 150, "Street frames for training.")
_VOC = flags.DEFINE_integer("voc_images", 54, "Pascal VOC images of either split.")
_VAL = flags.DEFINE_integer("val_frames", 40, "Street frames for validation.")


def main(argv):
    del argv
    world = SampleWorld(
        height=_HEIGHT.value,
        seed=_SEED.value,
        train_frames=_TRAIN.value,
        val_frames=_VAL.value,
        voc_train_images=_VOC.value,
        voc_val_images=_VOC.value,
    )
    write_sample_world(_OUTPUT.value, world)


if __name__ == "__main__":
    cli.run(main)
