"""Files that other programs would read differently are not handed on as they are."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from fs_tf.overlay.sources.cityscapes import Cityscapes
from fs_tf.overlay.sources.lost_and_found import LostAndFound
from fs_tf.overlay.sources.official import Official

FRAME = "frankfurt_000000_000019"


@pytest.fixture
def official(layouts, tmp_path):
    return layouts.write_official(tmp_path / "official", [FRAME], seed=0)


def cityscapes_image(root):
    source = Cityscapes(root)
    return source.image_file(source.frames("val")[0])


def lost_and_found_image(root):
    source = LostAndFound(root)
    return source.image_file(next(iter(source.frames().values())))


def lost_and_found_labels(root):
    source = LostAndFound(root, needs_labels=True)
    return source.labels_file(next(iter(source.frames().values())))


def official_mask(root):
    source = Official(root)
    return source.mask_file(source.examples()[0])


IMAGES = [
    ("cityscapes", "_leftImg8bit.png", cityscapes_image),
    ("lost_and_found", "_leftImg8bit.png", lost_and_found_image),
]
LABELS = [
    ("lost_and_found", "_gtCoarse_labelIds.png", lost_and_found_labels),
    ("official", "_labels.png", official_mask),
]
parts = ("folder", "suffix", "read")


def decoded(data):
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)


@pytest.mark.parametrize(parts, IMAGES + LABELS)
def test_ordinary_files_are_handed_on_as_they_are(folder, suffix, read, request):
    root = request.getfixturevalue(folder)
    data, pixels = read(root)
    assert data in [path.read_bytes() for path in root.rglob(f"*{suffix}")]
    stored = decoded(data)
    stored = stored[..., ::-1] if stored.ndim == 3 else stored
    np.testing.assert_array_equal(pixels, stored)


@pytest.mark.parametrize(parts, IMAGES)
def test_jpeg_under_the_name_of_a_png(folder, suffix, read, request):
    root = request.getfixturevalue(folder)
    for path in root.rglob(f"*{suffix}"):
        image = Image.open(path).convert("RGB")
        image.save(path, "JPEG")
    data, pixels = read(root)
    assert data.startswith(b"\x89PNG")
    np.testing.assert_array_equal(decoded(data)[..., ::-1], pixels)
    files = [path.read_bytes() for path in root.rglob(f"*{suffix}")]
    assert any(
        np.array_equal(np.array(Image.open(io.BytesIO(file))), pixels) for file in files
    )


@pytest.mark.parametrize(parts, LABELS)
def test_one_bit_labels_stay_zero_and_one(folder, suffix, read, request):
    root = request.getfixturevalue(folder)
    flags = np.zeros((64, 128), bool)
    flags[10:30, 10:30] = True
    for path in root.rglob(f"*{suffix}"):
        Image.fromarray(flags).save(path)
    data, pixels = read(root)
    np.testing.assert_array_equal(pixels, flags)
    np.testing.assert_array_equal(decoded(data), flags)
