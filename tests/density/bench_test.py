"""The comparison with faiss, small."""

import re
import sys

import pytest

from fs_tf.density import bench


def test_neighbors_are_those_of_faiss():
    pytest.importorskip("faiss", reason="needs faiss-cpu, an extra of the bench")
    *_, last = bench.nearest_neighbors(300, 8, 3, repetitions=1)
    # A few cosines are equal up to rounding.
    assert float(re.search(r"neighbours ([\d.]+)%", last).group(1)) > 99.9


def test_missing_faiss_is_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "faiss", None)
    with pytest.raises(ValueError, match=r"`pip install -e .\[bench\]`"):
        next(bench.nearest_neighbors(300, 8, 3, repetitions=1))
