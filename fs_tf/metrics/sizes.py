"""Size classes of anomalies: connected components of the mask, by their area."""

import dataclasses

import numpy as np

from fs_tf.metrics.connected import connected_components


@dataclasses.dataclass(frozen=True)
class SizeClass:
    """Anomalies of `low` to `high - 1` pixels."""

    name: str
    low: int
    high: int | None


# The areas of COCO: 32 x 32 and 96 x 96 pixels. Our choice; the paper has no sizes.
SIZE_CLASSES = (
    SizeClass("small", 1, 32**2),
    SizeClass("medium", 32**2, 96**2),
    SizeClass("large", 96**2, None),
)


def bounding_box(is_member: np.ndarray) -> tuple[slice, slice]:
    """Returns the rows and columns that hold all members; empty without any."""
    rows = np.flatnonzero(is_member.any(axis=1))
    columns = np.flatnonzero(is_member.any(axis=0))
    if not rows.size:
        return slice(0, 0), slice(0, 0)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def size_classes(is_anomaly: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the size class of every anomalous pixel and the number of components.

    Args:
      is_anomaly: bool [H, W], not empty.

    Returns:
      int64 [N], the index into SIZE_CLASSES of the N anomalous pixels, row by row, and
      int64 [len(SIZE_CLASSES)], how many components each class has.
    """
    components, areas = connected_components(is_anomaly)
    limits = [size.low for size in SIZE_CLASSES[1:]]
    class_of = np.searchsorted(limits, areas, side="right")
    counts = np.bincount(class_of[1:], minlength=len(SIZE_CLASSES))
    return class_of[components[is_anomaly]], counts
