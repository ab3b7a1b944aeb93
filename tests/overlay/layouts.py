"""Writes small sources in the real layouts; both conftest.py files load it."""

import pathlib
import zipfile

import cv2
import numpy as np
from PIL import Image


def write_png(path: pathlib.Path, image: np.ndarray) -> None:
    """Writes uint8 RGB, RGBA or grey."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if image.ndim == 3:
        order = [2, 1, 0, 3][: image.shape[2]]
        image = image[..., order]
    assert cv2.imwrite(str(path), image)


def street(rng, size=(64, 128)):
    """A street: sky, building, road, an unlabelled strip, ego vehicle."""
    height, width = size
    image = rng.integers(40, 200, (height, width, 3), np.uint8)
    labels = np.full(size, 11, np.uint8)
    labels[: height // 4] = 23
    labels[height // 2 :] = 7
    labels[height // 3, : width // 4] = 0
    labels[-height // 8 :] = 1
    return image, labels


def write_frame(root, split, frame_id, image, labels):
    """One Cityscapes frame."""
    name = f"{split}/{frame_id.split('_')[0]}/{frame_id}"
    write_png(root / "leftImg8bit" / f"{name}_leftImg8bit.png", image)
    write_png(root / "gtFine" / f"{name}_gtFine_labelIds.png", labels)


def write_cityscapes(root, train=3, val=8, size=(64, 128)):
    """Frames jena_* for training and frankfurt_* for validation."""
    rng = np.random.default_rng(0)
    for split, city, count in (("train", "jena", train), ("val", "frankfurt", val)):
        for index in range(count):
            write_frame(root, split, f"{city}_{index:06d}_000019", *street(rng, size))
    return root


def write_voc_image(root, image_id, objects, size=(120, 160)):
    """One photograph; `objects` are (class index, top, left, height, width)."""
    rng = np.random.default_rng(int(image_id[-6:]))
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


def write_voc(devkit):
    """Eight objects of eight classes, and some that are to be dropped."""
    root = devkit / "VOC2012"
    for index, category in enumerate((1, 3, 4, 8, 10, 12, 13, 17)):
        write_voc_image(root, f"2007_{index:06d}", [(category, 30, 40, 50, 60)])
    write_voc_image(root, "2008_000001", [(8, 0, 40, 50, 60)])  # cut by the border
    write_voc_image(root, "2008_000002", [(8, 40, 40, 6, 6)])  # too small
    write_voc_image(root, "2008_000003", [(15, 30, 40, 50, 60)])  # a person
    return devkit


def disc(color, size=80, soft=0):
    """RGBA of a disc, its border fading over `soft` pixels."""
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2
    inside = size * 0.45 - np.hypot(rows, columns)
    alpha = np.clip(inside / soft if soft else np.sign(inside), 0, 1)
    rgba = np.full((size, size, 4), 255, np.uint8)
    rgba[..., :3] = color
    rgba[..., 3] = np.rint(alpha * 252)
    return rgba


def write_cutouts(folder):
    """A hard tiger, a soft lion, a bird, and a car as control."""
    write_png(folder / "tiger_1.png", disc((200, 120, 40)))
    write_png(folder / "lion_1.png", disc((180, 140, 60), soft=8))
    write_png(folder / "bird" / "a.png", disc((30, 60, 200)))
    write_png(folder / "car_1.png", disc((90, 90, 90)))
    return folder


# Sequence: split, frames, hazard id in its even frames.
LOST_AND_FOUND = {
    "01_Hanns_Klemm_Str_45": ("train", 13, 5),
    "02_Hanns_Klemm_Str_44": ("test", 7, 8),
    "04_Maurener_Weg_8": ("test", 13, 12),
    "05_Schafgasse_1": ("train", 7, 29),
    "13_Elly_Beinhorn_Str": ("train", 7, 3),
}


def write_lost_and_found(root, size=(64, 128)):
    """Frames of `LOST_AND_FOUND`, ids SEQUENCE_000000_NNNNNN."""
    rng = np.random.default_rng(1)
    for sequence, (split, count, hazard) in LOST_AND_FOUND.items():
        for index in range(count):
            labels = np.full(size, 0, np.uint8)
            labels[size[0] // 2 :] = 1
            if index % 2 == 0:
                labels[40:48, 50:60] = hazard
            name = f"{split}/{sequence}/{sequence}_000000_{10 * index:06d}"
            image = rng.integers(0, 255, (*size, 3), np.uint8)
            write_png(root / "leftImg8bit" / f"{name}_leftImg8bit.png", image)
            write_png(root / "gtCoarse" / f"{name}_gtCoarse_labelIds.png", labels)
    return root


def write_official(folder, frame_ids, seed, overlays=True, size=(64, 128)):
    """Masks and differences as published, `DDDD_<frame>_labels.png` and `_rgb.npz`."""
    rng = np.random.default_rng(seed)
    for index, frame_id in enumerate(frame_ids):
        mask = np.zeros(size, np.uint8)
        mask[-8:] = 255
        mask[30:40, 20 + index : 40] = 1
        write_png(folder / f"{index:04d}_{frame_id}_labels.png", mask)
        if overlays:
            difference = rng.integers(-255, 256, (*size, 3)).astype(np.int16)
            difference[mask != 1] = 0
            np.savez_compressed(
                folder / f"{index:04d}_{frame_id}_rgb.npz", rgb=difference
            )
    return folder


def zipped(folder, path, inside=""):
    """Packs the files below a folder into a zip."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.write(file, inside + file.relative_to(folder).as_posix())
    return path
