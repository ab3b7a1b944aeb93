"""The file format of saved metrics: refuses what is truncated, damaged or foreign."""

import contextlib
import json
import math
import os
import struct
import zlib
from collections.abc import Iterable, Iterator

import numpy as np

from fs_tf import errors, files

MAGIC = b"fs_tf metrics\n"
VERSION = 1
# Version, length of the JSON header, length of the payload in bytes.
PREFIX = struct.Struct("<IQQ")
CHECKSUM = struct.Struct("<I")


def write(
    path: os.PathLike, kind: str, header: dict, arrays: Iterable[np.ndarray], size: int
) -> None:
    """Writes a state in one step, so that a partial file never has this name.

    Args:
      path: file to write; its folder is made.
      kind: name of the class, checked by `reading`.
      header: what JSON can hold.
      arrays: the payload, contiguous, in parts.
      size: bytes of the payload.
    """
    text = json.dumps({"kind": kind, **header}).encode()
    with files.writing(path) as partial, open(partial, "wb") as file:
        checksum = 0
        for part in _parts(text, size, arrays):
            checksum = zlib.crc32(part, checksum)
            file.write(part)
        file.write(CHECKSUM.pack(checksum))


class Reader:
    """The payload of a state, read in order."""

    def __init__(self, file, checksum: int, size: int, path: os.PathLike):
        self._file = file
        self._checksum = checksum
        self._left = size
        self._path = path

    def array(self, shape: int | tuple[int, ...], dtype) -> np.ndarray:
        """Returns the next values as an array of this shape.

        Raises:
          ValueError: the payload holds fewer.
        """
        size = np.dtype(dtype).itemsize * math.prod(np.atleast_1d(shape).tolist())
        if not 0 <= size <= self._left:
            raise _unreadable(self._path, "its payload is shorter than it says")
        self._left -= size
        array = np.empty(shape, dtype)
        if array.size:
            self._file.readinto(array.data)
            self._checksum = zlib.crc32(array.data, self._checksum)
        return array

    def finish(self) -> None:
        """Checks that all was read and that no byte has changed."""
        if self._left:
            raise _unreadable(self._path, "its payload is longer than it says")
        (expected,) = CHECKSUM.unpack(self._file.read(CHECKSUM.size))
        if expected != self._checksum:
            raise _unreadable(self._path, "its checksum does not match its content")


@contextlib.contextmanager
def reading(path: os.PathLike, kind: str) -> Iterator[tuple[dict, Reader]]:
    """Opens a state and yields its header and its payload; checks both.

    Raises:
      FileNotFoundError: there is no such file.
      ValueError: the file is no state, of another version or kind, truncated or
        damaged.
    """
    with open(path, "rb") as file:
        prefix = file.read(len(MAGIC) + PREFIX.size)
        if not prefix.startswith(MAGIC):
            raise _unreadable(path, "it does not begin as a saved state does")
        if len(prefix) < len(MAGIC) + PREFIX.size:
            raise _unreadable(path, f"it is truncated to {len(prefix)} bytes")
        version, header_size, size = PREFIX.unpack(prefix[len(MAGIC) :])
        if version != VERSION:
            raise _unreadable(path, f"it is of version {version}, not {VERSION}")
        expected = len(prefix) + header_size + size + CHECKSUM.size
        actual = os.fstat(file.fileno()).st_size
        if actual != expected:
            raise _unreadable(path, f"it holds {actual} bytes instead of {expected}")
        text = file.read(header_size)
        checksum = zlib.crc32(text, zlib.crc32(prefix))
        header = _header(path, text)
        if header.pop("kind", None) != kind:
            raise _unreadable(path, f"it is not a state of {kind}")
        reader = Reader(file, checksum, size, path)
        try:
            yield header, reader
        except errors.UserError:
            raise
        except (KeyError, TypeError, ValueError) as error:
            # The checksum comes last: what the header lacks shows before.
            raise _unreadable(path, "its header is damaged") from error
        reader.finish()


def _parts(text: bytes, size: int, arrays: Iterable[np.ndarray]) -> Iterator:
    yield MAGIC + PREFIX.pack(VERSION, len(text), size)
    yield text
    for array in arrays:
        size -= array.nbytes
        if array.size:
            yield np.ascontiguousarray(array).data
    assert size == 0, "the payload has not the length that was announced"


def _header(path: os.PathLike, text: bytes) -> dict:
    try:
        header = json.loads(text)
    except ValueError as error:
        raise _unreadable(path, "its header is damaged") from error
    if not isinstance(header, dict):
        raise _unreadable(path, "its header is damaged")
    return header


def _unreadable(path: os.PathLike, reason: str) -> errors.BadValue:
    return errors.BadValue(
        f"'{path}' must be a complete state of version {VERSION} written by `save`, "
        f"but {reason}: save it again."
    )
