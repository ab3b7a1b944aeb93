"""Depth comes from disparity and camera where both are there."""

import json
import shutil

import cv2
import numpy as np
import pytest

from fs_tf.overlay.sources.cityscapes import Cityscapes


@pytest.fixture
def frame_and_source(cityscapes):
    frame_id = "frankfurt_000000_000019"
    folder = cityscapes / "disparity" / "val" / "frankfurt"
    folder.mkdir(parents=True)
    disparity = np.full((64, 128), 256 * 20 + 1, np.uint16)
    cv2.imwrite(str(folder / f"{frame_id}_disparity.png"), disparity)
    folder = cityscapes / "camera" / "val" / "frankfurt"
    folder.mkdir(parents=True)
    camera = {"extrinsic": {"baseline": 0.25}, "intrinsic": {"fx": 2000}}
    (folder / f"{frame_id}_camera.json").write_text(json.dumps(camera))
    source = Cityscapes(cityscapes)
    return source.frames("val")[0], source


def test_measured_depth(frame_and_source):
    frame, source = frame_and_source
    _, labels = source.image_and_labels(frame)
    depth = source.depth_reader(frame, labels)()
    np.testing.assert_allclose(depth[labels != 23], 25)  # 0.25 * 2000 / 20


def test_measured_depth_of_resized_frames(frame_and_source):
    frame, source = frame_and_source
    _, labels = source.image_and_labels(frame, (32, 64))
    depth = source.depth_reader(frame, labels)()
    assert depth.shape == (32, 64)
    assert np.median(depth[labels == 7]) == pytest.approx(25)


def test_without_disparity_of_this_frame_there_is_none(frame_and_source):
    _, source = frame_and_source
    frame = source.frames("val")[1]
    assert source.depth_reader(frame, source.labels(frame)) is None


def test_broken_camera_file(frame_and_source):
    frame, source = frame_and_source
    path = next((source.directory / "camera").rglob("*.json"))
    path.write_text("{}")
    reader = source.depth_reader(frame, source.labels(frame))
    with pytest.raises(ValueError, match="must be JSON with extrinsic.baseline"):
        reader()


def test_colour_labels(cityscapes, layouts):
    source = Cityscapes(cityscapes)
    frame = source.frames("val")[0]
    name = f"gtFine/{frame.name('_gtFine_labelIds.png')}"
    layouts.write_png(cityscapes / name, np.zeros((64, 128, 3), np.uint8))
    with pytest.raises(ValueError, match="must be a single-channel uint8 PNG; got"):
        source.labels(frame)


@pytest.mark.parametrize("dtype, channels", [(np.uint8, 4), (np.uint16, 3)])
def test_image_with_alpha_or_of_16_bits(cityscapes, dtype, channels):
    source = Cityscapes(cityscapes)
    frame = source.frames("val")[0]
    path = cityscapes / f"leftImg8bit/{frame.name('_leftImg8bit.png')}"
    cv2.imwrite(str(path), np.zeros((64, 128, channels), dtype))
    with pytest.raises(ValueError, match="8-bit image without an alpha channel; got"):
        source.image(frame)


def test_gray_image_is_read_as_gray_rgb(cityscapes):
    source = Cityscapes(cityscapes)
    frame = source.frames("val")[0]
    path = cityscapes / f"leftImg8bit/{frame.name('_leftImg8bit.png')}"
    cv2.imwrite(str(path), np.full((64, 128), 7, np.uint8))
    np.testing.assert_array_equal(source.image(frame), np.full((64, 128, 3), 7))


def test_damaged_in_the_middle(cityscapes):
    source = Cityscapes(cityscapes)
    frame = source.frames("val")[0]
    path = cityscapes / f"leftImg8bit/{frame.name('_leftImg8bit.png')}"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)
    with pytest.raises(ValueError, match="is not a complete PNG"):
        source.image(frame)


def test_a_file_that_is_no_zip(cityscapes):
    (cityscapes / "leftImg8bit").rename(cityscapes / "away")
    (cityscapes / "leftImg8bit_trainvaltest.zip").write_text("<html>not found</html>")
    with pytest.raises(ValueError, match="val.*zip' is truncated, damaged or of .*not"):
        Cityscapes(cityscapes)


@pytest.mark.parametrize("copy", ["val/frankfurt (copy)", "train/frankfurt"])
def test_one_frame_in_two_folders(copy, cityscapes):
    images = cityscapes / "leftImg8bit"
    shutil.copytree(images / "val" / "frankfurt", images / copy)
    match = "frankfurt_0.*' and .*' are both frame 'frankfurt_0.*: remove one"
    with pytest.raises(ValueError, match=match) as caught:
        Cityscapes(cityscapes).frames("val")
    assert copy in str(caught.value)


def test_a_home_of_nobody():
    with pytest.raises(FileNotFoundError, match="'~nobody-here/x' does not exist"):
        Cityscapes("~nobody-here/x")
