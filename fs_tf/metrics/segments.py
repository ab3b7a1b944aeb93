"""sIoU and PPV of the connected components of one image (SegmentMeIfYouCan)."""

from typing import NamedTuple

import numpy as np

from fs_tf import labels
from fs_tf.metrics.connected import connected_components


class Segments(NamedTuple):
    """Scores of the components of one image.

    Attributes:
      siou: float64 [N], per true component.
      ppv: float64 [M], per predicted component.
    """

    siou: np.ndarray
    ppv: np.ndarray


def compare_segments(
    mask: np.ndarray,
    is_flagged: np.ndarray,
    min_true: int = 0,
    min_predicted: int = 0,
) -> Segments:
    """Returns the component scores of one image.

    For a true component k and the union P of all predicted components that touch it,

        sIoU(k) = |k & P| / (|k | P| - |P & other true components|),

    so that one prediction that covers two neighbours is not held against either. For a
    predicted component p, PPV(p) = |p & all true components| / |p|. Components are
    8-connected. Predictions at void pixels do not count. Predicted components below
    their minimum size are dropped; true ones become void, with what was predicted
    there (Chan et al., "SegmentMeIfYouCan", section 3.2, and their code).

    Args:
      mask: uint8 [H, W]: 0, 1 or 255.
      is_flagged: bool [H, W], predicted as anomaly.
      min_true: smallest true component in pixels.
      min_predicted: smallest predicted component in pixels.
    """
    true, true_areas = connected_components(mask == labels.ANOMALY)
    is_counted = is_flagged & (mask != labels.VOID)
    predicted, predicted_areas = connected_components(is_counted)
    is_true = true_areas >= min_true
    is_predicted = predicted_areas >= min_predicted
    is_true[0] = is_predicted[0] = False

    true_label, count = _relabelled(is_true)
    predicted_label, predicted_count = _relabelled(is_predicted)
    true_of = true_label[true[is_flagged]]
    predicted_of = predicted_label[predicted[is_flagged]]
    # What was predicted at dropped true components is void.
    is_kept = (true[is_flagged] == 0) | (true_of > 0)
    pairs, overlap = np.unique(
        true_of[is_kept] * (predicted_count + 1) + predicted_of[is_kept],
        return_counts=True,
    )
    pair_true, pair_predicted = np.divmod(pairs, predicted_count + 1)
    area = np.bincount(pair_predicted, overlap, predicted_count + 1)
    is_hit = (pair_true > 0) & (pair_predicted > 0)
    pair_true, pair_predicted = pair_true[is_hit], pair_predicted[is_hit]
    overlap = overlap[is_hit]

    hit = np.bincount(pair_predicted, overlap, predicted_count + 1)
    covered = np.bincount(pair_true, overlap, count + 1)
    outside = np.bincount(pair_true, (area - hit)[pair_predicted], count + 1)
    union = true_areas[is_true] + outside[1:]
    is_left = area[1:] > 0
    return Segments(covered[1:] / union, hit[1:][is_left] / area[1:][is_left])


def _relabelled(is_kept: np.ndarray) -> tuple[np.ndarray, int]:
    """Returns new labels 1..N of the kept components, 0 for others, and N."""
    return np.where(is_kept, np.cumsum(is_kept), 0), int(is_kept.sum())
