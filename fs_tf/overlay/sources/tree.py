"""One view on a download: an unpacked folder or the zip it came in."""

import contextlib
import hashlib
import os
import pathlib
import zipfile
from collections.abc import Iterable, Iterator

from fs_tf import archives, digests, errors, files


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
            self._open_zip = archives.opened(self.path)
        return self._open_zip

    def __getstate__(self) -> dict:
        return {**self.__dict__, "_open_zip": None}

    def names(self, suffix: str, any_case: bool = False) -> list[str]:
        """Returns the sorted relative names, with `/`, that end in `suffix`.

        What `files.is_ours` leaves out is left out.

        Args:
          suffix: end of the names.
          any_case: whether names count that have it in other letters (".PNG").

        Raises:
          ValueError: a name that has the suffix in other letters, unless `any_case`.
          OSError: a folder that cannot be read.
        """
        ending = suffix.lower()
        found = [name for name in self._all_names() if name.lower().endswith(ending)]
        odd = [name for name in found if not name.endswith(suffix)]
        if odd and not any_case:
            raise errors.BadValue(
                f"'{self.where(odd[0])}' must end in '{suffix}', in these letters: "
                "rename it."
            )
        return sorted(found)

    def digest(self, names: Iterable[str]) -> str:
        """Returns what identifies the content of some files, cheap on any number.

        Of a folder, the names and `digests.of_sample`; of a zip, the names, sizes and
        checksums in its directory. The two differ where the content is the same.

        Raises:
          FileNotFoundError: no such file.
        """
        found = hashlib.sha256()
        for name in sorted(names):
            # Names need not be UTF-8 on disk.
            found.update(os.fsencode(f"{name}\0{self._identity(name)}\n"))
        return found.hexdigest()

    def where(self, name: str) -> str:
        """Returns how to call the file in a message."""
        return os.fspath(self.path / self._prefix / name)

    def check_same(self, first: str, second: str, what: str) -> None:
        """Raises ValueError if two names that both stand for one thing differ."""
        if first != second:
            raise errors.BadValue(
                f"'{self.where(first)}' and '{self.where(second)}' are both {what}: "
                "remove one."
            )

    def read(self, name: str) -> bytes:
        """Returns the content of a file.

        Raises:
          FileNotFoundError: no such file.
          ValueError: the zip is damaged at this file.
          OSError: the system cannot read it.
        """
        with self._accessing(name):
            if self.path.is_dir():
                return (self.path / self._prefix / name).read_bytes()
            member = self._zip().getinfo(self._prefix + name)
            with archives.reading(self.where(name)):
                return self._zip().read(member)

    def has(self, name: str) -> bool:
        """Tells whether the file exists.

        Raises:
          ValueError: one of the same name in other letters does.
        """
        if self.path.is_dir():
            found = (self.path / self._prefix / name).is_file()
        else:
            found = (self._prefix + name) in self._zip().NameToInfo
        if not found:
            self._refuse_other_letters(name)
        return found

    def _all_names(self) -> list[str]:
        if self.path.is_dir():
            return files.walk(self.path / self._prefix)
        inside = [
            name.removeprefix(self._prefix)
            for name in self._zip().NameToInfo
            if name.startswith(self._prefix) and not name.endswith("/")
        ]
        return list(filter(files.is_ours, inside))

    def _identity(self, name: str) -> str:
        with self._accessing(name):
            if self.path.is_dir():
                return digests.of_sample(self.path / self._prefix / name)
            member = self._zip().getinfo(self._prefix + name)
            return f"{member.file_size} {member.CRC}"

    @contextlib.contextmanager
    def _accessing(self, name: str) -> Iterator[None]:
        """Names the file in what goes wrong with it."""
        try:
            yield
        except (FileNotFoundError, KeyError):
            self._refuse_other_letters(name)
            raise errors.NotFound(
                f"'{self.where(name)}' is missing; copy or unpack the data again."
            ) from None
        except OSError as error:
            raise errors.CannotAccess(
                error.errno,
                f"{error.strerror}; mend it, or copy the data again",
                self.where(name),
            ) from error

    def _refuse_other_letters(self, name: str) -> None:
        folder, _, file = name.rpartition("/")
        if self.path.is_dir():
            siblings = self.path / self._prefix / folder
            beside = os.listdir(siblings) if siblings.is_dir() else []
        else:
            start = self._prefix + (f"{folder}/" if folder else "")
            inside = self._zip().NameToInfo
            beside = [path[len(start) :] for path in inside if path.startswith(start)]
        for other in beside:
            if other != file and other.lower() == file.lower():
                raise errors.BadValue(
                    f"'{self.where(name)}' is named '{other}', in other letters: "
                    "rename it."
                )
