"""Identity of a folder by its content."""

import hashlib
import os
import pathlib

from fs_tf import errors


def folder_sha256(directory: os.PathLike) -> str:
    """Returns a hash over names and contents of all files below `directory`.

    Raises:
      FileNotFoundError: there is no such folder.
    """
    directory = pathlib.Path(directory)
    if not directory.is_dir():
        raise errors.NotFound(
            f"There is no submission folder '{directory}': give the folder of a "
            "SavedModel."
        )
    digest = hashlib.sha256()
    for path in sorted(p for p in directory.rglob("*") if p.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(directory).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()
