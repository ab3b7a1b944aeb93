"""Chooses Lost & Found frames for annotation, by the procedure of Section 3.2."""

import dataclasses
import os
import pathlib
import re
from collections.abc import Mapping, Sequence

import numpy as np

from fs_tf import errors, files
from fs_tf.overlay import seeds
from fs_tf.overlay.sources.lost_and_found import (
    FREE_SPACE,
    OUTSIDE,
    LostAndFound,
    LostAndFoundFrame,
)

# Label ids of hazards that Cityscapes knows: bicycle, kid dummy, kids.
KNOWN_HAZARDS = (26, 29, 40, 41, 42, 43)
EVERY = 6
# As published: 100 of 375 images.
VALIDATION_SHARE = 100 / 375


@dataclasses.dataclass(frozen=True)
class Selection:
    """The chosen frames.

    Attributes:
      splits: frame ids of "validation" and "test", sorted.
      dropped: sequences with hazards that Cityscapes knows.
      skipped: frames that could not be read, and why.
    """

    splits: dict[str, list[str]]
    dropped: list[str]
    skipped: list[str]


def select_frames(
    source: LostAndFound,
    every: int = EVERY,
    validation_share: float = VALIDATION_SHARE,
) -> Selection:
    """Selects frames and splits them by location.

    Sequences whose hazards are children or bicycles are dropped, every sixth frame of
    the others is kept, images without objects are dropped. Validation and test share
    no street, whatever the house number or the drive.

    Args:
      source: the raw data, with `gtCoarse`.
      every: of how many frames of a sequence one is kept.
      validation_share: of the frames; streets are dealt until it is reached.

    Raises:
      ValueError: `every` below 1, or no frame is left.
      FileNotFoundError: no `gtCoarse`.
      OSError: the system cannot read a file.
    """
    if every < 1:
        raise errors.BadValue(f"every must be at least 1; got {every}.")
    dropped, skipped, kept = [], [], {}
    for sequence, frames in sorted(_by_sequence(source).items()):
        hazards, unreadable = _hazards(source, frames)
        skipped += unreadable
        if any(np.isin(KNOWN_HAZARDS, ids).any() for ids in hazards.values()):
            dropped.append(sequence)
            continue
        sparse = frames[::every]
        kept[sequence] = [f.frame_id for f in sparse if hazards.get(f.frame_id)]
    if not any(kept.values()):
        raise errors.BadValue(
            f"No frame of '{source.directory}' is left: {len(dropped)} sequences show "
            f"children or bicycles and {len(skipped)} frames could not be read."
        )
    return Selection(_split(kept, validation_share), dropped, skipped)


def location(sequence: str) -> str:
    """Returns the street of a sequence: "04_Maurener_Weg_8" is "Maurener_Weg"."""
    return re.sub(r"_\d+$", "", re.sub(r"^\d+_", "", sequence))


def write_selection(selection: Selection, output: str | os.PathLike) -> None:
    """Writes `validation.txt` and `test.txt`, one frame id per line, for annotators.

    A finished mask is to be called `<frame id>_labels.png`. `dropped.txt` and, where
    frames could not be read, `skipped.txt` tell what is missing.
    """
    folder = pathlib.Path(output)
    lists = {
        **selection.splits,
        "dropped": selection.dropped,
        "skipped": selection.skipped,
    }
    for name, lines in lists.items():
        path = folder / f"{name}.txt"
        if name == "skipped" and not lines:
            # An earlier selection may have skipped some.
            path.unlink(missing_ok=True)
        else:
            files.write_text(path, "".join(f"{line}\n" for line in lines))


def _by_sequence(source: LostAndFound) -> dict[str, list[LostAndFoundFrame]]:
    found: dict[str, list[LostAndFoundFrame]] = {}
    for frame in sorted(source.frames().values(), key=lambda frame: frame.frame_id):
        found.setdefault(frame.sequence, []).append(frame)
    return found


def _hazards(
    source: LostAndFound, frames: Sequence[LostAndFoundFrame]
) -> tuple[dict[str, list[int]], list[str]]:
    """Returns the hazard ids of every readable frame, and what was unreadable."""
    hazards, unreadable = {}, []
    for frame in frames:
        try:
            ids = np.unique(source.labels_file(frame)[1])
        except (errors.BadValue, errors.NotFound) as error:
            unreadable.append(str(error))
            continue
        is_hazard = (ids > FREE_SPACE) & (ids != OUTSIDE)
        hazards[frame.frame_id] = ids[is_hazard].tolist()
    return hazards, unreadable


def _split(
    kept: Mapping[str, list[str]], validation_share: float
) -> dict[str, list[str]]:
    """Deals streets to the validation set while that brings it nearer to its share.

    The order is fixed by the street names, so the same data gives the same split.
    """
    by_location: dict[str, list[str]] = {}
    for sequence, ids in kept.items():
        by_location.setdefault(location(sequence), []).extend(ids)
    target = validation_share * sum(map(len, by_location.values()))
    splits: dict[str, list[str]] = {"validation": [], "test": []}
    for street in sorted(by_location, key=lambda name: seeds.share("laf", name)):
        have, more = len(splits["validation"]), len(by_location[street])
        is_nearer = abs(have + more - target) < abs(have - target)
        splits["validation" if is_nearer else "test"].extend(by_location[street])
    return {split: sorted(ids) for split, ids in splits.items()}
