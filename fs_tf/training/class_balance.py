"""Weights that make rare classes count for more than their few pixels."""

import numpy as np

from fs_tf import data
from fs_tf.labels import NUM_CLASSES, VOID


def class_weights(dataset: data.FrameDataset, balance: float) -> np.ndarray:
    """Returns (share of a class) ** -balance, scaled to a mean of 1 over the pixels.

    Args:
      dataset: frames with train ids; all are read once.
      balance: see `TrainingConfig.class_balance`.

    Returns:
      float32 [19], 0 for a class without pixels.
    """
    counts = np.zeros(NUM_CLASSES, np.int64)
    for _, _, labels in dataset.frames():
        counts += np.bincount(labels.ravel(), minlength=VOID + 1)[:NUM_CLASSES]
    occurs = counts > 0
    shares = counts[occurs] / counts.sum()
    weights = np.zeros(NUM_CLASSES, np.float32)
    weights[occurs] = shares**-balance / np.sum(shares ** (1 - balance))
    return weights
