"""The threads that sort: NumPy sorts, searches and copies without holding the GIL."""

import concurrent.futures
import functools
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
Output = TypeVar("Output")

MAX_WORKERS = 4


def num_workers() -> int:
    """Returns how many threads work: one per usable core, at most four."""
    if hasattr(os, "sched_getaffinity"):
        return min(MAX_WORKERS, len(os.sched_getaffinity(0)))
    return min(MAX_WORKERS, os.cpu_count() or 1)


@functools.lru_cache(maxsize=1)
def pool() -> concurrent.futures.ThreadPoolExecutor:
    """Returns the threads shared by all metrics of this process."""
    return concurrent.futures.ThreadPoolExecutor(num_workers(), "fs_tf_metrics")


if hasattr(os, "register_at_fork"):
    # Threads do not survive a fork: the child starts its own.
    os.register_at_fork(after_in_child=pool.cache_clear)


def map_in_order(
    function: Callable[[Item], Output], items: Iterable[Item]
) -> Iterator[Output]:
    """Yields `function(item)` in order; at most one result per thread is ahead."""
    pending: deque[concurrent.futures.Future[Output]] = deque()
    try:
        for item in items:
            pending.append(pool().submit(function, item))
            if len(pending) > num_workers():
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()
