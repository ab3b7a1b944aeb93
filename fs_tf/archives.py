"""Reading zips and `.npz` files, with errors that name the file."""

import contextlib
import io
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator

import numpy as np

from fs_tf import errors

# What zipfile and NumPy raise for truncated and damaged files. bz2 raises an OSError
# that, other than the system's, has no number.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    struct.error,
    ValueError,
)


@contextlib.contextmanager
def reading(where: str, advice: str = "download it again") -> Iterator[None]:
    """Makes the errors of a zip that cannot be read one sentence.

    What is done within should be the reading alone: it is blamed for every ValueError.

    Args:
      where: how to call what is read.
      advice: what to do about damage.

    Raises:
      ValueError: it is truncated, damaged, encrypted or packed in a way that Python
        does not know; the message names `where`.
      OSError: of the system, as it was.
    """
    try:
        yield
    except errors.UserError:
        raise
    except RuntimeError as error:  # among them NotImplementedError
        raise errors.BadValue(
            f"'{where}' is encrypted, or packed in a way that Python does not know "
            f"({_reason(error)}); unpack it by another program."
        ) from error
    except _DAMAGE as error:
        raise _damaged(where, advice, error) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise _damaged(where, advice, error) from error


def opened(path: os.PathLike) -> zipfile.ZipFile:
    """Returns a zip for reading.

    Raises:
      ValueError: it is no complete zip.
      OSError: of the system.
    """
    with reading(os.fspath(path)):
        return zipfile.ZipFile(path)


def arrays(
    data: bytes | os.PathLike, where: str, advice: str = "download it again"
) -> dict[str, np.ndarray]:
    """Returns all arrays of an `.npz` file; nothing is unpickled.

    Args:
      data: path or content of the file.
      where: how to call it in errors.
      advice: what to do where it is damaged.

    Raises:
      ValueError: it is damaged, or no `.npz` file.
      OSError: of the system.
    """
    with reading(where, advice):
        source = io.BytesIO(data) if isinstance(data, bytes) else data
        with zipfile.ZipFile(source) as archive:
            # All checksums first: NumPy believes every header.
            damaged = archive.testzip()
            if damaged is not None:
                raise zipfile.BadZipFile(f"Bad CRC-32 of '{damaged}'")
        if isinstance(data, bytes):
            source.seek(0)
        with np.load(source, allow_pickle=False) as archive:
            found = dict(archive)
        strange = [
            name for name, value in found.items() if not isinstance(value, np.ndarray)
        ]
        if strange:
            raise ValueError(f"'{strange[0]}' is no array")
        return found


def _damaged(where: str, advice: str, error: Exception) -> errors.BadValue:
    return errors.BadValue(
        f"'{where}' is truncated, damaged or of another kind ({_reason(error)}); "
        f"{advice}."
    )


def _reason(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
