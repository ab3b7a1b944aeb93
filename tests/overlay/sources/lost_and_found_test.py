"""Frames of Lost & Found are known by their ids, in both splits together."""

import shutil

import pytest

from fs_tf.overlay.sources.lost_and_found import LostAndFound


@pytest.fixture
def lost_and_found(layouts, tmp_path):
    return layouts.write_lost_and_found(tmp_path / "lost_and_found")


@pytest.mark.parametrize("copy", ["test/01_Hanns_Klemm_Str_45", "train/01_H (copy)"])
def test_one_frame_in_two_folders(copy, lost_and_found):
    images = lost_and_found / "leftImg8bit"
    shutil.copytree(images / "train" / "01_Hanns_Klemm_Str_45", images / copy)
    match = "' and '.*' are both frame '01_Hanns_Klemm_Str_45_000000_000000': remove"
    with pytest.raises(ValueError, match=match) as caught:
        LostAndFound(lost_and_found).frames()
    assert copy in str(caught.value)


def test_frames_of_both_splits(lost_and_found):
    frames = LostAndFound(lost_and_found).frames()
    assert {frame.split for frame in frames.values()} == {"train", "test"}
    assert len(frames) == 13 + 7 + 13 + 7 + 7


def test_a_home_of_nobody():
    with pytest.raises(FileNotFoundError, match="'~nobody-here/x' has neither"):
        LostAndFound("~nobody-here/x")
