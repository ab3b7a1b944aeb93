"""Frames from TFDS, and their augmentation for training."""

from fs_tf.data.frames import FrameDataset, load

__all__ = ["FrameDataset", "load"]
