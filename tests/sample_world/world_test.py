import concurrent.futures
import dataclasses
import os
import re
import shutil

import cv2
import numpy as np
import pytest

from fs_tf import files
from fs_tf.sample_world import SampleWorld, write_sample_world
from fs_tf.sample_world.world import _run


def contents(directory):
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def test_layout_is_that_of_the_real_downloads(world):
    names = contents(world).keys()
    patterns = {
        r"cityscapes/leftImg8bit/train/([a-z]+)/\1_\d{6}_\d{6}_leftImg8bit\.png": 3,
        r"cityscapes/gtFine/train/([a-z]+)/\1_\d{6}_\d{6}_gtFine_labelIds\.png": 3,
        r"cityscapes/disparity/val/([a-z]+)/\1_\d{6}_\d{6}_disparity\.png": 2,
        r"cityscapes/camera/val/([a-z]+)/\1_\d{6}_\d{6}_camera\.json": 2,
        r"VOCdevkit/VOC2012/JPEGImages/\d{4}_\d{6}\.jpg": 5,
        r"VOCdevkit/VOC2012/SegmentationClass/\d{4}_\d{6}\.png": 5,
        r"VOCdevkit/VOC2012/SegmentationObject/\d{4}_\d{6}\.png": 5,
        r"VOCdevkit/VOC2012/ImageSets/Segmentation/(train|val|trainval)\.txt": 3,
        r"lost_and_found/leftImg8bit/(train|test)/(\w+)/\2_\d{6}_\d{6}_left.*\.png": 10,
        r"lost_and_found/gtCoarse/(train|test)/(\w+)/\2_\d{6}_\d{6}_gtC.*Ids\.png": 10,
        r"web_cutouts/\w+\.png": 7,
        r"manual/fishyscapes_lostandfound\.zip": 1,
    }
    for pattern, count in patterns.items():
        found = [name for name in names if re.fullmatch(pattern, name)]
        assert len(found) == count, pattern
    assert all(files.is_ours(name) for name in names)


def test_train_and_val_have_their_own_cities(world):
    train, val = (
        {path.name for path in (world / "cityscapes/gtFine" / split).iterdir()}
        for split in ("train", "val")
    )
    assert len(train) == 3 and len(val) == 2 and not train & val


def test_bytes_repeat_in_any_order_and_in_other_processes(world, tiny, tmp_path):
    work, last = tiny.stages()
    _run(work[::-1], tmp_path)  # enough files for two processes where there are cores
    for job in last:
        job.run(tmp_path)
    again, first = contents(tmp_path), contents(world)
    first.pop("world.json")
    assert again.keys() == first.keys()
    assert [name for name in first if again[name] != first[name]] == []


def test_another_seed_gives_other_frames(world, tiny, tmp_path):
    other = dataclasses.replace(tiny, seed=4)
    job = other.stages()[0][0]
    job.run(tmp_path)
    assert all(
        (tmp_path / path).read_bytes() != (world / path).read_bytes()
        for path in job.paths
    )


def test_interrupted_run_continues(world, tiny, tmp_path):
    partial = tmp_path / "world.partial"
    shutil.copytree(world, partial)
    lost = partial / "web_cutouts" / "tiger.png"
    lost.unlink()
    (partial / "web_cutouts" / ".partial-0123-tiger.png").write_bytes(b"half")
    kept = partial / "web_cutouts" / "zebra.png"
    before = kept.stat().st_mtime_ns
    write_sample_world(tmp_path / "world", tiny)
    assert not partial.exists()
    assert contents(tmp_path / "world") == contents(world)
    assert (tmp_path / "world/web_cutouts/zebra.png").stat().st_mtime_ns == before


def test_unfinished_run_with_other_parameters_is_dropped(tiny, tmp_path):
    empty = SampleWorld(64, 0, 0, 0, 0, 0, 0, 0)
    partial = tmp_path / "world.partial"
    partial.mkdir()
    (partial / "world.json").write_text('{"seed": 99}')
    (partial / "stale.png").write_bytes(b"")
    write_sample_world(tmp_path / "world", empty)
    assert not (tmp_path / "world" / "stale.png").exists()


def test_a_run_killed_at_its_first_file_continues(tmp_path):
    (tmp_path / "world.partial").mkdir()
    (tmp_path / "world.partial" / ".partial-0123-world.json").write_text("{")
    write_sample_world(tmp_path / "world", SampleWorld(64, 0, 0, 0, 0, 0, 0, 0))
    assert [name for name in os.listdir(tmp_path) if files.is_ours(name)] == ["world"]


def test_of_two_that_write_one_world_the_second_waits(tmp_path):
    empty = SampleWorld(64, 0, 0, 0, 0, 0, 0, 0)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with files.lock(tmp_path / "world"):
            second = pool.submit(write_sample_world, tmp_path / "world", empty)
            with pytest.raises(concurrent.futures.TimeoutError):
                second.result(0.5)
            assert not (tmp_path / "world.partial").exists()
        second.result()
    before = (tmp_path / "world" / "world.json").stat().st_mtime_ns
    write_sample_world(tmp_path / "world", empty)
    assert (tmp_path / "world" / "world.json").stat().st_mtime_ns == before


def test_finished_world_is_kept(world, tiny):
    before = (world / "world.json").stat().st_mtime_ns
    write_sample_world(world, tiny)
    assert (world / "world.json").stat().st_mtime_ns == before


def test_other_parameters_are_refused(world, tiny):
    with pytest.raises(FileExistsError, match="else: `seed` is 3, not 5"):
        write_sample_world(world, dataclasses.replace(tiny, seed=5))


@pytest.mark.parametrize("name", ["world", "world.partial"])
def test_foreign_directory_is_refused(tiny, tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "thesis.txt").write_text("do not delete")
    with pytest.raises(FileExistsError, match=f"{name}' holds files but no sample"):
        write_sample_world(tmp_path / "world", tiny)
    assert (tmp_path / name / "thesis.txt").exists()


def test_file_instead_of_directory_is_refused(tiny, tmp_path):
    (tmp_path / "world").write_text("")
    with pytest.raises(FileExistsError, match="is a file"):
        write_sample_world(tmp_path / "world", tiny)


@pytest.mark.parametrize("text", ["{", "3", '["a"]'])
def test_damaged_parameters_are_named(tiny, tmp_path, text):
    (tmp_path / "world").mkdir()
    (tmp_path / "world" / "world.json").write_text(text)
    with pytest.raises(ValueError, match="world.json' is damaged .*: remove"):
        write_sample_world(tmp_path / "world", tiny)


@pytest.mark.parametrize("height", [32, 100, 2048])
def test_bad_height(height):
    with pytest.raises(
        ValueError, match=f"multiple of 16 within 64..1024; got {height}"
    ):
        SampleWorld(height=height)


def test_negative_count():
    with pytest.raises(ValueError, match="`val_frames` must not be negative; got -1"):
        SampleWorld(val_frames=-1)


def test_images_and_labels_have_one_size(world):
    for path in (world / "cityscapes/leftImg8bit").rglob("*.png"):
        name = path.as_posix().replace("leftImg8bit/", "gtFine/")
        name = name.replace("_leftImg8bit", "_gtFine_labelIds")
        image, label_ids = cv2.imread(str(path), -1), cv2.imread(name, -1)
        assert image.shape == (64, 128, 3) and image.dtype == np.uint8
        assert label_ids.shape == (64, 128) and label_ids.dtype == np.uint8
