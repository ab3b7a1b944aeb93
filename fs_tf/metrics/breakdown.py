"""The same metrics by size of anomaly and by image."""

import dataclasses

from fs_tf.metrics import ranking
from fs_tf.metrics.scores import Scores
from fs_tf.metrics.sizes import SIZE_CLASSES


@dataclasses.dataclass(frozen=True)
class SizeResult:
    """Metrics of the anomalies of one size class.

    Attributes:
      average_precision: NaN where no anomaly has this size.
      fpr95: likewise.
      anomalies: number of connected components of this size.
      positives: number of their pixels.
    """

    average_precision: float
    fpr95: float
    anomalies: int
    positives: int


@dataclasses.dataclass(frozen=True)
class ImageResult:
    """Metrics of one image.

    Attributes:
      image_id: its name, or None.
      average_precision: NaN for an image without anomaly: no ranking of its pixels is
        right or wrong, so it is left out of any mean over images.
      fpr95: likewise; NaN also for an image of nothing but anomaly.
      positives: number of anomalous pixels.
      negatives: number of in-distribution pixels.
    """

    image_id: str | None
    average_precision: float
    fpr95: float
    positives: int
    negatives: int


def by_size(scores: Scores) -> dict[str, SizeResult]:
    """Returns the metrics of anomalies of each size class, by its name.

    An anomaly is an 8-connected component of the mask. The pixels of anomalies of
    other sizes are left out, as if void; all in-distribution pixels count.
    """
    found = {}
    for index, size in enumerate(SIZE_CLASSES):
        positives = scores.positives(size_class=index)
        result = ranking.rank(positives, scores.negatives())
        found[size.name] = SizeResult(
            result.average_precision,
            result.fpr95,
            sum(run.components for run in positives.runs),
            positives.total,
        )
    return found


def per_image(scores: Scores) -> list[ImageResult]:
    """Returns the metrics of every image by itself, in the order they came."""
    found = []
    for index, image_id in enumerate(scores.image_ids):
        positives, negatives = scores.positives(index), scores.negatives(index)
        result = ranking.rank(positives, negatives)
        found.append(
            ImageResult(
                image_id,
                result.average_precision,
                result.fpr95,
                positives.total,
                negatives.total,
            )
        )
    return found
