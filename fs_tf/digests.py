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

# Of a larger file, these many bytes are read at its begin, middle and end. The end of a
# PNG holds the checksum of its pixels, that of a zip those of all its members.
SAMPLE = 1 << 16
# Beside the records of a prepared split: a digest of the pixels of every example.
PIXELS_FILE = "pixels-{}.txt"
_CHUNK = 1 << 22
_ROOT = pathlib.Path(__file__).parent


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
        found.update(f"{name}\0{content}\n".encode())
    return found.hexdigest()


def of_sample(path: os.PathLike) -> str:
    """Returns a digest of the size and samples of a file: cheap, whatever its size.

    Small files are read whole. Of large ones, what keeps size, begin, middle and end
    stays unnoticed; PNG, NPZ and zip have checksums of their content at their end.
    """
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        starts = (0,) if size <= 3 * SAMPLE else (0, size // 2, size - SAMPLE)
        found = hashlib.sha256(str(size).encode())
        for start in starts:
            file.seek(start)
            found.update(file.read(3 * SAMPLE if len(starts) == 1 else SAMPLE))
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

    Comments, docstrings and blank lines do not count.

    Args:
      names: relative to fs_tf, with `/`: "losses.py", "models".
    """
    found = hashlib.sha256()
    for name in names:
        path = _ROOT / name
        inside = [path / part for part in files.walk(path)] if path.is_dir() else [path]
        for source in inside:
            if source.suffix == ".py":
                found.update(f"{source.relative_to(_ROOT).as_posix()}\0".encode())
                found.update(what_computes(files.read_text(source)).encode())
    return found.hexdigest()


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
