"""The random subsample of a stream."""

import numpy as np
import pytest

from fs_tf.density.reservoir import Reservoir


def sample(cuts, seed=0, capacity=10, count=100):
    reservoir = Reservoir(capacity, np.random.default_rng(seed))
    rows = np.arange(count)
    for part in np.split(rows, cuts):
        reservoir.add({"number": part, "square": (part**2)[:, None]})
    return reservoir.rows()


def test_batches_do_not_matter():
    whole = sample([])["number"]
    for cuts in ([1, 2, 9, 11, 50], [10], list(range(1, 100))):
        np.testing.assert_array_equal(sample(cuts)["number"], whole)


def test_agrees_with_the_textbook_loop():
    rng = np.random.default_rng(0)
    kept = []
    for row in range(100):
        slot = int(rng.random() * (row + 1))
        if row < 10:
            kept.append(row)
        elif slot < 10:
            kept[slot] = row
    np.testing.assert_array_equal(sample([3])["number"], kept)


def test_arrays_stay_aligned():
    rows = sample([40])
    assert rows["square"].shape == (10, 1)
    np.testing.assert_array_equal(rows["square"][:, 0], rows["number"] ** 2)


def test_every_row_is_as_likely():
    counts = np.zeros(30)
    for seed in range(2000):
        counts[sample([7, 13], seed, capacity=6, count=30)["number"]] += 1
    # Binomial of 2000 draws with p = 0.2: mean 400, deviation 18.
    assert counts.sum() == 2000 * 6
    assert np.abs(counts - 400).max() < 4 * 18


def test_short_streams_stay_whole():
    np.testing.assert_array_equal(sample([2], count=5)["number"], np.arange(5))


def test_bad_rows():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="`capacity` must be at least 1; got 0"):
        Reservoir(0, rng)
    reservoir = Reservoir(3, rng)
    with pytest.raises(ValueError, match="one length in all arrays"):
        reservoir.add({"a": np.zeros(2), "b": np.zeros(3)})
    reservoir.add({"a": np.zeros((2, 4))})
    with pytest.raises(ValueError, match="must keep the names, dtypes and shapes"):
        reservoir.add({"a": np.zeros((2, 5))})
