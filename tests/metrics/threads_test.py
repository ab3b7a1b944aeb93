"""Any number of threads may use one accumulator; its digits stay the same."""

import concurrent.futures
import dataclasses
import errno
import os
import sys
import threading

import numpy as np
import pytest

from fs_tf.metrics import (
    AnomalyMetrics,
    ComponentMetrics,
    SegmentationMetrics,
    segmentation_intervals,
    workers,
)
from fs_tf.metrics import spill as spills

THREADS = 8
COUNT = 60
# Long beside what is tested, so that only a deadlock reaches it.
SECONDS = 120

KINDS = {
    "anomaly": AnomalyMetrics,
    "component": lambda: ComponentMetrics(min_true=2, min_predicted=2),
    "segmentation": SegmentationMetrics,
}


def examples(count=COUNT):
    rng = np.random.default_rng(5)
    shape = (24, 40)
    for index in range(count):
        mask = rng.choice([0, 1, 255], shape, p=[0.8, 0.15, 0.05]).astype(np.uint8)
        # Of one decimal, so that images share scores.
        score = np.round(rng.standard_normal(shape) + mask % 2, 1)
        yield mask, score, f"image {index:02d}"


def add(metrics, example):
    mask, score, name = example
    if isinstance(metrics, SegmentationMetrics):
        prediction = np.clip(np.abs(score), 0, 1).astype(np.int32)
        metrics.update(mask, prediction, image_id=name)
    else:
        metrics.update(mask, score, image_id=name)


def everything(metrics):
    """All results, those in the order of the images sorted by name."""
    found = [metrics.result()]
    if isinstance(metrics, AnomalyMetrics):
        summary = metrics.summary()
        sizes = metrics.by_size().items()
        found += [{size: dataclasses.asdict(one) for size, one in sizes}]
        found += [metrics.curves(50), summary.image_ids]
        found += [summary.thresholds, summary.true_positives, summary.false_positives]
        images = sorted(metrics.per_image(), key=lambda image: image.image_id)
        found += [list(map(dataclasses.asdict, images))]  # of which NaN equals NaN
    elif isinstance(metrics, SegmentationMetrics):
        found += [metrics.image_matrices(), segmentation_intervals(metrics, 50)]
    return found


@pytest.fixture(autouse=True)
def switching():
    """Lets threads take turns far more often than they do."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.fixture
def pool():
    with concurrent.futures.ThreadPoolExecutor(THREADS) as threads:
        yield threads


def run_all(pool, function, items):
    futures = [pool.submit(function, item) for item in items]
    return [future.result(SECONDS) for future in futures]


@pytest.mark.parametrize("kind", KINDS)
def test_updates_from_threads_give_the_digits_of_one(kind, pool):
    expected = KINDS[kind]()
    for example in examples():
        add(expected, example)
    expected = everything(expected)
    for _ in range(3):
        metrics = KINDS[kind]()
        run_all(pool, lambda example, to=metrics: add(to, example), examples())
        np.testing.assert_equal(everything(metrics), expected)


@pytest.mark.parametrize("kind", KINDS)
def test_merges_from_threads_give_the_digits_of_one(kind, pool, tmp_path):
    expected = KINDS[kind]()
    parts = [KINDS[kind]() for _ in range(6)]
    for index, example in enumerate(examples()):
        add(expected, example)
        add(parts[index % len(parts)], example)
    metrics = KINDS[kind]()
    run_all(pool, metrics.merge, parts)
    np.testing.assert_equal(everything(metrics), everything(expected))

    def saved(name):
        metrics.save(tmp_path / name)
        return type(metrics).load(tmp_path / name).result()

    for found in run_all(pool, saved, "abcd"):
        np.testing.assert_equal(found, expected.result())


@pytest.mark.parametrize("kind", KINDS)
def test_two_may_be_merged_into_each_other_at_once(kind, pool):
    first, second = KINDS[kind](), KINDS[kind]()
    add(first, next(examples()))
    add(second, next(examples()))
    pairs = [(first, second), (second, first), (first, first)] * 2
    run_all(pool, lambda pair: pair[0].merge(pair[1]), pairs)
    assert first.result()["images"] > 3 and second.result()["images"] > 2


@pytest.mark.parametrize("kind", KINDS)
def test_results_in_between_are_of_whole_images(kind, pool):
    # The same image again and again: all ratios stay, all counts are multiples.
    example = next(examples())
    one = KINDS[kind]()
    add(one, example)
    one = one.result()
    metrics = KINDS[kind]()
    add(metrics, example)

    def step(index):
        if index % 3 == 0:
            return metrics.result()
        return add(metrics, example)

    found = [result for result in run_all(pool, step, range(COUNT)) if result]
    assert len(found) == COUNT // 3
    for result in found:
        images = result.pop("images")
        for name, value in result.items():
            is_count = isinstance(value, int)
            expected = images * one[name] if is_count else one[name]
            assert value == pytest.approx(expected, rel=1e-12, nan_ok=True), name
    assert metrics.result()["images"] == 1 + COUNT * 2 // 3


def test_an_image_that_failed_in_a_thread_never_gives_a_number(pool, monkeypatch):
    metrics = AnomalyMetrics()
    write, left = os.pwrite, [3]

    def full_once(*args):
        left[0] -= 1
        if left[0] == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(*args)

    monkeypatch.setattr(spills.os, "pwrite", full_once)
    futures = [pool.submit(add, metrics, example) for example in examples()]
    concurrent.futures.wait(futures, SECONDS)
    for ask in (metrics.result, metrics.wait, metrics.per_image, metrics.summary):
        with pytest.raises(OSError, match="is full: exact metrics keep"):
            ask()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_process_does_not_wait_for_threads_it_has_not():
    metrics = AnomalyMetrics()
    is_over = threading.Event()
    for _ in range(workers.num_workers()):
        workers.pool().submit(is_over.wait)
    add(metrics, next(examples()))
    child = os.fork()
    if not child:
        code = 1
        try:
            metrics.result()
        except RuntimeError as error:
            code = 0 if "must be updated in the process that made" in str(error) else 2
        finally:
            os._exit(code)
    is_over.set()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert metrics.result()["images"] == 1
