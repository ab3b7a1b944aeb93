"""Splitting embeddings into training and held-out ones."""

import numpy as np

from fs_tf import errors


def held_out_split(
    groups: np.ndarray, fraction: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Returns shuffled indices of training and of held-out embeddings.

    Whole groups are held out, because embeddings of one image are near copies of
    each other and would let a flow that memorises look good.

    Args:
      groups: [N], the image of each embedding, integers or strings.
      fraction: share of the groups to hold out, within (0, 1); at least one is.
      rng: source of the shuffling.

    Returns:
      Two int64 arrays without common elements that together hold 0..N - 1.

    Raises:
      ValueError: the fraction is out of range, or there are fewer than two groups.
    """
    if not 0 < fraction < 1:
        raise errors.BadValue(f"`fraction` must lie within (0, 1); got {fraction}.")
    names = np.unique(groups)
    if len(names) < 2:
        raise errors.BadValue(
            "A held-out split needs embeddings of at least two groups (images); "
            f"got {len(names)}."
        )
    count = min(max(round(fraction * len(names)), 1), len(names) - 1)
    is_held_out = np.isin(groups, rng.permutation(names)[:count])
    order = rng.permutation(len(groups))
    return order[~is_held_out[order]], order[is_held_out[order]]
