"""TensorFlow Datasets builders; importing this package registers them.

import tensorflow_datasets as tfds
import tfds_builders
tfds.load("fishyscapes/Static:3.0.0", split="validation")
"""

from tfds_builders.arguments import parse_builder_kwargs
from tfds_builders.cityscapes_frames import cityscapes_frames_dataset_builder
from tfds_builders.fishyscapes import fishyscapes_dataset_builder

__all__ = [
    "cityscapes_frames_dataset_builder",
    "fishyscapes_dataset_builder",
    "parse_builder_kwargs",
]
