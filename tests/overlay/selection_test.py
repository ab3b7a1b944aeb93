"""The selection of Lost & Found frames, on five small sequences."""

import dataclasses

import numpy as np
import pytest

from fs_tf.overlay.selection import location, select_frames, write_selection
from fs_tf.overlay.sources.lost_and_found import LostAndFound


def source(directory):
    return LostAndFound(directory, needs_labels=True)


def sequence(frame_id):
    return frame_id[: -len("_000000_000000")]


def test_known_hazards_are_dropped_and_every_sixth_frame_is_kept(lost_and_found):
    selection = select_frames(source(lost_and_found))
    assert selection.dropped == ["05_Schafgasse_1"]  # kid dummies
    chosen = [f for frames in selection.splits.values() for f in frames]
    # Frames 0, 6 and 12 of the long sequences, all even, so with an object.
    maurener = [f for f in chosen if "Maurener" in f]
    assert [f[-3:] for f in maurener] == ["000", "060", "120"]
    assert len(chosen) == 3 + 2 + 3 + 2


def test_images_without_objects_are_dropped(lost_and_found):
    """Every third frame: 0, 3, 6, 9, 12, of which 3 and 9 show nothing."""
    selection = select_frames(source(lost_and_found), every=3)
    chosen = [f for frames in selection.splits.values() for f in frames]
    maurener = [f for f in chosen if "Maurener" in f]
    assert [f[-3:] for f in maurener] == ["000", "060", "120"]


def test_splits_share_no_street(lost_and_found):
    splits = select_frames(source(lost_and_found)).splits
    streets = {
        split: {location(sequence(frame_id)) for frame_id in frame_ids}
        for split, frame_ids in splits.items()
    }
    assert streets["validation"] and streets["test"]
    assert not streets["validation"] & streets["test"]
    # Two sequences of one street, one of them in the official test split.
    assert {"Hanns_Klemm_Str"} <= streets["validation"] | streets["test"]


@pytest.mark.parametrize(
    ("name", "street"),
    [
        ("04_Maurener_Weg_8", "Maurener_Weg"),
        ("13_Elly_Beinhorn_Str", "Elly_Beinhorn_Str"),
        ("01_Hanns_Klemm_Str_45", "Hanns_Klemm_Str"),
    ],
)
def test_location(name, street):
    assert location(name) == street


@pytest.mark.parametrize("hazard", [26, 29, 40, 43])
def test_one_frame_with_a_child_or_bicycle_drops_its_sequence(
    lost_and_found, layouts, hazard
):
    labels = np.zeros((64, 128), np.uint8)
    labels[5, 5] = hazard
    name = "04_Maurener_Weg_8/04_Maurener_Weg_8_000000_000010_gtCoarse_labelIds.png"
    layouts.write_png(lost_and_found / "gtCoarse" / "test" / name, labels)
    assert "04_Maurener_Weg_8" in select_frames(source(lost_and_found)).dropped


def test_lists_for_annotators(lost_and_found, tmp_path):
    selection = select_frames(source(lost_and_found))
    write_selection(selection, tmp_path / "out")
    for split, frame_ids in selection.splits.items():
        lines = (tmp_path / "out" / f"{split}.txt").read_text().splitlines()
        assert lines == frame_ids


def test_unreadable_labels_are_listed(lost_and_found, tmp_path):
    path = next((lost_and_found / "gtCoarse").rglob("04_*_000000_000000_*.png"))
    path.write_bytes(path.read_bytes()[:-10])
    selection = select_frames(source(lost_and_found))
    assert len(selection.skipped) == 1 and path.name in selection.skipped[0]
    write_selection(selection, tmp_path / "out")
    assert path.name in (tmp_path / "out" / "skipped.txt").read_text()
    # A later selection in which all could be read says nothing of these.
    write_selection(dataclasses.replace(selection, skipped=[]), tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["dropped.txt", "test.txt", "validation.txt"]


def test_labels_that_the_system_cannot_read_are_not_skipped(lost_and_found):
    path = next((lost_and_found / "gtCoarse").rglob("04_*_000000_000000_*.png"))
    path.unlink()
    path.symlink_to(path.name)
    with pytest.raises(OSError, match="Too many levels of symbolic links; mend it"):
        select_frames(source(lost_and_found))


def test_nothing_left(lost_and_found, layouts):
    for path in (lost_and_found / "gtCoarse").rglob("*.png"):
        layouts.write_png(path, np.zeros((64, 128), np.uint8))
    with pytest.raises(ValueError, match="No frame of .* is left"):
        select_frames(source(lost_and_found))


def test_missing_labels(lost_and_found):
    (lost_and_found / "gtCoarse").rename(lost_and_found / "away")
    with pytest.raises(FileNotFoundError, match="neither 'gtCoarse' nor"):
        source(lost_and_found)
