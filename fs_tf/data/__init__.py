"""Frames from TFDS, and their augmentation for training."""

from fs_tf import environment
from fs_tf.data.frames import FrameDataset, load

environment.check_kernels()

__all__ = ["FrameDataset", "load"]
