"""The splits that a run of the benchmark uses."""

import dataclasses

from fs_tf import data


@dataclasses.dataclass(frozen=True)
class Datasets:
    """The splits that a run uses.

    Attributes:
      train: frames to train the segmenter on.
      frames: validation frames, for mIoU.
      validation: one half of them with pasted objects, for what methods fit.
      test: the other half with other objects, for the table.
    """

    train: data.FrameDataset
    frames: data.FrameDataset
    validation: data.FrameDataset
    test: data.FrameDataset
