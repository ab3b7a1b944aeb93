"""Published data: every version is its own, from zips or folders, hashes checked."""

import dataclasses
import functools
import hashlib
import http.server
import threading

import cv2
import numpy as np
import pytest
import tensorflow_datasets as tfds

import tfds_builders
from tfds_builders.fishyscapes import archives

STATIC_FRAMES = ["frankfurt_000005_000019", "frankfurt_000002_000019"]
LAF_FRAMES = [
    "04_Maurener_Weg_8_000000_000020",
    "01_Hanns_Klemm_Str_45_000000_000010",
]


def load(name, tmp_path, manual=None, **builder_kwargs):
    assert tfds_builders
    config = tfds.download.DownloadConfig(manual_dir=manual)
    return tfds.load(
        f"fishyscapes/{name}",
        data_dir=str(tmp_path / "data"),
        builder_kwargs=builder_kwargs,
        download_and_prepare_kwargs={"download_config": config},
    )


def examples(*args, **kwargs):
    return list(tfds.as_numpy(load(*args, **kwargs)["validation"]))


@pytest.fixture
def static_zips(layouts, tmp_path):
    """fs_val_v1.zip to v3, each with other differences."""
    for version in (1, 2, 3):
        folder = tmp_path / "unzipped" / f"fs_val_v{version}"
        layouts.write_official(folder, STATIC_FRAMES, seed=version)
        layouts.zipped(folder, tmp_path / "zips" / f"fs_val_v{version}.zip")
    return tmp_path / "zips"


@pytest.fixture
def true_hashes(monkeypatch, static_zips):
    """Lets the table of hashes know the files written here."""
    for path in static_zips.glob("*.zip"):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        archive = dataclasses.replace(archives.ARCHIVES[path.name], sha256=digest)
        monkeypatch.setitem(archives.ARCHIVES, path.name, archive)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_static_is_frame_plus_its_own_difference(
    version, static_zips, true_hashes, cityscapes, tmp_path
):
    found = examples(
        f"Static:{version}.0.0",
        tmp_path,
        fishyscapes=static_zips,
        cityscapes=cityscapes,
    )
    assert [e["image_id"] for e in found] == [b"0000", b"0001"]
    assert [e["basedata_id"].decode() for e in found] == STATIC_FRAMES
    files = tmp_path / "unzipped" / f"fs_val_v{version}"
    for example, frame_id in zip(found, STATIC_FRAMES, strict=True):
        stem = f"{example['image_id'].decode()}_{frame_id}"
        base = cv2.imread(
            str(cityscapes / f"leftImg8bit/val/frankfurt/{frame_id}_leftImg8bit.png")
        )[..., ::-1].astype(int)
        difference = np.load(files / f"{stem}_rgb.npz")["rgb"].astype(int)
        np.testing.assert_array_equal(
            example["image_left"], np.clip(base + difference, 0, 255)
        )
        mask = cv2.imread(str(files / f"{stem}_labels.png"), -1)
        np.testing.assert_array_equal(example["mask"][..., 0], mask)


def test_versions_differ_and_load_again_without_sources(
    static_zips, true_hashes, cityscapes, tmp_path
):
    sources = {"fishyscapes": static_zips, "cityscapes": cityscapes}
    images = [
        examples(f"Static:{v}.0.0", tmp_path, **sources)[0]["image_left"]
        for v in (1, 2, 3)
    ]
    assert (images[0] != images[1]).any() and (images[1] != images[2]).any()
    static_zips.rename(tmp_path / "gone")
    for version, image in zip((1, 2, 3), images, strict=True):
        again = examples(f"Static:{version}.0.0", tmp_path)
        np.testing.assert_array_equal(again[0]["image_left"], image)
    # Without a version it is the newest.
    np.testing.assert_array_equal(
        examples("Static", tmp_path)[0]["image_left"], images[2]
    )


def test_folders_in_the_manual_directory(static_zips, cityscapes, tmp_path):
    manual = tmp_path / "unzipped"
    cityscapes.rename(manual / "cityscapes")
    assert len(examples("Static:2.0.0", tmp_path, manual)) == 2


def test_labels_of_cityscapes_are_not_needed(static_zips, cityscapes, tmp_path):
    (cityscapes / "gtFine").rename(tmp_path / "away")
    found = examples(
        "Static", tmp_path, fishyscapes=tmp_path / "unzipped", cityscapes=cityscapes
    )
    assert len(found) == 2


def assert_fails(error, match, name, tmp_path, *args, **kwargs):
    with pytest.raises(error, match=match) as caught:
        load(name, tmp_path, *args, **kwargs)
    assert "\n" not in str(caught.value) and "Failed to encode" not in str(caught.value)
    assert not list((tmp_path / "data").rglob("dataset_info.json"))


def test_unknown_config_and_version(tmp_path):
    match = "Unknown config 'Dynamic' of 'fishyscapes'. Known: LostAndFound, Original"
    assert_fails(ValueError, match, "Dynamic", tmp_path)
    match = "cannot be loaded at version 4.0.0, only: 3.0.0, 2.0.0, 1.0.0"
    assert_fails(ValueError, match, "Static:4.0.0", tmp_path)


