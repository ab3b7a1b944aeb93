"""Turns a checkpoint of Google's DeepLab model zoo into weights of this project.

    python -m experiments.import_deeplab --checkpoint=DIR/model.ckpt \\
        --variant=xception_71_dpc --output=segmenter.weights.h5

`--checkpoint` is the part of the name before `.index`. Download and untar from
http://download.tensorflow.org/models/ (the last one from
https://storage.googleapis.com/mobilenet_v2/checkpoints/):

    variant               file of the zoo
    xception_71_dpc       deeplab_cityscapes_xception71_trainfine_2018_09_08.tar.gz
                          (the paper's model, 80.3 % mIoU at output stride 16)
    xception_65           deeplabv3_cityscapes_train_2018_02_06.tar.gz
    mobilenet_v2          deeplabv3_mnv2_cityscapes_train_2018_02_05.tar.gz
  encoders trained on ImageNet, to start training from:
    xception_71[_dpc]     xception_71_2018_05_09.tar.gz
    xception_65           deeplabv3_xception_2018_01_04.tar.gz
    mobilenet_v2[_decoder]  mobilenet_v2_1.0_224.tgz, or a `.npz` of an encoder with
                          folded batch norm

Optimizer slots, moving averages of weights and the step counter are ignored. Any
other difference is an error that lists the names; then nothing is written.
"""

from absl import flags

from fs_tf import cli, models

_CHECKPOINT = flags.DEFINE(
    cli.PATH,
    "checkpoint",
    None,
    "Prefix of a TF1 checkpoint, or a `.npz`.",
    required=True,
)
_VARIANT = flags.DEFINE_enum(
    "variant", "xception_71_dpc", list(models.PRESETS), "Which preset it is of."
)
_OUTPUT = flags.DEFINE(
    cli.PATH, "output", None, "File to write, ends in `.weights.h5`.", required=True
)
_NUM_CLASSES = flags.DEFINE_integer("num_classes", 19, "Classes of the logits.")


def main(argv: list[str]) -> None:
    del argv
    unset = models.convert(
        _CHECKPOINT.value, _VARIANT.value, _OUTPUT.value, _NUM_CLASSES.value
    )
    print(f"Wrote '{_OUTPUT.value}'.")
    if unset:
        print(
            f"The checkpoint held only an encoder: {len(unset)} variables after it "
            "are random and must be trained."
        )


if __name__ == "__main__":
    cli.run(main)
