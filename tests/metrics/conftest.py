"""Fixtures of the metrics tests."""

import dataclasses

import numpy as np
import pytest

from fs_tf.metrics import levels, runs


@pytest.fixture(params=["one interval", "many intervals"])
def intervals(request, monkeypatch):
    """Runs a test with and without cutting the scores into tiny intervals."""
    if request.param == "many intervals":
        monkeypatch.setattr(levels, "MIN_INTERVAL", 64)
        monkeypatch.setattr(levels, "PER_RUN", 1)
        monkeypatch.setattr(runs, "STRIDE", 16)
        monkeypatch.setattr(runs, "SHORT", 4)


@pytest.fixture
def images():
    """Masks and scores of 8 images with anomalies, void and ties."""
    rng = np.random.default_rng(11)
    mask = np.zeros((8, 40, 60), np.uint8)
    for index in range(7):
        top, left = rng.integers(0, 20, 2)
        size = 2 + 2 * index
        mask[index, top : top + size, left : left + size] = 1
    mask[:, :, 55:] = 255
    score = rng.standard_normal(mask.shape) + 1.5 * (mask == 1)
    return mask, np.round(score, 2).astype(np.float32)


@pytest.fixture
def breakdowns():
    """A function: an accumulator -> its results by image and size, as plain dicts.

    Dataclasses that hold NaN are unequal from Python 3.13 on.
    """

    def collect(metrics):
        found = [*metrics.per_image(), *metrics.by_size().values()]
        return [dataclasses.asdict(result) for result in found]

    return collect
