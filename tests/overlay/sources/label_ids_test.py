"""Label ids are known ones, and no train ids."""

import re

import cv2
import numpy as np
import pytest

from fs_tf import labels
from fs_tf.overlay.sources.cityscapes import Cityscapes
from fs_tf.overlay.sources.lost_and_found import LostAndFound

SUFFIX = "_gtFine_labelIds.png"


@pytest.fixture
def frame_and_source(cityscapes):
    source = Cityscapes(cityscapes)
    return source.frames("val")[0], source


def path_of(source, frame, suffix=SUFFIX):
    return source.directory / "gtFine" / frame.name(suffix)


def write(source, frame, ids):
    path = path_of(source, frame)
    cv2.imwrite(str(path), np.resize(np.array(ids, np.uint8), (64, 128)))
    return re.escape(str(path))


@pytest.mark.parametrize("code", [34, 75, 254])
def test_unknown_label_ids_are_refused_by_name(frame_and_source, code):
    frame, source = frame_and_source
    name = write(source, frame, [7, 26, code])
    match = rf"'{name}' holds the label id {code}, but ids are 0\.\.33 and 255; use"
    with pytest.raises(ValueError, match=match):
        source.labels(frame)
    with pytest.raises(ValueError, match=match):
        source.image_and_labels(frame)


@pytest.mark.parametrize(
    "ids", [range(34), [7, 255, 26], [7, 11], [255], [0, 1, 18]], ids=str
)
def test_label_ids_of_all_kinds(frame_and_source, ids):
    frame, source = frame_and_source
    write(source, frame, list(ids))
    assert set(np.unique(source.labels(frame))) == set(ids)


@pytest.mark.parametrize("ids", [[*range(19), 255], [0, 255], [13, 255]], ids=str)
def test_train_ids_under_the_name_of_label_ids(frame_and_source, ids):
    frame, source = frame_and_source
    name = write(source, frame, ids)
    match = f"'{name}' looks like train ids .*labelTrainIds.png.*give the original"
    with pytest.raises(ValueError, match=match):
        source.labels(frame)


def test_train_ids_alone(frame_and_source):
    frame, source = frame_and_source
    train_ids = labels.train_ids(source.labels(frame))
    path_of(source, frame).unlink()
    other = path_of(source, frame, "_gtFine_labelTrainIds.png")
    cv2.imwrite(str(other), train_ids)
    match = f"{SUFFIX}' is missing, there are only the train ids '{other.name}'; put"
    with pytest.raises(FileNotFoundError, match=match):
        source.labels(frame)


def test_neither_label_ids_nor_train_ids(frame_and_source):
    frame, source = frame_and_source
    path_of(source, frame).unlink()
    with pytest.raises(FileNotFoundError, match=f"{SUFFIX}' is missing; copy or unp"):
        source.labels(frame)


def lost_and_found_labels(root, ids):
    """Reads labels of Lost & Found after writing them."""
    source = LostAndFound(root, needs_labels=True)
    frame = next(iter(source.frames().values()))
    path = root / "gtCoarse" / frame.name("_gtCoarse_labelIds.png")
    cv2.imwrite(str(path), np.resize(np.array(ids, np.uint8), (64, 128)))
    return source.labels_file(frame)[1]


def test_label_ids_of_lost_and_found(lost_and_found):
    ids = [*range(44), 255]
    assert set(np.unique(lost_and_found_labels(lost_and_found, ids))) == set(ids)
    with pytest.raises(ValueError, match=r"label id 44, but ids are 0\.\.43 and 255"):
        lost_and_found_labels(lost_and_found, [0, 1, 44])


@pytest.mark.parametrize("folder", ["cityscapes_256x512", "cityscapes_1024x2048"])
def test_real_labels(realdata, folder):
    source = Cityscapes(realdata / folder)
    frames = [frame for split in ("train", "val") for frame in source.frames(split)]
    assert frames and all(source.labels(frame).max() <= 33 for frame in frames)
