"""Output folders remember what their content was made from."""

import json
import os
import pathlib
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from fs_tf import digests, errors, files

Item = TypeVar("Item")


def claim_directory(
    directory: os.PathLike, file_name: str, settings: Mapping[str, object]
) -> pathlib.Path:
    """Makes the directory this run's, or finds that it already is.

    Args:
      directory: made where it is missing.
      file_name: of the JSON file that keeps the settings.
      settings: all that the content of the directory follows from; JSON values.

    Returns:
      the directory.

    Raises:
      FileExistsError: it holds what was made from something else, or files of another
        kind.
      ValueError: the JSON file is damaged.
    """
    directory = pathlib.Path(directory)
    path = directory / file_name
    if path.exists():
        differing = differences(read_json(path), settings)
        if differing:
            raise Stale({directory: differing})
        return directory
    # A killed run may have left the beginning of that file.
    if directory.is_dir() and any(map(files.is_ours, os.listdir(directory))):
        raise errors.AlreadyThere(
            f"'{directory}' is not empty and holds no '{file_name}': choose a new "
            "output directory, or delete this one."
        )
    files.write_json(path, settings)
    return directory


def remembered(
    directory: os.PathLike,
    settings: Mapping[str, object],
    compute: Callable[[], dict[str, object]],
) -> dict[str, object]:
    """Returns what `compute` gave when it was first asked for with these settings.

    Args:
      directory: keeps the answers, each in a file of its own; made where missing.
      settings: all that the answer depends on; JSON values.
      compute: gives the answer, JSON values.

    Raises:
      ValueError: the file of the answer is damaged.
    """
    path = pathlib.Path(directory) / f"{digests.of_json(settings)[:16]}.json"
    if path.exists():
        content = read_json(path)
        if "found" not in content:
            raise errors.BadValue(
                f"'{path}' is damaged: delete it, and it is made again."
            )
        return content["found"]
    found = compute()
    files.write_json(path, {"settings": settings, "found": found})
    return found


def differences(
    found: Mapping[str, object], wanted: Mapping[str, object], prefix: str = ""
) -> list[str]:
    """Returns what differs between two settings, "`key` is 1, not 2" each.

    Args:
      found: JSON values as they were stored.
      wanted: JSON values; tuples are lists.
      prefix: of the keys.
    """
    wanted = json.loads(json.dumps(wanted))
    differing = []
    for key in sorted(found.keys() | wanted.keys()):
        one, two = found.get(key), wanted.get(key)
        if isinstance(one, dict) and isinstance(two, dict):
            differing += differences(one, two, f"{prefix}{key}.")
        elif one != two:
            differing.append(f"`{prefix}{key}` is {_shown(one)}, not {_shown(two)}")
    return differing


class Stale(errors.AlreadyThere):
    """Something was made from something else than what is asked for now.

    Args:
      found: path of what is stale -> what differs, see `differences`.
      place: what the user may choose anew instead of deleting.
    """

    def __init__(self, found: Mapping[os.PathLike, list[str]], place: str = "output"):
        self.found, self.place = dict(found), place
        told = (
            f"'{path}' was made from something else: {'; '.join(differing)}."
            for path, differing in found.items()
        )
        it, is_made = ("it", "it is") if len(found) == 1 else ("them", "they are")
        super().__init__(
            f"{' '.join(told)} Delete {it}, and {is_made} made again, or choose "
            f"another {place}."
        )


def fresh(attempts: Iterable[Callable[[], Item]]) -> list[Item]:
    """Calls all, and tells everything that is stale at once.

    Args:
      attempts: each returns something, or raises `Stale`.

    Raises:
      Stale: about all that is.
    """
    done, found, place = [], {}, "output"
    for attempt in attempts:
        try:
            done.append(attempt())
        except Stale as error:
            found |= error.found
            place = error.place
    if found:
        raise Stale(found, place)
    return done


def read_json(path: os.PathLike) -> dict[str, object]:
    """Reads a JSON object.

    Raises:
      ValueError: the file is damaged.
    """
    path = pathlib.Path(path)
    try:
        return dict(json.loads(files.read_text(path)))
    except (TypeError, ValueError) as error:
        raise errors.BadValue(
            f"'{path}' is damaged ({error}): delete '{path.parent}', and it is made "
            "again."
        ) from error


def _shown(value: object) -> str:
    """Returns a value for an error; of a digest the first digits tell enough."""
    is_digest = isinstance(value, str) and len(value) == 64
    return f"{value[:8]}..." if is_digest else repr(value)
