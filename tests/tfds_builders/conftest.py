"""Small sources in the real layouts, written by the tests."""

import pathlib

import cv2
import numpy as np
import pytest
from PIL import Image


def write_png(path: pathlib.Path, image: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = image[..., ::-1] if image.ndim == 3 else image
    assert cv2.imwrite(str(path), image)


def write_frame(root, split, frame_id, rng, size=(64, 128)):
    """One street: sky, building, road, an unlabelled strip, ego vehicle."""
    height, width = size
    image = rng.integers(40, 200, (height, width, 3), np.uint8)
    labels = np.full(size, 11, np.uint8)
    labels[: height // 4] = 23
    labels[height // 2 :] = 7
    labels[height // 3, : width // 4] = 0
    labels[-height // 8 :] = 1
    city = frame_id.split("_")[0]
    name = root / "leftImg8bit" / split / city / f"{frame_id}_leftImg8bit.png"
    write_png(name, image)
    name = root / "gtFine" / split / city / f"{frame_id}_gtFine_labelIds.png"
    write_png(name, labels)


@pytest.fixture
def cityscapes(tmp_path) -> pathlib.Path:
    """Three training and eight validation frames of 64x128."""
    root, rng = tmp_path / "cityscapes", np.random.default_rng(0)
    for index in range(3):
        write_frame(root, "train", f"jena_{index:06d}_000019", rng)
    for index in range(8):
        write_frame(root, "val", f"frankfurt_{index:06d}_000019", rng)
    return root


def write_voc_image(root, image_id, objects, size=(120, 160), seed=0):
    """One photograph; `objects` are (class index, top, left, height, width)."""
    rng = np.random.default_rng(seed)
    classes, instances = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    for instance, (category, top, left, height, width) in enumerate(objects, 1):
        box = np.s_[top : top + height, left : left + width]
        classes[box], instances[box] = category, instance
    for folder, mask in (
        ("SegmentationClass", classes),
        ("SegmentationObject", instances),
    ):
        image = Image.fromarray(mask)
        image.putpalette([value for index in range(256) for value in (index,) * 3])
        (root / folder).mkdir(parents=True, exist_ok=True)
        image.save(root / folder / f"{image_id}.png")
    (root / "JPEGImages").mkdir(exist_ok=True)
    photograph = rng.integers(0, 255, (*size, 3), np.uint8)
    cv2.imwrite(str(root / "JPEGImages" / f"{image_id}.jpg"), photograph)


@pytest.fixture
def voc(tmp_path) -> pathlib.Path:
    """Eight objects of eight classes, and some that are to be dropped."""
    root = tmp_path / "VOCdevkit" / "VOC2012"
    for index, category in enumerate((1, 3, 4, 8, 10, 12, 13, 17)):
        write_voc_image(root, f"2007_{index:06d}", [(category, 30, 40, 50, 60)])
    write_voc_image(root, "2008_000001", [(8, 0, 40, 50, 60)])  # cut by the border
    write_voc_image(root, "2008_000002", [(8, 40, 40, 6, 6)])  # too small
    write_voc_image(root, "2008_000003", [(15, 30, 40, 50, 60)])  # a person
    return root.parent
