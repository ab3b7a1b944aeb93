"""The official layouts, and the sheet."""

import cv2
import numpy as np
import pytest

from fs_tf.overlay.contact_sheet import (
    contact_sheet,
    mask_colors,
    write_contact_sheet,
)
from fs_tf.overlay.export import export_dataset
from fs_tf.overlay.sources.cityscapes import Cityscapes
from fs_tf.overlay.sources.official import Official

FRAMES = ["frankfurt_000003_000019", "frankfurt_000000_000019"]


@pytest.fixture
def examples():
    rng = np.random.default_rng(0)
    return [
        {
            "image_id": f"{index:04d}".encode(),
            "basedata_id": frame_id.encode(),
            "image_left": rng.integers(0, 256, (64, 128, 3), np.uint8),
            "mask": rng.choice([0, 1, 255], (64, 128, 1)).astype(np.uint8),
        }
        for index, frame_id in enumerate(FRAMES)
    ]


def test_official_layout_reads_back(examples, cityscapes, tmp_path):
    assert export_dataset(examples, tmp_path / "out", "official", cityscapes) == 2
    official = Official(tmp_path / "out" / "overlays")
    source = Cityscapes(cityscapes)
    frames = {frame.frame_id: frame for frame in source.frames("val")}
    assert [e.frame_id for e in official.examples()] == FRAMES
    for published, example in zip(official.examples(), examples, strict=True):
        base = source.image(frames[published.frame_id])
        np.testing.assert_array_equal(
            official.overlaid(published, base), example["image_left"]
        )
        np.testing.assert_array_equal(
            official.mask_file(published)[1], example["mask"][..., 0]
        )
        assert official.difference(published).dtype == np.int16
    name = tmp_path / "out" / "images" / f"0001_{FRAMES[1]}_rgb.png"
    np.testing.assert_array_equal(
        cv2.imread(str(name))[..., ::-1], examples[1]["image_left"]
    )
    # What is mounted as /input holds images only.
    names = {path.name.split("_")[-1] for path in name.parent.iterdir()}
    assert names == {"rgb.png"}


def test_an_empty_folder_is_filled(examples, tmp_path):
    (tmp_path / "out").mkdir()
    assert export_dataset(examples, tmp_path / "out", "images") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_images_layout_needs_no_frames(examples, tmp_path):
    export_dataset(examples, tmp_path / "out", "images")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "images",
        "labels",
    ]


def assert_nothing_written(tmp_path):
    assert not [path for path in tmp_path.iterdir() if "out" in path.name]


def test_frames_are_needed_for_differences(examples, tmp_path):
    with pytest.raises(ValueError, match="give their folder, or use the format"):
        export_dataset(examples, tmp_path / "out")


def test_frames_of_another_size(examples, layouts, tmp_path):
    layouts.write_cityscapes(tmp_path / "c", size=(32, 64))
    with pytest.raises(ValueError, match="is 32x64, its example 64x128"):
        export_dataset(examples, tmp_path / "out", "official", tmp_path / "c")
    assert_nothing_written(tmp_path)


def test_missing_frame(examples, cityscapes, tmp_path):
    examples[1]["basedata_id"] = b"aachen_000000_000019"
    with pytest.raises(FileNotFoundError, match="'aachen_000000_000019' is not in"):
        export_dataset(examples, tmp_path / "out", "official", cityscapes)
    assert_nothing_written(tmp_path)


def test_folder_in_use_unknown_format_and_no_examples(examples, tmp_path):
    with pytest.raises(FileExistsError, match="is not empty; choose another folder"):
        (tmp_path / "used").mkdir()
        (tmp_path / "used" / "file").write_text("")
        export_dataset(examples, tmp_path / "used", "images")
    with pytest.raises(KeyError, match="Unknown export format 'zip'. Known: official"):
        export_dataset(examples, tmp_path / "out", "zip")
    with pytest.raises(ValueError, match="no examples to export"):
        export_dataset([], tmp_path / "out", "images")
    assert_nothing_written(tmp_path)


def test_sheet_shows_image_and_mask(examples):
    sheet = contact_sheet(examples, height=64, columns=2)
    # Two cells of: caption 18, picture 64, gap 8; gap 8, 128, 8, 128, 8.
    assert sheet.shape == (90, 560, 3)
    np.testing.assert_array_equal(sheet[18:82, 8:136], examples[0]["image_left"])
    np.testing.assert_array_equal(
        sheet[18:82, 144:272], mask_colors(examples[0]["mask"][..., 0])
    )


def test_a_sheet_is_written_in_one_step(examples, tmp_path):
    path = tmp_path / "new" / "sheet.png"
    write_contact_sheet(examples, path, height=64, columns=2)
    sheet = contact_sheet(examples, height=64, columns=2)
    np.testing.assert_array_equal(cv2.imread(str(path))[..., ::-1], sheet)
    assert [file.name for file in path.parent.iterdir()] == ["sheet.png"]


def test_sheet_of_odd_counts_and_none(examples):
    assert contact_sheet(examples[:1], 32, 3).shape[1] == 3 * 152
    with pytest.raises(ValueError, match="no examples to draw"):
        contact_sheet([], 32, 2)