def test_wrong_hash(static_zips, cityscapes, tmp_path):
    found = hashlib.sha256((static_zips / "fs_val_v3.zip").read_bytes()).hexdigest()
    expected = archives.ARCHIVES["fs_val_v3.zip"].sha256
    sources = {"fishyscapes": static_zips, "cityscapes": cityscapes}
    match = f"fs_val_v3.zip' has sha256 {found}, but the published file has {expected}"
    assert_fails(ValueError, match, "Static", tmp_path, **sources)
    assert len(examples("Static", tmp_path, verify_hashes=False, **sources)) == 2


def test_missing_zip(static_zips, cityscapes, tmp_path):
    (static_zips / "fs_val_v1.zip").unlink()
    sources = {"fishyscapes": static_zips, "cityscapes": cityscapes}
    match = "zips' has neither 'fs_val_v1.zip' nor its unpacked folder 'fs_val_v1'"
    assert_fails(FileNotFoundError, match, "Static:1.0.0", tmp_path, **sources)


def test_masks_alone_may_be_of_any_version(static_zips, cityscapes, tmp_path, caplog):
    folder = (tmp_path / "unzipped" / "fs_val_v2").rename(tmp_path / "download")
    sources = {"fishyscapes": folder, "cityscapes": cityscapes}
    with caplog.at_level("WARNING", "absl"):
        assert len(examples("Static:2.0.0", tmp_path, **sources)) == 2
    assert "download' holds masks of any version, and is taken for 'fs_val_v2'" in (
        caplog.text
    )
    caplog.clear()
    named = folder.rename(tmp_path / "unzipped" / "fs_val_v2")
    sources = {"fishyscapes": named, "cityscapes": cityscapes}
    match = "has neither 'fs_val_v3.zip' nor its unpacked folder 'fs_val_v3'; get it"
    assert_fails(FileNotFoundError, match, "Static", tmp_path / "other", **sources)
    assert len(examples("Static:2.0.0", tmp_path, **sources)) == 2
    assert "any version" not in caplog.text


def test_masks_alone_of_the_only_version(laf_masks, lost_and_found, tmp_path):
    folder = (laf_masks / "fishyscapes_lostandfound").rename(tmp_path / "download")
    sources = {"fishyscapes": folder, "lost_and_found": lost_and_found}
    assert len(examples("LostAndFound", tmp_path, **sources)) == 2


def test_an_interrupted_copy(static_zips, cityscapes, tmp_path, caplog):
    for path in (tmp_path / "unzipped" / "fs_val_v3").glob("0000_*"):
        path.unlink()
    sources = {"fishyscapes": tmp_path / "unzipped", "cityscapes": cityscapes}
    match = "fs_val_v3' has an example 0001, but none of number 0000; copy the download"
    assert_fails(ValueError, match, "Static", tmp_path, **sources)
    with caplog.at_level("WARNING", "absl"):
        examples("Static:2.0.0", tmp_path, **sources)
    assert "fs_val_v2' has 2 examples, but 30 were published: no" in caplog.text


def test_missing_difference(static_zips, cityscapes, tmp_path):
    path = next((tmp_path / "unzipped" / "fs_val_v3").glob("0001_*_rgb.npz"))
    path.unlink()
    sources = {"fishyscapes": tmp_path / "unzipped", "cityscapes": cityscapes}
    match = r"has no '0001_\*_rgb.npz' beside it; unpack the download again"
    assert_fails(FileNotFoundError, match, "Static", tmp_path, **sources)


def test_truncated_difference(static_zips, cityscapes, tmp_path):
    path = next((tmp_path / "unzipped" / "fs_val_v3").glob("0001_*_rgb.npz"))
    path.write_bytes(path.read_bytes()[:100])
    sources = {"fishyscapes": tmp_path / "unzipped", "cityscapes": cityscapes}
    match = r"_rgb.npz' is truncated, damaged or of .*; download it again"
    assert_fails(ValueError, match, "Static", tmp_path, **sources)


def test_frames_of_another_size(static_zips, layouts, tmp_path):
    frames = layouts.write_cityscapes(tmp_path / "small", size=(32, 64))
    sources = {"fishyscapes": tmp_path / "unzipped", "cityscapes": frames}
    match = "is for an image of 64x128, but frame 'frankfurt_000005_000019' is 32x64"
    assert_fails(ValueError, match, "Static", tmp_path, **sources)


def test_missing_frame(static_zips, cityscapes, tmp_path):
    next((cityscapes / "leftImg8bit").rglob("frankfurt_000005*")).unlink()
    sources = {"fishyscapes": tmp_path / "unzipped", "cityscapes": cityscapes}
    match = "Frame 'frankfurt_000005_000019' of example '0000' is not in"
    assert_fails(FileNotFoundError, match, "Static", tmp_path, **sources)


