"""A test set from the user's own masks of Lost & Found frames."""

import numpy as np
import pytest
import tensorflow_datasets as tfds

import tfds_builders

FRAME = "04_Maurener_Weg_8_000000_000020"


def load(tmp_path, lost_and_found, masks):
    assert tfds_builders
    return tfds.load(
        "fishyscapes/LostAndFoundAnnotated",
        data_dir=str(tmp_path / "data"),
        builder_kwargs={"lost_and_found": lost_and_found, "masks": masks},
    )


def mask(value=1):
    made = np.zeros((64, 128), np.uint8)
    made[20:30, 20:30] = value
    return made


def test_test_split(lost_and_found, layouts, tmp_path):
    masks = tmp_path / "masks"
    other = "01_Hanns_Klemm_Str_45_000000_000010"
    layouts.write_png(masks / f"{FRAME}_labels.png", mask())
    layouts.write_png(masks / f"0007_{other}_labels.png", mask(255))
    examples = list(tfds.as_numpy(load(tmp_path, lost_and_found, masks)["test"]))
    assert [e["basedata_id"].decode() for e in examples] == [other, FRAME]
    assert [e["image_id"] for e in examples] == [b"0000", b"0001"]
    np.testing.assert_array_equal(examples[1]["mask"][..., 0], mask())


@pytest.mark.parametrize(
    ("name", "content", "error", "match"),
    [
        ("04_Elsewhere_1_000000_000000", mask(), FileNotFoundError, "is not in"),
        (FRAME, mask(3), ValueError, "must hold only 0, 1 or 255; got 3"),
        (FRAME, mask()[:32], ValueError, "is 32x128, but its frame is 64x128"),
    ],
    ids=["unknown frame", "values", "size"],
)
def test_bad_masks(name, content, error, match, lost_and_found, layouts, tmp_path):
    masks = tmp_path / "masks"
    layouts.write_png(masks / f"{name}_labels.png", content)
    with pytest.raises(error, match=match):
        load(tmp_path, lost_and_found, masks)
    assert not list((tmp_path / "data").rglob("dataset_info.json"))


def test_no_masks(lost_and_found, tmp_path):
    (tmp_path / "masks").mkdir()
    with pytest.raises(FileNotFoundError, match="has no '<frame id>_labels.png'"):
        load(tmp_path, lost_and_found, tmp_path / "masks")


def test_two_masks_of_one_frame(lost_and_found, layouts, tmp_path):
    for name in (FRAME, f"0007_{FRAME}"):
        layouts.write_png(tmp_path / "masks" / f"{name}_labels.png", mask())
    match = f"0007_{FRAME}_labels.png' and .* are both masks of frame '{FRAME}': remove"
    with pytest.raises(ValueError, match=match):
        load(tmp_path, lost_and_found, tmp_path / "masks")


def test_pictures_that_are_no_masks_by_name(lost_and_found, layouts, tmp_path, caplog):
    names = [f"{FRAME}_labels.png", f"{FRAME}_labels (1).png", "more/x_labels.png"]
    for name in names:
        layouts.write_png(tmp_path / "masks" / name, mask())
    with caplog.at_level("WARNING", "absl"):
        found = load(tmp_path, lost_and_found, tmp_path / "masks")
    assert len(found["test"]) == 1
    assert f"lie directly there: {names[1]}, {names[2]}" in caplog.text
    assert "masks' holds pictures that are not used" in caplog.text


def test_masks_without_anything_normal(lost_and_found, layouts, tmp_path):
    content = np.ones((64, 128), np.uint8)
    content[:9] = 255
    layouts.write_png(tmp_path / "masks" / f"{FRAME}_labels.png", content)
    match = "No mask of '.*', split 'test', has an in-distribution pixel, whose value"
    with pytest.raises(ValueError, match=match):
        load(tmp_path, lost_and_found, tmp_path / "masks")
    assert not list((tmp_path / "data").rglob("dataset_info.json"))


def test_reversed_masks_are_told(lost_and_found, layouts, tmp_path, caplog):
    """Of the first 200 of 200 + 200 valid pixels are anomalous, of the second 201."""
    other = "01_Hanns_Klemm_Str_45_000000_000010"
    for frame, more in ((other, 0), (FRAME, 1)):
        content = np.full((64, 128), 255, np.uint8)
        content[0, :100], content[1, :100] = 0, 1
        content[2, :100], content[3, :100] = 0, 1
        content[4, :more] = 1
        layouts.write_png(tmp_path / "masks" / f"{frame}_labels.png", content)
    with caplog.at_level("WARNING", "absl"):
        load(tmp_path, lost_and_found, tmp_path / "masks")
    assert "1 masks (0001) are anomalous (1) in more than half of their" in caplog.text
