"""The held-out split of embeddings."""

import numpy as np
import pytest

from fs_tf.density.held_out import held_out_split


def test_groups_are_held_out_whole():
    groups = np.repeat(np.arange(10), 7)
    training, held_out = held_out_split(groups, 0.3, np.random.default_rng(0))
    assert sorted([*training, *held_out]) == list(range(70))
    assert len(set(groups[held_out])) == 3
    assert not set(groups[training]) & set(groups[held_out])
    assert (np.diff(training) < 0).any()  # Shuffled.


@pytest.mark.parametrize("fraction", [0.01, 0.99])
def test_neither_part_is_empty(fraction):
    training, held_out = held_out_split(
        np.array(["a", "a", "b"]), fraction, np.random.default_rng(0)
    )
    assert len(training) and len(held_out)


def test_bad_splits():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="at least two groups .images.; got 1"):
        held_out_split(np.zeros(5), 0.5, rng)
    with pytest.raises(ValueError, match="`fraction` must lie within"):
        held_out_split(np.arange(5), 1.0, rng)
