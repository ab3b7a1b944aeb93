"""One view on a download: an unpacked folder or the zip it came in."""

import hashlib
import os
import pathlib
import zipfile
from collections.abc import Iterable

from fs_tf import digests, errors, files


class Tree:
    """Lists and reads the files of a folder or of a zip by relative path.

    A tree can be pickled and sent to worker processes; each opens the zip anew.

    Args:
      path: a folder, or a `.zip` file.
      prefix: the part of every name that is left out ("leftImg8bit/").

    Raises:
      FileNotFoundError: nothing at `path`.
      ValueError: `path` is a file but no readable zip.
    """

    def __init__(self, path: str | os.PathLike, prefix: str = ""):
        self.path = pathlib.Path(path)
        self._prefix = prefix
        self._open_zip: zipfile.ZipFile | None = None
        if not self.path.exists():
            raise errors.NotFound(f"'{self.path}' does not exist; check the path.")
        if not self.path.is_dir():
            self._zip()

    def _zip(self) -> zipfile.ZipFile:
        if self._open_zip is None:
            try:
                self._open_zip = zipfile.ZipFile(self.path)
            except zipfile.BadZipFile:
                raise errors.BadValue(
                    f"'{self.path}' is neither a folder nor a complete zip file; "
                    "download it again."
                ) from None
        return self._open_zip

    def __getstate__(self) -> dict:
        return {**self.__dict__, "_open_zip": None}

    def names(self, suffix: str, any_case: bool = False) -> list[str]:
        """Returns the sorted relative names, with `/`, that end in `suffix`."""
        if not self.path.is_dir():
            found = [
                name.removeprefix(self._prefix)
                for name in self._zip().namelist()
                if name.startswith(self._prefix)
            ]
            found = [name for name in found if files.is_ours(name)]
        else:
            found = files.walk(self.path / self._prefix)
        if any_case:
            return sorted(n for n in found if n.lower().endswith(suffix.lower()))
        return sorted(name for name in found if name.endswith(suffix))

    def where(self, name: str) -> str:
        """Returns how to call the file in a message."""
        return os.fspath(self.path / self._prefix / name)

    def read(self, name: str) -> bytes:
        """Returns the content of a file.

        Raises:
          FileNotFoundError: no such file.
          ValueError: the zip is damaged at this file.
        """
        if self.path.is_dir():
            try:
                return (self.path / self._prefix / name).read_bytes()
            except FileNotFoundError:
                raise self._missing(name) from None
        try:
            return self._zip().read(self._prefix + name)
        except KeyError:
            raise self._missing(name) from None
        except (zipfile.BadZipFile, EOFError):
            raise errors.BadValue(
                f"'{self.where(name)}' is damaged inside the zip; download it again."
            ) from None

    def digest(self, names: Iterable[str]) -> str:
        """Returns the digest of names and contents of files; cheap on many gigabytes.

        A zip gives the checksums of its members, a folder samples of large files.
        """
        found = hashlib.sha256()
        for name in sorted(names):
            found.update(f"{name}\0{self._digest_of(name)}\n".encode())
        return found.hexdigest()

    def _digest_of(self, name: str) -> str:
        if self.path.is_dir():
            return digests.of_sample(self.path / self._prefix / name)
        member = self._zip().getinfo(self._prefix + name)
        return f"{member.file_size} {member.CRC}"

    def has(self, name: str) -> bool:
        """Tells whether the file exists."""
        if self.path.is_dir():
            return (self.path / self._prefix / name).is_file()
        return (self._prefix + name) in self._zip().NameToInfo

    def _missing(self, name: str) -> errors.NotFound:
        return errors.NotFound(
            f"'{self.where(name)}' is missing; copy or unpack the data again."
        )
