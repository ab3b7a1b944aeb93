"""Metrics are added to where they were made: what a forked copy learns is lost."""

import multiprocessing
import os
import pickle

import numpy as np
import pytest

from fs_tf.metrics import AnomalyMetrics, ComponentMetrics, SegmentationMetrics

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")

MASK = np.array([[0, 1, 255]], np.uint8)
SCORE = np.array([[0.1, 0.2, 0.3]], np.float32)
KINDS = [
    (AnomalyMetrics, SCORE),
    (ComponentMetrics, SCORE),
    (SegmentationMetrics, MASK),
]
ADVICE = "make one per process and merge them through `save` and `load`"


def forked(function, *args):
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply_async(_said, (function, *args)).get(60)


def _said(function, *args):
    try:
        function(*args)
    except RuntimeError as error:
        return str(error)
    return ""


# What a forked process is to find in its memory, not to be sent.
METRICS = {}


def _update(kind, prediction):
    METRICS[kind].update(MASK, prediction)


def _merge(kind):
    METRICS[kind].merge(METRICS[kind])


def _save_own(kind, prediction, path):
    metrics = kind()
    metrics.update(MASK, prediction)
    metrics.save(path)


@pytest.fixture(params=KINDS, ids=lambda kind: kind[0].__name__)
def kind(request):
    kind, prediction = request.param
    METRICS[kind] = kind()
    METRICS[kind].update(MASK, prediction)
    yield kind, prediction
    METRICS.clear()


def test_a_forked_process_may_neither_update_nor_merge(kind):
    metrics = METRICS[kind[0]]
    before = metrics.result()
    assert ADVICE in forked(_update, *kind)
    assert ADVICE in forked(_merge, kind[0])
    metrics.update(MASK, kind[1])
    assert metrics.result()["images"] == before["images"] + 1


def test_one_per_process_merges_through_save_and_load(kind, tmp_path):
    assert not forked(_save_own, *kind, tmp_path / "state")
    metrics = METRICS[kind[0]]
    metrics.merge(kind[0].load(tmp_path / "state"))
    assert metrics.result()["images"] == 2


def test_a_pickled_copy_belongs_to_who_loads_it():
    metrics = SegmentationMetrics()
    assert not forked(pickle_and_update, pickle.dumps(metrics))


def pickle_and_update(data):
    pickle.loads(data).update(MASK, MASK)
