"""Makes examples in several processes, in order, with little memory."""

import collections
import contextlib
import os
import pathlib
import pickle
import queue
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from fs_tf import errors
from fs_tf.overlay.generation import Factory, Made
from fs_tf.overlay.parts import make_part
from fs_tf.overlay.release import Example

# Starting processes costs more than making this many small examples.
MIN_EXAMPLES = 32
_ROOT = pathlib.Path(__file__).resolve().parents[2]


def available_processes() -> int:
    """Returns how many processes can run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Worker:
    """One process that makes examples.

    Args:
      factory: sent to the process.
      folder: of finished parts, or None.
    """

    def __init__(self, factory: Factory, folder: str | None):
        paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "fs_tf.overlay.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self._send((factory, folder))

    def _send(self, message) -> None:
        try:
            pickle.dump(message, self._process.stdin)
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None

    def make(self, example: Example) -> Made:
        """Returns the finished example.

        Raises:
          ValueError, FileNotFoundError: as `Factory.make`.
          RuntimeError: the process ended.
        """
        self._send(example)
        try:
            made, error = pickle.load(self._process.stdout)
        except (EOFError, pickle.UnpicklingError):
            raise self._ended() from None
        if error is not None:
            raise error
        return made

    def _ended(self) -> errors.Stopped:
        return errors.Stopped(
            f"A worker process ended with code {self._process.wait()}, out of memory "
            "or killed; start again, with fewer processes if it was memory."
        )

    def close(self) -> None:
        """Ends the process."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


def make_all(
    factory: Factory,
    examples: Sequence[Example],
    processes: int | None = None,
    folder: str | None = None,
) -> Iterator[Made]:
    """Yields the finished examples in the given order.

    At most two examples per process are under way or waiting, so memory does not grow
    with their number. The result does not depend on the number of processes.

    Args:
      factory: makes the examples.
      examples: which.
      processes: how many; None takes one per core for more than a few examples.
      folder: where finished examples are kept for a later run; None keeps none.

    Raises:
      ValueError, FileNotFoundError: as `Factory.make`.
      RuntimeError: a worker process ended.
    """
    if processes is None:
        processes = available_processes() if len(examples) >= MIN_EXAMPLES else 1
    if processes <= 1:
        for example in examples:
            yield make_part(factory, example, folder)
        return
    with contextlib.ExitStack() as stack:
        idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        for _ in range(processes):
            worker = Worker(factory, folder)
            stack.callback(worker.close)
            idle.put(worker)
        # Entered after the workers, so that it ends before they are closed.
        threads = stack.enter_context(ThreadPoolExecutor(processes))
        stack.callback(threads.shutdown, cancel_futures=True)
        yield from _in_order(threads, idle, examples, 2 * processes)


def _in_order(
    threads: ThreadPoolExecutor,
    idle: "queue.SimpleQueue[Worker]",
    examples: Sequence[Example],
    window: int,
) -> Iterator[Made]:
    def make(example: Example) -> Made:
        worker = idle.get()
        try:
            return worker.make(example)
        finally:
            idle.put(worker)

    waiting: collections.deque = collections.deque()
    for example in examples:
        waiting.append(threads.submit(make, example))
        if len(waiting) >= window:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
