"""DeepLabv3+ segmenters, numerically equal to Google's."""

from fs_tf import environment

environment.pin_keras()  # before the modules below import it
environment.check_kernels()

from fs_tf.models.batch_norm import (
    BatchNorm,
    freeze_batch_norm,
    lost_statistics,
    measure_batch_norm,
)
from fs_tf.models.deeplab import DeepLabV3Plus, build
from fs_tf.models.dropout import stateless_dropout
from fs_tf.models.fold import fold_batch_norm
from fs_tf.models.preprocessing import preprocess
from fs_tf.models.presets import PRESETS, Preset
from fs_tf.models.resize import padded_size, resize_like, resize_to_image
from fs_tf.models.weights import (
    copy_weights,
    load_weights,
    save_weights,
    weights_digest,
)
from fs_tf.models.zoo import convert, import_checkpoint

__all__ = [
    "PRESETS",
    "BatchNorm",
    "DeepLabV3Plus",
    "Preset",
    "build",
    "convert",
    "copy_weights",
    "fold_batch_norm",
    "freeze_batch_norm",
    "import_checkpoint",
    "load_weights",
    "lost_statistics",
    "measure_batch_norm",
    "padded_size",
    "preprocess",
    "resize_like",
    "resize_to_image",
    "save_weights",
    "stateless_dropout",
    "weights_digest",
]
