"""Colours of masks and score maps."""

import matplotlib
import numpy as np

from fs_tf import labels

# Colours of masks in the figures of the published datasets.
MASK_COLORS = {
    labels.IN_DISTRIBUTION: (68, 1, 84),
    labels.ANOMALY: (33, 145, 140),
    labels.VOID: (253, 231, 37),
}
MASK_NAMES = {
    labels.IN_DISTRIBUTION: "in-distribution",
    labels.ANOMALY: "anomaly",
    labels.VOID: "void",
}
# Our choice: perceptually uniform, and another one than that of the masks.
SCORE_COLORS = matplotlib.colormaps["inferno"]
# Percentiles of the scores shown darkest and brightest; our choice. Anomalies are
# rare, so the upper end is close to the maximum.
SCORE_RANGE = (1.0, 99.8)


def mask_colors(mask: np.ndarray) -> np.ndarray:
    """Returns the colour of every mask code: uint8 [H, W] -> uint8 [H, W, 3]."""
    palette = np.zeros((256, 3), np.uint8)
    palette[list(MASK_COLORS)] = list(MASK_COLORS.values())
    return palette[mask]


def score_colors(score: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Returns the colours of one score map, scaled to its own robust range.

    Args:
      score: float [H, W], finite.
      valid: bool [H, W], the pixels that set the range; none means all.

    Returns:
      uint8 [H, W, 3]; the darkest colour throughout where the range is empty.
    """
    score = score.astype(np.float64)
    low, high = np.percentile(score[valid] if valid.any() else score, SCORE_RANGE)
    scaled = np.clip(score, low, high) - low
    # Dividing first by the span keeps ranges of denormal size finite.
    scaled = scaled / (high - low) if high > low else np.zeros_like(scaled)
    return SCORE_COLORS(scaled, bytes=True)[..., :3]
