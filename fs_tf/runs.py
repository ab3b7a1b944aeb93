"""Output directories remember which run they hold, and what it found."""

import hashlib
import json
import os
import pathlib
from collections.abc import Callable, Mapping


def claim_directory(
    directory: os.PathLike, file_name: str, settings: Mapping[str, object]
) -> pathlib.Path:
    """Makes the directory this run's, or finds that it already is.

    Args:
      directory: made where it is missing.
      file_name: of the JSON file that keeps the settings.
      settings: all that makes the run another run; JSON values.

    Returns:
      the directory.

    Raises:
      FileExistsError: it holds a run with other settings, or files of another kind.
      ValueError: the JSON file is damaged.
    """
    directory = pathlib.Path(directory)
    settings = json.loads(json.dumps(settings))  # tuples read back as lists
    path = directory / file_name
    if path.exists():
        _compare(directory, _read(path), settings)
        return directory
    # A killed run may have left the beginning of that file.
    if directory.is_dir() and set(directory.iterdir()) - {_partial(path)}:
        raise FileExistsError(
            f"'{directory}' is not empty and holds no '{file_name}': choose a new "
            "output directory, or delete this one."
        )
    directory.mkdir(parents=True, exist_ok=True)
    _write(path, settings)
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
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
    path = pathlib.Path(directory) / f"{digest[:16]}.json"
    if path.exists():
        content = _read(path)
        if "found" not in content:
            raise ValueError(f"'{path}' is damaged: delete it, and it is made again.")
        return content["found"]
    found = compute()
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, {"settings": settings, "found": found})
    return found


def _write(path: pathlib.Path, content: Mapping[str, object]) -> None:
    partial = _partial(path)
    partial.write_text(json.dumps(content, indent=2) + "\n")
    os.replace(partial, path)


def _partial(path: pathlib.Path) -> pathlib.Path:
    return path.with_name(path.name + ".partial")


def _read(path: pathlib.Path) -> dict[str, object]:
    try:
        return dict(json.loads(path.read_text()))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"'{path}' is damaged ({error}): choose another output directory or "
            f"delete '{path.parent}'."
        ) from error


def _compare(directory, found, settings) -> None:
    keys = sorted(found.keys() | settings.keys())
    differing = [key for key in keys if found.get(key) != settings.get(key)]
    if differing:
        key = differing[0]
        raise FileExistsError(
            f"'{directory}' holds another run: its `{key}` is {found.get(key)!r}, not "
            f"{settings.get(key)!r}. Choose another output directory or delete it."
        )
