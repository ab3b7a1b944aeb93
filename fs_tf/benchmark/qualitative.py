"""Chooses and scores the examples of the qualitative figure."""

import os
from collections.abc import Sequence

from fs_tf import data, labels, metrics
from fs_tf.report import qualitative
from fs_tf.submission import Submission

NUM_EXAMPLES = 4


def figure(submissions: Sequence[os.PathLike], dataset: data.FrameDataset) -> bytes:
    """Returns the PNG of image, mask and score maps of a few examples.

    The examples are spread evenly over the images that have an anomaly, so nobody
    picks the ones that suit a method.

    Args:
      submissions: folders, a column each.
      dataset: with anomaly masks.
    """
    columns = [Submission.load(path) for path in submissions]
    examples = []
    for image_id, image, mask in _spread(dataset, NUM_EXAMPLES):
        scores = {c.name: c.anomaly_score(image, image_id) for c in columns}
        precision = {name: _precision(mask, score) for name, score in scores.items()}
        examples.append(qualitative.Example(image, mask, scores, precision))
    return qualitative.qualitative_figure(examples)


def _spread(dataset: data.FrameDataset, count: int):
    """Yields frames with an anomaly, about evenly spread over the dataset."""
    step = max(1, dataset.size // count)
    chosen = 0
    for index, (image_id, image, mask) in enumerate(dataset.frames()):
        is_due = index >= chosen * step and chosen < count
        if is_due and (mask == labels.ANOMALY).any():
            chosen += 1
            yield image_id, image, mask


def _precision(mask, score) -> float:
    accumulator = metrics.AnomalyMetrics()
    accumulator.update(mask, score)
    return accumulator.result()["AP"]
