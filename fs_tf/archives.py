"""Reading zips and `.npz` files, with errors that name the file."""

import contextlib
import io
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator

import numpy as np

from fs_tf import errors

# What zipfile and NumPy raise for truncated, damaged, encrypted and oddly packed files.
# RuntimeError: encrypted; NotImplementedError: a compression that Python lacks.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    ValueError,
    TypeError,
    RuntimeError,
    NotImplementedError,
)


@contextlib.contextmanager
def reading(where: str, advice: str = "download it again") -> Iterator[None]:
    """Makes the errors of a damaged zip one sentence.

    Args:
      where: how to call what is read.
      advice: what to do about it.

    Raises:
      ValueError: something in `DAMAGE` was raised within; it names `where`.
    """
    try:
        yield
    except errors.UserError:
        raise
    except DAMAGE as error:
        raise errors.BadValue(
            f"'{where}' cannot be read, it is damaged or packed in a way that Python "
            f"does not know ({_reason(error)}); {advice}."
        ) from error


def arrays(data: bytes | os.PathLike, where: str, advice: str) -> dict[str, np.ndarray]:
    """Returns all arrays of an `.npz` file; nothing is unpickled.

    Args:
      data: path or content of the file.
      where: how to call it in errors.
      advice: what to do where it is damaged.

    Raises:
      ValueError: it is damaged, or no `.npz` file.
    """
    with reading(where, advice):
        source = io.BytesIO(data) if isinstance(data, bytes) else data
        with np.load(source, allow_pickle=False) as archive:
            return dict(archive)


def _reason(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
