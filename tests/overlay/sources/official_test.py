"""Every example has one mask, and its differences are those of images."""

import shutil

import numpy as np
import pytest

from fs_tf.overlay.sources.official import Official

FRAMES = ["frankfurt_000000_000019", "frankfurt_000001_000019"]


@pytest.fixture
def folder(layouts, tmp_path):
    return layouts.write_official(tmp_path / "fs_val_v3", FRAMES, seed=0)


@pytest.mark.parametrize("copy", ["nested/{}", "1_other_labels.png"])
def test_two_masks_of_one_number(copy, folder):
    path = folder / f"0001_{FRAMES[1]}_labels.png"
    target = folder / copy.format(path.name)
    target.parent.mkdir(exist_ok=True)
    shutil.copy(path, target)
    match = "' are both '_labels.png' of example 0*1: remove one"
    with pytest.raises(ValueError, match=match) as caught:
        Official(folder)
    assert f"'{target}'" in str(caught.value) and f"'{path}'" in str(caught.value)


def test_two_differences_of_one_number(folder):
    path = folder / f"0001_{FRAMES[1]}_rgb.npz"
    shutil.copy(path, folder / "0001_other_rgb.npz")
    with pytest.raises(ValueError, match="are both '_rgb.npz' of example 0001: remove"):
        Official(folder)


def test_a_difference_without_a_mask(folder):
    (folder / f"0001_{FRAMES[1]}_labels.png").unlink()
    with pytest.raises(ValueError, match="0001_.*_rgb.npz' has no mask of its number"):
        Official(folder)


@pytest.mark.parametrize("value", [256, -256, 32767])
def test_differences_that_images_cannot_have(value, folder):
    rgb = np.zeros((64, 128, 3), np.int16)
    rgb[3, 4, 1] = value
    path = folder / f"0000_{FRAMES[0]}_rgb.npz"
    np.savez_compressed(path, rgb=rgb)
    source = Official(folder)
    match = f"'rgb' in '.*{path.name}' must be diff.* within -255..255; got .*{value}"
    with pytest.raises(ValueError, match=match):
        source.difference(source.examples()[0])


def test_differences_at_the_limits(folder):
    rgb = np.zeros((64, 128, 3), np.int16)
    rgb[0, 0, :2] = (-255, 255)
    np.savez_compressed(folder / f"0000_{FRAMES[0]}_rgb.npz", rgb=rgb)
    source = Official(folder)
    np.testing.assert_array_equal(source.difference(source.examples()[0]), rgb)


def test_as_many_as_were_published_are_all(folder, caplog):
    with caplog.at_level("WARNING", "absl"):
        Official(folder).check_complete(2)
        assert not caplog.text
        Official(folder).check_complete(3)
    assert "fs_val_v3' has 2 examples, but 3 were published: no" in caplog.text


def test_a_gap_between_the_numbers(folder, layouts):
    layouts.write_png(folder / "0003_a_b_labels.png", np.zeros((64, 128), np.uint8))
    match = "v3' has an example 0003, but none of number 0002; copy the download again"
    with pytest.raises(ValueError, match=match):
        Official(folder).check_complete(4)
