"""Files and folders: which are ours, and how one is written in one step."""

import contextlib
import json
import os
import pathlib
import secrets
import shutil
from collections.abc import Iterator

import filelock

from fs_tf import errors

_UNFINISHED = ".partial-"
# Of the suffixes that an unfinished file keeps; longer ones mean nothing to any writer.
_LONGEST_SUFFIXES = 32
# What systems and programs leave in folders of data, beside hidden files.
FOREIGN = frozenset(
    ("thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "@eadir", "$recycle.bin")
)


def is_ours(name: str) -> bool:
    """Tells whether a relative path can be a file of the user's data.

    It cannot if a part of it is hidden (`.ipynb_checkpoints`, the `._` twins of macOS,
    our own unfinished files) or is left behind by a system (`Thumbs.db`).

    Args:
      name: parts joined by `/`.
    """
    parts = name.split("/")
    return not any(part.startswith(".") or part.lower() in FOREIGN for part in parts)


def walk(folder: os.PathLike) -> list[str]:
    """Returns the files below a folder that are ours, sorted relative names with `/`.

    Links are followed, but a folder is entered once: one that a link shows again, or
    that contains itself by a link, counts under its own name. Links without a target
    are listed, so that whoever reads them learns of it.

    Raises:
      OSError: a folder that cannot be read.
    """
    found: list[str] = []
    seen: set[tuple[int, int]] = set()
    linked = [""]
    while linked:
        real, linked = linked, []
        while real:
            prefix = real.pop()
            path = os.path.join(folder, prefix)
            status = os.stat(path)
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            for entry in os.scandir(path):
                name = prefix + entry.name
                if not is_ours(entry.name):
                    continue
                if not os.path.isdir(entry.path):
                    found.append(name)
                elif entry.is_symlink():
                    linked.append(name + "/")
                else:
                    real.append(name + "/")
        linked.sort(reverse=True)
    return sorted(found)


@contextlib.contextmanager
def writing(path: os.PathLike) -> Iterator[pathlib.Path]:
    """Gives a path to write to, which takes the name of `path` when all went well.

    So a file is whole or not there, also when the disk is full or two processes write
    it. Folders above it are made. Only a process that is killed leaves something, a
    hidden file that is never read; `remove_unfinished` removes it.

    Yields:
      a hidden path beside `path` with the same last two suffixes.

    Raises:
      OSError: it cannot be written; named after `path`.
    """
    path = pathlib.Path(path)
    partial = _unfinished(path)
    try:
        with _named(path, partial):
            path.parent.mkdir(parents=True, exist_ok=True)
            yield partial
            with open(partial, "rb") as file:
                os.fsync(file.fileno())
            os.replace(partial, path)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()


def write_bytes(path: os.PathLike, data: bytes) -> None:
    """Writes a file in one step."""
    with writing(path) as partial:
        partial.write_bytes(data)


def write_text(path: os.PathLike, text: str) -> None:
    """Writes UTF-8 text in one step."""
    write_bytes(path, text.encode())


def write_json(path: os.PathLike, content: object, **options) -> None:
    """Writes JSON in one step; `options` are those of `json.dumps`."""
    write_text(path, json.dumps(content, indent=2, **options) + "\n")


def read_bytes(path: os.PathLike) -> bytes:
    """Reads a file; errors of a bad disk name it, too."""
    path = pathlib.Path(path)
    with _named(path, path):
        return path.read_bytes()


def read_text(path: os.PathLike) -> str:
    """Reads UTF-8 text, whatever the locale says."""
    path = pathlib.Path(path)
    with _named(path, path):
        return path.read_text(encoding="utf-8")


@contextlib.contextmanager
def writing_folder(path: os.PathLike) -> Iterator[pathlib.Path]:
    """Gives a folder to fill, which takes the name of `path` when all went well.

    `path` must not exist, or be an empty folder. Only a process that is killed leaves
    something, a hidden folder that is never read; `remove_unfinished` removes it.

    Yields:
      a new hidden folder beside `path`.

    Raises:
      OSError: it cannot be written, or another process wrote one of this name
        meanwhile; named after `path`.
    """
    path = pathlib.Path(path)
    partial = _unfinished(path)
    try:
        with _named(path, partial):
            partial.mkdir(parents=True)
            yield partial
            os.replace(partial, path)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def remove_unfinished(folder: os.PathLike) -> None:
    """Removes below a folder what killed processes had begun to write.

    No other process may write there.
    """
    for path in sorted(pathlib.Path(folder).rglob(f"{_UNFINISHED}*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _unfinished(path: pathlib.Path) -> pathlib.Path:
    """Returns a hidden name that is short, however long that of `path` is."""
    suffixes = "".join(path.suffixes[-2:])
    if len(os.fsencode(suffixes)) > _LONGEST_SUFFIXES:
        suffixes = ""
    return path.with_name(f"{_UNFINISHED}{secrets.token_hex(8)}{suffixes}")


@contextlib.contextmanager
def _named(path: pathlib.Path, partial: pathlib.Path) -> Iterator[None]:
    """Gives the system's errors on an unfinished file the name that the user knows."""
    try:
        yield
    except OSError as error:
        # A full disk names nothing, the error of a rename both. Others without a name
        # are of whatever else was done meanwhile.
        is_unnamed = error.filename is None and error.errno in errors.DISK
        inside = str(partial if is_unnamed else error.filename)
        if error.errno is None or not inside.startswith(str(partial)):
            raise
        name = str(path) + inside[len(str(partial)) :]
        raise type(error)(error.errno, error.strerror, name) from error


def lock(path: os.PathLike) -> filelock.FileLock:
    """Returns a lock between processes; it ends with the process that holds it.

    Args:
      path: of what it guards; the lock is a hidden file beside it.
    """
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(path.with_name(f".{path.name}.lock"))
