"""Connected components of a binary image, in NumPy alone."""

import numpy as np


def connected_components(is_member: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the 8-connected components of a binary image.

    A run is a stretch of members in one row. Runs of neighbouring rows that touch
    belong together; every run takes the smallest number among those it touches until
    none changes. A photograph's mask has far fewer runs than pixels.

    Args:
      is_member: bool [H, W].

    Returns:
      int32 [H, W] with 0 outside and 1..N inside, and int64 [N + 1] areas; area 0 is 0.
    """
    height, width = is_member.shape
    # One empty column ends the runs of every row.
    stride = width + 1
    flat = np.zeros(1 + height * stride, bool)
    flat[1:].reshape(height, stride)[:, :width] = is_member
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    starts, stops = edges[::2], edges[1::2]
    roots, component = np.unique(
        _smallest_connected(len(starts), *_touching(starts, stops, stride)),
        return_inverse=True,
    )
    lengths = stops - starts
    components = np.zeros(is_member.shape, np.int32)
    components[is_member] = np.repeat((component + 1).astype(np.int32), lengths)
    areas = np.zeros(len(roots) + 1, np.int64)
    np.add.at(areas, component + 1, lengths)
    return components, areas


def _touching(
    starts: np.ndarray, stops: np.ndarray, stride: int
) -> tuple[np.ndarray, np.ndarray]:
    """Returns pairs of runs: every run and each one that touches it from below."""
    first = np.searchsorted(stops, starts + stride)
    counts = np.searchsorted(starts, stops + stride, "right") - first
    upper = np.repeat(np.arange(len(starts)), counts)
    # first, first + 1, ... for every run.
    begin = np.repeat(counts.cumsum() - counts, counts)
    return upper, np.repeat(first, counts) + np.arange(counts.sum()) - begin


def _smallest_connected(count: int, upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """Returns int64 [count]: the smallest run that each run is connected with."""
    root = np.arange(count)
    while upper.size:
        one, other = root[upper], root[lower]
        is_apart = one != other
        upper, lower = upper[is_apart], lower[is_apart]
        one, other = one[is_apart], other[is_apart]
        np.minimum.at(root, np.maximum(one, other), np.minimum(one, other))
        while (root != root[root]).any():
            root = root[root]
    return root
