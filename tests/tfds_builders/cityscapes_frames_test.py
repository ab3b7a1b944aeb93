"""cityscapes_frames: the frames as they are, with train ids."""

import zipfile

import cv2
import numpy as np
import pytest
import tensorflow_datasets as tfds

import tfds_builders
from fs_tf import labels as label_ids


def load(data_dir, split=None, **builder_kwargs):
    assert tfds_builders
    return tfds.load(
        "cityscapes_frames",
        split=split,
        data_dir=str(data_dir),
        builder_kwargs=builder_kwargs,
    )


def frame_files(cityscapes, split, city, frame_id):
    return (
        cityscapes / "leftImg8bit" / split / city / f"{frame_id}_leftImg8bit.png",
        cityscapes / "gtFine" / split / city / f"{frame_id}_gtFine_labelIds.png",
    )


def test_examples_are_the_files(cityscapes, tmp_path):
    splits = load(tmp_path / "data", cityscapes=cityscapes)
    assert {name: len(split) for name, split in splits.items()} == {
        "train": 3,
        "validation": 8,
    }
    for name, folder, city in (
        ("train", "train", "jena"),
        ("validation", "val", "frankfurt"),
    ):
        ids = []
        for example in tfds.as_numpy(splits[name]):
            ids.append(example["image_id"].decode())
            image, labels = frame_files(cityscapes, folder, city, ids[-1])
            expected = cv2.imread(str(image))[..., ::-1]
            np.testing.assert_array_equal(example["image_left"], expected)
            train_ids = label_ids.train_ids(cv2.imread(str(labels), -1))
            np.testing.assert_array_equal(
                example["segmentation_label"][..., 0], train_ids
            )
        assert ids == sorted(ids)


def test_zips_and_folders_give_the_same_records(cityscapes, tmp_path):
    zips = tmp_path / "zips"
    zips.mkdir()
    for part in ("leftImg8bit", "gtFine"):
        with zipfile.ZipFile(zips / f"{part}_trainvaltest.zip", "w") as archive:
            for path in sorted((cityscapes / part).rglob("*.png")):
                archive.write(path, path.relative_to(cityscapes))
    load(tmp_path / "a", cityscapes=cityscapes)
    load(tmp_path / "b", cityscapes=zips)
    records = [
        [path.read_bytes() for path in sorted((tmp_path / run).rglob("*tfrecord*"))]
        for run in "ab"
    ]
    assert len(records[0]) == 2 and records[0] == records[1]


def test_loads_again_without_the_source(cityscapes, tmp_path):
    load(tmp_path / "data", cityscapes=cityscapes)
    cityscapes.rename(tmp_path / "gone")
    assert len(load(tmp_path / "data", "train")) == 3
    match = "is not a folder; pass the folder of the data, or none for a dataset that"
    with pytest.raises(FileNotFoundError, match=match):
        load(tmp_path / "data", "train", cityscapes=cityscapes)


def test_resizes_and_refuses_another_size_afterwards(cityscapes, tmp_path):
    split = load(tmp_path / "data", "train", cityscapes=cityscapes, image_size=(32, 64))
    example = next(iter(tfds.as_numpy(split)))
    assert example["image_left"].shape == (32, 64, 3)
    assert set(np.unique(example["segmentation_label"])) <= {0, 2, 10, 255}
    match = r"something else: `image_size` is \[32, 64\], not \[16, 32\]"
    with pytest.raises(FileExistsError, match=match):
        load(tmp_path / "data", "train", cityscapes=cityscapes, image_size=(16, 32))


def test_overwriting_allows_other_settings(cityscapes, tmp_path):
    load(tmp_path / "data", cityscapes=cityscapes, image_size=(32, 64))
    anew = tfds.download.DownloadConfig(
        download_mode=tfds.GenerateMode.REUSE_CACHE_IF_EXISTS
    )
    split = tfds.load(
        "cityscapes_frames",
        split="train",
        data_dir=str(tmp_path / "data"),
        builder_kwargs={"cityscapes": cityscapes, "image_size": (48, 96)},
        download_and_prepare_kwargs={"download_config": anew},
    )
    assert next(iter(tfds.as_numpy(split)))["image_left"].shape == (48, 96, 3)


@pytest.mark.parametrize("size", [(64,), 64, "64x128"])
def test_bad_image_size(cityscapes, tmp_path, size):
    match = r"image_size must be \(height, width\), at least 32x32; got .?64"
    assert_fails(tmp_path, ValueError, match, cityscapes=cityscapes, image_size=size)


def assert_fails(tmp_path, error, match, **builder_kwargs):
    """The message is one clean sentence and nothing is left that loads."""
    with pytest.raises(error, match=match) as caught:
        load(tmp_path / "data", **builder_kwargs)
    assert "\n" not in str(caught.value) and "Failed to encode" not in str(caught.value)
    assert not list((tmp_path / "data").rglob("dataset_info.json"))


def test_missing_directory(tmp_path):
    assert_fails(
        tmp_path,
        FileNotFoundError,
        "cityscapes='.*nowhere' is not a folder",
        cityscapes=tmp_path / "nowhere",
    )


def test_missing_manual_directory(tmp_path):
    match = (
        "the manual directory '.*manual' is missing or empty; put the data there, or"
    )
    assert_fails(tmp_path, FileNotFoundError, match)


def test_manual_directory_without_the_files(tmp_path):
    manual = tmp_path / "data" / "downloads" / "manual"
    manual.mkdir(parents=True)
    (manual / "notes.txt").write_text("no data yet")
    match = "manual' has neither 'leftImg8bit' nor 'leftImg8bit_trainvaltest.zip'"
    assert_fails(tmp_path, FileNotFoundError, match)


def test_directory_without_frames(cityscapes, tmp_path):
    (cityscapes / "leftImg8bit").rename(tmp_path / "away")
    (cityscapes / "leftImg8bit" / "test").mkdir(parents=True)
    match = r"has no '\*_leftImg8bit.png' in 'leftImg8bit/train'"
    assert_fails(tmp_path, FileNotFoundError, match, cityscapes=cityscapes)


@pytest.mark.parametrize("part", [0, 1], ids=["image", "labels"])
def test_truncated_png(cityscapes, tmp_path, part):
    path = frame_files(cityscapes, "val", "frankfurt", "frankfurt_000004_000019")[part]
    path.write_bytes(path.read_bytes()[:-200])
    match = "frankfurt_000004_000019.*' is not a complete PNG or JPEG image; copy"
    assert_fails(tmp_path, ValueError, match, cityscapes=cityscapes)


def test_labels_of_another_size(cityscapes, tmp_path):
    path = frame_files(cityscapes, "train", "jena", "jena_000001_000019")[1]
    cv2.imwrite(str(path), np.zeros((32, 128), np.uint8))
    match = "jena_000001_000019_gtFine_labelIds.png' is 32x128, but its image is 64x128"
    assert_fails(tmp_path, ValueError, match, cityscapes=cityscapes)


def test_missing_labels(cityscapes, tmp_path):
    frame_files(cityscapes, "train", "jena", "jena_000001_000019")[1].unlink()
    match = "jena_000001_000019_gtFine_labelIds.png' is missing"
    assert_fails(tmp_path, FileNotFoundError, match, cityscapes=cityscapes)
