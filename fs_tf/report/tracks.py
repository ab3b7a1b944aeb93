"""Tracks: the dataset splits of a leaderboard, their headings and their order."""

import collections
import dataclasses
import re
from collections.abc import Iterable

TITLES = {
    "LostAndFound": "FS Lost & Found",
    "OriginalLostAndFound": "Original Lost & Found",
    "cityscapes_frames": "Cityscapes",
}
# Prefixes of config names, in the order of the paper's Table 1.
ORDER = ("LostAndFound", "Static", "Web")
MONTHS = tuple(
    "January February March April May June July August September October November "
    "December".split()
)


@dataclasses.dataclass(frozen=True)
class Track:
    """One dataset split that submissions are compared on.

    Attributes:
      dataset: full TFDS name, "fishyscapes/Static:3.0.0" or ".../Static/3.0.0".
      split: TFDS split.
      title: heading; names version and split only where they tell tracks apart.
    """

    dataset: str
    split: str
    title: str

    @property
    def key(self) -> tuple[str, str]:
        """What tells one track from another."""
        return self.dataset, self.split


def _parts(dataset: str) -> tuple[str, str, str]:
    """Splits a TFDS name into builder, config and version; "" for what it lacks."""
    builder, *rest = re.split("[/:]", dataset)
    version = rest.pop() if rest and re.fullmatch(r"[\d.]+", rest[-1]) else ""
    return builder, "/".join(rest), version


def _title(dataset: str) -> str:
    builder, config, _ = _parts(dataset)
    known = TITLES.get(config) or TITLES.get(builder)
    if known:
        return known
    words = re.sub(r"(?<=[a-z])(?=[A-Z0-9])", " ", config).replace("_", " ")
    return f"FS {words}" if builder == "fishyscapes" else f"{builder} {words}".strip()


def _release_date(config: str) -> tuple[int, int]:
    """Returns (year, month) of "WebMarch2019"; (0, 0) where the name has no date."""
    year = re.search(r"20\d\d", config)
    month = next((i for i, name in enumerate(MONTHS, 1) if name in config), 0)
    return (int(year.group()) if year else 0), month


def _position(key: tuple[str, str]) -> tuple:
    """Sorts by Table 1, then release date, then name; the newest version first."""
    dataset, split = key
    builder, config, version = _parts(dataset)
    rank = next((i for i, p in enumerate(ORDER) if config.startswith(p)), len(ORDER))
    age = tuple(-int(number) for number in version.split(".") if number)
    return rank, _release_date(config), builder, config, age, split


def tracks(keys: Iterable[tuple[str, str]]) -> tuple[Track, ...]:
    """Returns the tracks of Table 1: Lost & Found, Static, Web by date, others.

    Args:
      keys: (dataset, split) pairs; repeated ones count once.
    """
    keys = sorted(set(keys), key=_position)
    splits = collections.Counter(_title(dataset) for dataset, _ in set(keys))
    datasets = collections.Counter(_title(name) for name in {key[0] for key in keys})
    named = []
    for dataset, split in keys:
        title = _title(dataset)
        version = _parts(dataset)[2] if datasets[title] > 1 else ""
        is_split_needed = splits[title] > datasets[title]
        words = [title, version, f"({split})" if is_split_needed else ""]
        named.append(Track(dataset, split, " ".join(filter(None, words))))
    return tuple(named)
