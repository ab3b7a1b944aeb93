"""Chooses and scores the examples of the qualitative figure."""

import numpy as np

from fs_tf import data, labels, metrics
from fs_tf.report import qualitative
from fs_tf.submission import Submission

NUM_EXAMPLES = 4


class Examples:
    """A few images with anomalies, and how submissions score them.

    The images are spread evenly over those that have an anomaly, so nobody picks the
    ones that suit a method.

    Args:
      dataset: with anomaly masks.
    """

    def __init__(self, dataset: data.FrameDataset):
        self._frames = list(_spread(dataset, NUM_EXAMPLES))
        self._scores: list[dict[str, np.ndarray]] = [{} for _ in self._frames]

    def __len__(self) -> int:
        return len(self._frames)

    def add(self, submission: Submission) -> None:
        """Scores the images; a column of the figure."""
        for (image_id, image, _), scores in zip(
            self._frames, self._scores, strict=True
        ):
            scores[submission.name] = submission.anomaly_score(image, image_id)

    def figure(self) -> bytes:
        """Returns the PNG of image, mask and score maps."""
        examples = []
        for (_, image, mask), scores in zip(self._frames, self._scores, strict=True):
            precision = {
                name: _precision(mask, score) for name, score in scores.items()
            }
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