def test_mask_with_other_values(static_zips, cityscapes, layouts, tmp_path):
    path = next((tmp_path / "unzipped" / "fs_val_v3").glob("0001_*_labels.png"))
    layouts.write_png(path, np.full((64, 128), 7, np.uint8))
    sources = {"fishyscapes": tmp_path / "unzipped", "cityscapes": cityscapes}
    match = "_labels.png' must hold only 0, 1 or 255; got 7"
    assert_fails(ValueError, match, "Static", tmp_path, **sources)


@pytest.fixture
def laf_masks(layouts, tmp_path):
    folder = tmp_path / "published" / "fishyscapes_lostandfound"
    layouts.write_official(folder, LAF_FRAMES, 0, overlays=False)
    return folder.parent


@pytest.mark.parametrize("packed", [False, True], ids=["folders", "zips"])
@pytest.mark.parametrize("name", ["LostAndFound", "OriginalLostAndFound"])
def test_lost_and_found_of_both_splits(
    name, packed, laf_masks, lost_and_found, layouts, tmp_path
):
    source = lost_and_found
    if packed:
        source = tmp_path / "zips"
        for part in ("leftImg8bit", "gtCoarse"):
            layouts.zipped(lost_and_found / part, source / f"{part}.zip", f"{part}/")
    sources = {"fishyscapes": laf_masks, "lost_and_found": source}
    found = examples(name, tmp_path, verify_hashes=False, **sources)
    assert [e["basedata_id"].decode() for e in found] == LAF_FRAMES
    frames = (("test", LAF_FRAMES[0]), ("train", LAF_FRAMES[1]))
    for example, (split, frame_id) in zip(found, frames, strict=True):
        sequence = frame_id[: -len("_000000_000000")]
        path = f"{split}/{sequence}/{frame_id}"
        image = lost_and_found / "leftImg8bit" / f"{path}_leftImg8bit.png"
        np.testing.assert_array_equal(
            example["image_left"], cv2.imread(str(image))[..., ::-1]
        )
        if name == "LostAndFound":
            (mask,) = (laf_masks / "fishyscapes_lostandfound").glob(f"*{frame_id}_l*")
            expected = cv2.imread(str(mask), -1)
        else:  # 0 is void, 1 road, a hazard above
            ids = lost_and_found / "gtCoarse" / f"{path}_gtCoarse_labelIds.png"
            ids = cv2.imread(str(ids), -1)
            expected = np.where(ids == 0, 255, np.where(ids == 1, 0, 1))
        np.testing.assert_array_equal(example["mask"][..., 0], expected)


def test_original_labels_are_needed_for_original_masks_only(
    laf_masks, lost_and_found, tmp_path
):
    (lost_and_found / "gtCoarse").rename(tmp_path / "away")
    sources = {"fishyscapes": laf_masks, "lost_and_found": lost_and_found}
    match = "has neither 'gtCoarse' nor 'gtCoarse.zip'"
    assert_fails(FileNotFoundError, match, "OriginalLostAndFound", tmp_path, **sources)
    assert len(examples("LostAndFound", tmp_path, **sources)) == 2


def test_wrong_hash_of_the_base_images(laf_masks, lost_and_found, layouts, tmp_path):
    source = tmp_path / "zips"
    images = lost_and_found / "leftImg8bit"
    layouts.zipped(images, source / "leftImg8bit.zip", "leftImg8bit/")
    sources = {"fishyscapes": laf_masks, "lost_and_found": source}
    match = "leftImg8bit.zip' has sha256 .* but the published file has 307f66"
    assert_fails(ValueError, match, "LostAndFound", tmp_path, **sources)


@pytest.fixture
def server(static_zips, monkeypatch):
    """Serves the zips on this machine instead of the dying servers."""
    handler = functools.partial(
        http.server.SimpleHTTPRequestHandler, directory=str(static_zips)
    )
    handler.log_message = lambda *args: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        for name, archive in list(archives.ARCHIVES.items()):
            url = f"http://127.0.0.1:{running.server_port}/{name}"
            changed = dataclasses.replace(archive, url=url)
            monkeypatch.setitem(archives.ARCHIVES, name, changed)
        yield
        running.shutdown()


def test_downloads_only_if_asked(
    static_zips, true_hashes, server, cityscapes, tmp_path
):
    empty = tmp_path / "empty"
    empty.mkdir()
    sources = {"fishyscapes": empty, "cityscapes": cityscapes}
    match = "empty' has neither 'fs_val_v2.zip' nor .* or pass allow_downloads=True"
    assert_fails(FileNotFoundError, match, "Static:2.0.0", tmp_path, **sources)
    found = examples("Static:2.0.0", tmp_path, allow_downloads=True, **sources)
    assert len(found) == 2 and (empty / "fs_val_v2.zip").is_file()


def test_failed_download(static_zips, server, cityscapes, tmp_path):
    (static_zips / "fs_val_v2.zip").unlink()
    empty = tmp_path / "empty"
    empty.mkdir()
    sources = {"fishyscapes": empty, "cityscapes": cityscapes}
    match = "'fs_val_v2.zip' could not be downloaded from http.* get it elsewhere and"
    assert_fails(
        FileNotFoundError,
        match,
        "Static:2.0.0",
        tmp_path,
        allow_downloads=True,
        **sources,
    )
