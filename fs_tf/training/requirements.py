"""What a training run needs, checked before its first step."""

import keras
import tensorflow as tf

from fs_tf import data, errors
from fs_tf.labels import NUM_CLASSES, VOID
from fs_tf.training.config import TrainingConfig
from fs_tf.training.schemes import Scheme


def check(dataset: data.FrameDataset, scheme: Scheme, config: TrainingConfig) -> None:
    """Checks devices and labels.

    Raises:
      ValueError: batches that the devices cannot share, float16 on several of them,
        or labels without what the scheme learns from.
    """
    _check_devices(config)
    _check_labels(dataset, scheme)


def _check_devices(config: TrainingConfig) -> None:
    devices = tf.distribute.get_strategy().num_replicas_in_sync
    if config.batch_size % devices:
        raise errors.BadValue(
            f"{devices} devices cannot share batches of {config.batch_size} evenly: "
            "choose a configuration whose `batch_size` is a multiple, or show fewer "
            "devices with CUDA_VISIBLE_DEVICES."
        )
    # Keras looks for overflows on the first device alone, before gradients are summed.
    if devices > 1 and keras.mixed_precision.dtype_policy().compute_dtype == "float16":
        raise errors.BadValue(
            f"float16 trains on one device, not on {devices}: take bfloat16, or show "
            "one device with CUDA_VISIBLE_DEVICES."
        )


def _check_labels(dataset: data.FrameDataset, scheme: Scheme) -> None:
    has_classes, has_void = False, not scheme.needs_void
    for _, _, labels in dataset.frames():
        has_classes = has_classes or bool((labels < NUM_CLASSES).any())
        has_void = has_void or bool((labels == VOID).any())
        if has_classes and has_void:
            return
    where = f"'{dataset.name}', split '{dataset.split}'"
    if not has_classes:
        raise errors.BadValue(
            f"No pixel of {where} has a train class: look at its label images."
        )
    raise errors.BadValue(
        f"Scheme '{scheme.name}' learns from void pixels, but {where} has none: keep "
        "the void classes of the labels."
    )
