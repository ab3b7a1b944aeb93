"""A nameless temporary file: arrays go to disk and nothing is ever left there."""

import os
import tempfile
import threading

import numpy as np

from fs_tf import errors
from fs_tf.metrics.owner import Owner


class Spill:
    """Appends arrays to a temporary file and reads slices of them.

    The file lies in the directory `TMPDIR` and has no name there, so the system frees
    it when the object or the process ends, however it ends. Threads may append and
    read at the same time.
    """

    def __init__(self):
        self._file = tempfile.TemporaryFile(prefix="fs_tf_metrics_")
        self._lock = threading.Lock()
        self.owner = Owner()
        self.size = 0

    def append(self, array: np.ndarray) -> int:
        """Writes a contiguous array and returns its offset in bytes.

        Raises:
          OSError: the disk is full.
          RuntimeError: called in a forked process, which would overwrite the data of
            the process that made it.
        """
        self.owner.require()
        with self._lock:
            offset = self.size
            self.size += array.nbytes
        view = _bytes(array)
        position = 0
        while position < len(view):
            try:
                position += os.pwrite(
                    self._file.fileno(), view[position:], offset + position
                )
            except OSError as error:
                if error.errno in errors.FULL:
                    raise errors.CannotAccess(
                        error.errno,
                        f"The temporary directory '{tempfile.gettempdir()}' is full: "
                        "exact metrics keep up to 5 bytes per pixel there; set TMPDIR "
                        "to a larger disk",
                    ) from error
                raise
        return offset

    def read(self, offset: int, count: int, dtype) -> np.ndarray:
        """Returns `count` values from `offset` bytes on."""
        array = np.empty(count, dtype)
        self.read_into(offset, array)
        return array

    def read_into(self, offset: int, array: np.ndarray) -> None:
        """Fills a contiguous array from `offset` bytes on."""
        view = _bytes(array)
        position = 0
        while position < len(view):
            count = os.preadv(self._file.fileno(), [view[position:]], offset + position)
            assert count > 0, "a spilled array ends before its length"
            position += count


def _bytes(array: np.ndarray) -> memoryview:
    # A memoryview of an array without elements cannot be cast.
    return memoryview(array.reshape(-1)).cast("B") if array.size else memoryview(b"")
