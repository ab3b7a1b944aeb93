"""Names of folders and checkpoints that TensorFlow does not take for patterns.

Its readers look for the files of a checkpoint by pattern, and do not find those in
`lr=[0.1]`. What has such a name gets another one: links in a temporary folder, which
last as long as the process.
"""

import atexit
import os
import re
import shutil
import tempfile

from fs_tf import errors

# What stands for other characters in TensorFlow's patterns, and the bytes that are no
# UTF-8, which it cannot take.
_ODD = re.compile("[*?[\\\\\udc80-\udcff]")
_LINKS: dict[str, str] = {}


def plain_folder(folder: os.PathLike) -> str:
    """Returns a name of a folder that works as a part of every path.

    Args:
      folder: must exist before something is written to it.

    Raises:
      ValueError: the temporary folder has an odd name, too.
    """
    path = os.path.abspath(folder)
    if not _ODD.search(path):
        return path
    if not os.path.islink(_LINKS.get(path, "")):
        _LINKS[path] = os.path.join(_temporary(path), "link")
        os.symlink(path, _LINKS[path])
    return _LINKS[path]


def plain_prefix(prefix: os.PathLike) -> str:
    """Returns a prefix of the files that are there under `prefix` and a dot.

    Raises:
      ValueError: the temporary folder has an odd name, too.
    """
    path = os.path.abspath(prefix)
    if not _ODD.search(path):
        return path
    folder, name = os.path.split(path)
    link = os.path.join(_temporary(path), "link")
    for file in os.listdir(folder):
        if file.startswith(f"{name}."):
            os.symlink(os.path.join(folder, file), link + file.removeprefix(name))
    return link


def _temporary(path: str) -> str:
    folder = tempfile.mkdtemp(prefix="fs_tf-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if _ODD.search(folder):
        raise errors.BadValue(
            f"TensorFlow takes '{path}' for a pattern, and '{folder}', too: rename "
            "the one, or set TMPDIR to a folder without `*`, `?`, `[` and `\\`."
        )
    return folder
