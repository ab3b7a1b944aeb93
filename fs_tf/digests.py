"""What a thing was made from, known by content: sha256 digests as hex text.

Whatever decides whether old work may be used again compares digests of all that the
work was made from: source folders (`of_sources`), finished folders (`of_folder`),
images (`of_pixels`), settings (`of_json`) and the code itself (`of_code`).
"""

import ast
import functools
import hashlib
import io
import json
import os
import pathlib
import tokenize
from collections.abc import Iterable

import numpy as np

from fs_tf import files

# In bytes: a larger file is not read whole, but at its begin, middle and end. The end
# of a PNG holds the checksum of its pixels, that of a zip those of all its members.
WHOLE = 192 << 10
SAMPLE = 16 << 10
# Beside the records of a prepared split: a digest of the pixels of every example.
PIXELS_FILE = "pixels-{}.txt"
_CHUNK = 1 << 22
_ROOT = pathlib.Path(__file__).parent
# Parts of fs_tf that move, name, measure and check things, but that no result follows
# from: `of_code` leaves them out.
WITHOUT_NUMBERS = frozenset(
    (
        *("errors.py", "files.py", "digests.py", "archives.py", "runs.py", "tables.py"),
        *("environment.py", "plain_paths.py", "results.py"),
        *("models/zoo.py", "models/benchmark.py", "density/bench.py"),
        *("metrics/bench.py", "metrics/state.py"),
        *("training/checkpoints.py", "training/requirements.py"),
        "training/versions.py",
    )
)


def of_json(content: object) -> str:
    """Returns the digest of JSON values, whatever the order of their keys."""
    return _sha256(json.dumps(content, sort_keys=True).encode())


def of_file(path: os.PathLike) -> str:
    """Returns the digest of all bytes of a file."""
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def of_folder(folder: os.PathLike) -> str:
    """Returns the digest of names and contents of all files below a folder."""
    found = hashlib.sha256()
    for name in files.walk(folder):
        content = of_file(pathlib.Path(folder, name))
        found.update(os.fsencode(f"{name}\0{content}\n"))  # perhaps no UTF-8
    return found.hexdigest()


def of_sample(path: os.PathLike) -> str:
    """Returns a digest of the size and samples of a file: cheap, whatever its size.

    Small files are read whole. Of large ones, what keeps size, begin, middle and end
    stays unnoticed; PNG, NPZ and zip have checksums of their content at their end.
    """
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        found = hashlib.sha256(str(size).encode())
        if size <= WHOLE:
            found.update(file.read(WHOLE))
        else:
            for start in (0, size // 2, size - SAMPLE):
                file.seek(start)
                found.update(file.read(SAMPLE))
    return found.hexdigest()


def of_pixels(*arrays: np.ndarray) -> str:
    """Returns the digest of images and masks by value, however they were encoded."""
    found = hashlib.sha256()
    for array in arrays:
        found.update(f"{array.dtype} {array.shape}".encode())
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()


@functools.cache
def of_code(*names: str) -> str:
    """Returns the digest of modules and packages of fs_tf as far as they compute.

    Comments, docstrings and blank lines do not count, nor does `WITHOUT_NUMBERS`.

    Args:
      names: relative to fs_tf, with `/`: "losses.py", "models"; those that begin with
        "tfds_builders/" lie beside it.
    """
    found = hashlib.sha256()
    for name in sorted({source for part in names for source in _sources(part)}):
        found.update(f"{name}\0".encode())
        found.update(what_computes(files.read_text(_place(name))).encode())
    return found.hexdigest()


def _sources(name: str) -> list[str]:
    """Returns the modules of a package, or the one module, that compute."""
    place = _place(name)
    inside = [name]
    if place.is_dir():
        inside = [f"{name}/{part}" for part in files.walk(place)]
    return [n for n in inside if n.endswith(".py") and n not in WITHOUT_NUMBERS]


def _place(name: str) -> pathlib.Path:
    return (_ROOT.parent if name.startswith("tfds_builders/") else _ROOT) / name


def what_computes(source: str) -> str:
    """Returns Python code without comments, docstrings and blank lines."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            for number in _docstring_lines(node):
                lines[number - 1] = ""
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _docstring_lines(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> Iterable:
    if ast.get_docstring(node, clean=False) is None:
        return ()
    return range(node.body[0].lineno, node.body[0].end_lineno + 1)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
