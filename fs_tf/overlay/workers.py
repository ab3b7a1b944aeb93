"""Makes examples in several processes, in order, with little memory."""

import collections
import contextlib
import multiprocessing
import os
import pathlib
import queue
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from fs_tf import errors
from fs_tf.overlay.generation import Factory, Made
from fs_tf.overlay.parts import make_part
from fs_tf.overlay.release import Example

# Starting processes costs more than making this many small examples.
MIN_EXAMPLES = 32
# How often to look whether a process that does not answer still runs.
LOOK_SECONDS = 1
STDERR = 2
_ROOT = pathlib.Path(__file__).resolve().parents[2]


def available_processes() -> int:
    """Returns how many processes can run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def number_of_processes(processes: int | None, examples: int) -> int:
    """Returns how many processes make some examples; see `make_all`.

    Raises:
      ValueError: neither None nor a whole number from 1.
    """
    if processes is None:
        return min(available_processes(), examples) if examples >= MIN_EXAMPLES else 1
    is_number = isinstance(processes, int | np.integer)
    if not is_number or isinstance(processes, bool) or processes < 1:
        raise errors.BadValue(
            "`processes` must be a whole number from 1, or None for one per core; got "
            f"{processes!r}."
        )
    return min(int(processes), examples)


class InWorker(Exception):
    """The cause of an error from a worker: its traceback there."""


class Worker:
    """One process that makes examples.

    What others print in it goes to standard error.

    Args:
      factory: sent to the process.
      folder: of finished parts, or None.

    Raises:
      RuntimeError: the process ended at once.
    """

    def __init__(self, factory: Factory, folder: str | None):
        paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        self._connection, other_end = multiprocessing.Pipe()
        with other_end:
            descriptor = other_end.fileno()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "fs_tf.overlay.worker", str(descriptor)],
                pass_fds=(descriptor,),
                stdin=subprocess.DEVNULL,
                stdout=STDERR,
                env=environment,
            )
        self._has_answered = False
        try:
            self._send((factory, folder))
        except BaseException:
            self.close()
            raise

    def make(self, example: Example) -> Made:
        """Returns the finished example.

        Raises:
          Exception: what went wrong in the process, as it was there.
          RuntimeError: the process ended.
        """
        self._send(example)
        try:
            while not self._connection.poll(LOOK_SECONDS):
                # A process forked meanwhile may hold the other end open.
                if self._process.poll() is not None and not self._connection.poll():
                    raise self._ended()
            made, error, text = self._connection.recv()
        except (EOFError, ConnectionError):
            raise self._ended() from None
        self._has_answered = True
        if error is not None:
            raise error from InWorker(f"\n\n{text}")
        return made

    def close(self) -> None:
        """Ends the process."""
        self._connection.close()
        self._process.kill()
        self._process.wait()

    def _send(self, message) -> None:
        try:
            self._connection.send(message)
        except ConnectionError:
            raise self._ended() from None

    def _ended(self) -> errors.Stopped:
        code = self._process.wait()
        if code < 0:
            return errors.Stopped(
                f"A worker process was ended by {_signal_name(-code)}, perhaps because "
                "memory ran out: start again, with fewer `processes` if it was memory."
            )
        when = "while it made an example" if self._has_answered else "at its start"
        return errors.Stopped(
            f"A worker process ended {when} with code {code}; what it printed says "
            "why. With `processes=1` there are no workers."
        )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


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
      processes: how many at most, from 1; None takes one per core for more than a few
        examples. No more are started than there are examples.
      folder: where finished examples are kept for a later run; None keeps none.

    Raises:
      ValueError: `processes` is no whole number from 1.
      ValueError, FileNotFoundError, OSError: as `make_part`, whoever made it.
      RuntimeError: a worker process ended.
    """
    processes = number_of_processes(processes, len(examples))
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
