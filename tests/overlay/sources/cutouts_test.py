"""Cutouts need transparency; Cityscapes classes among them are controls."""

import numpy as np
import pytest

from fs_tf.overlay.sources.cutouts import Cutouts, category_of


def test_objects_and_controls(cutouts):
    source = Cutouts(cutouts)
    found, skipped = source.objects()
    assert [(item.name, item.category) for item in found] == [
        ("bird/a.png", "bird"),
        ("lion_1.png", "lion"),
        ("tiger_1.png", "tiger"),
    ]
    (control,) = source.controls()
    assert control.category == "car" and source.cutout(control).code == 0
    assert not skipped


def test_nearly_opaque_is_opaque_and_soft_is_recognized(cutouts):
    source = Cutouts(cutouts)
    bird, lion, tiger = (source.cutout(item) for item in source.objects()[0])
    assert tiger.alpha.max() == 1  # stored as 252 of 255
    assert lion.is_soft and not tiger.is_soft and not bird.is_soft
    assert tiger.rgb.shape[:2] == tiger.alpha.shape == (72, 72)  # cropped


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("tiger.png", "tiger"),
        ("tiger_03.png", "tiger"),
        ("polar_bear-12.png", "polar bear"),
        ("a/Lion/7.png", "lion"),
        ("12.png", "object"),
    ],
)
def test_category(name, category):
    assert category_of(name) == category


def test_bad_files_are_listed_and_skipped(cutouts, layouts):
    layouts.write_png(cutouts / "plain_1.png", np.zeros((90, 90, 3), np.uint8))
    empty = np.zeros((90, 90, 4), np.uint8)
    layouts.write_png(cutouts / "ghost_1.png", empty)
    layouts.write_png(cutouts / "ant_1.png", layouts.disc((1, 2, 3), size=20))
    path = cutouts / "tiger_1.png"
    path.write_bytes(path.read_bytes()[:-50])
    (cutouts / "zebra").mkdir()
    found, skipped = Cutouts(cutouts).objects()
    assert [item.category for item in found] == ["bird", "lion"]
    text = "\n".join(skipped)
    assert "plain_1.png' has no alpha channel" in text
    assert "ghost_1.png' is fully transparent" in text
    assert "ant_1.png' shows an object of only" in text
    assert "tiger_1.png' is not a complete PNG" in text
    assert "zebra' holds no .png; the class 'zebra' is left out." in text


def test_nothing_usable_names_the_first_problem(tmp_path, layouts):
    layouts.write_png(tmp_path / "x_1.png", np.zeros((90, 90, 3), np.uint8))
    with pytest.raises(ValueError, match="first problem: .*x_1.png' has no alpha"):
        Cutouts(tmp_path).objects()


def test_nothing_at_all(tmp_path):
    with pytest.raises(ValueError, match=r"that Cityscapes lacks\. Put RGBA PNGs"):
        Cutouts(tmp_path).objects()


def test_missing_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere' does not exist"):
        Cutouts(tmp_path / "nowhere")
