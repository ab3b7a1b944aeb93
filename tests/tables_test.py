"""Lookups name what they know."""

import pytest

from fs_tf import tables
from fs_tf.training.schemes import Scheme


def test_lookup_and_its_error():
    table = tables.by_name([Scheme("one", None), Scheme("two", None)])
    assert tables.lookup(table, "two", "scheme").name == "two"
    with pytest.raises(KeyError, match="Unknown scheme 'three'. Known: one, two."):
        tables.lookup(table, "three", "scheme")


def test_names_are_unique():
    with pytest.raises(ValueError, match="Two entries of one table are named 'one'"):
        tables.by_name([Scheme("one", None), Scheme("one", None)])
