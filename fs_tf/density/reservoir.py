"""A uniform random subsample of a stream, in bounded memory."""

from collections.abc import Mapping

import numpy as np

from fs_tf import errors


class Reservoir:
    """Keeps `capacity` rows of a stream, each row with equal probability.

    Vitter's algorithm R: row number t replaces a random kept row with probability
    capacity / (t + 1). The sample depends on the stream's order and the generator,
    not on how the stream is cut into batches.

    Args:
      capacity: rows to keep, >= 1.
      rng: source of the choice.

    Raises:
      ValueError: the capacity is below one.
    """

    def __init__(self, capacity: int, rng: np.random.Generator):
        if capacity < 1:
            raise errors.BadValue(f"`capacity` must be at least 1; got {capacity}.")
        self._capacity = capacity
        self._rng = rng
        self._kept: dict[str, np.ndarray] = {}
        self.seen = 0

    def add(self, rows: Mapping[str, np.ndarray]) -> None:
        """Sees the next rows.

        Args:
          rows: arrays of one length by name, such as {"embedding": [N, D],
            "classes": [N, C]}; the same names, dtypes and trailing shapes each time.

        Raises:
          ValueError: the arrays do not fit each other or those before.
        """
        rows = {name: np.asarray(array) for name, array in rows.items()}
        self._check(rows)
        count = len(next(iter(rows.values())))
        # One uniform number per row, so that batches do not matter.
        position = self.seen + np.arange(count)
        slots = np.floor(self._rng.random(count) * (position + 1)).astype(np.int64)
        slots = np.where(position < self._capacity, position, slots)
        is_kept = slots < self._capacity
        # Of several rows for one slot, the last one stays.
        newest, first = np.unique(slots[is_kept][::-1], return_index=True)
        source = np.flatnonzero(is_kept)[::-1][first]
        for name, array in rows.items():
            self._kept[name][newest] = array[source]
        self.seen += count

    def rows(self) -> dict[str, np.ndarray]:
        """Returns the kept rows by name, min(capacity, seen) of each."""
        count = min(self.seen, self._capacity)
        return {name: kept[:count] for name, kept in self._kept.items()}

    def _check(self, rows: Mapping[str, np.ndarray]) -> None:
        lengths = {name: len(array) for name, array in rows.items()}
        if len(set(lengths.values())) != 1:
            raise ValueError(f"Rows must have one length in all arrays; got {lengths}.")
        if not self._kept:
            self._kept = {
                name: np.empty((self._capacity, *array.shape[1:]), array.dtype)
                for name, array in rows.items()
            }
        expected, got = (
            {name: (str(a.dtype), a.shape[1:]) for name, a in arrays.items()}
            for arrays in (self._kept, rows)
        )
        if expected != got:
            raise ValueError(
                "Rows must keep the names, dtypes and shapes of the first ones, "
                f"{expected}; got {got}."
            )
