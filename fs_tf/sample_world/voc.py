"""Writes objects on simple backgrounds in the layout of Pascal VOC."""

import functools
import pathlib

import cv2
import numpy as np

from fs_tf.files import write_text
from fs_tf.sample_world import figures, noise
from fs_tf.sample_world.jobs import Job, write_jpeg, write_palette_png
from fs_tf.sample_world.seeds import generator

# The position in this tuple is the value in SegmentationClass.
CLASSES = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car",
    "cat", "chair", "cow", "diningtable", "dog", "horse", "motorbike", "person",
    "pottedplant", "sheep", "sofa", "train", "tvmonitor",
)  # fmt: skip
BORDER = 255
# Colours (below, above) of the surroundings.
SURROUNDINGS = {
    "meadow": (((116, 152, 62), (158, 196, 228)), ((150, 148, 78), (192, 206, 206))),
    "room": (((176, 136, 92), (214, 204, 182)), ((128, 112, 104), (180, 196, 188))),
    "water": (((60, 112, 136), (176, 206, 226)), ((86, 128, 132), (206, 200, 186))),
    "sky": (((150, 186, 220), (112, 160, 212)), ((198, 204, 208), (170, 184, 200))),
    "street": (((116, 116, 120), (186, 176, 160)), ((98, 100, 102), (150, 120, 104))),
}
PLACES = {
    "aeroplane": "sky", "boat": "water", "bottle": "room", "chair": "room",
    "sofa": "room", "tvmonitor": "room", "pottedplant": "room", "cat": "room",
    "car": "street", "person": "street", "motorbike": "street", "bus": "street",
    "train": "street",
}  # fmt: skip
DEVKIT = pathlib.Path("VOCdevkit/VOC2012")


def jobs(seed: int, train_images: int, val_images: int) -> list[Job]:
    """Returns the files to write, one job per image and one for the lists."""
    names = {
        "train": [_name("train", index) for index in range(train_images)],
        "val": [_name("val", index) for index in range(val_images)],
    }
    work = []
    for split in names:
        for index, name in enumerate(names[split]):
            paths = (
                DEVKIT / "JPEGImages" / f"{name}.jpg",
                DEVKIT / "SegmentationClass" / f"{name}.png",
                DEVKIT / "SegmentationObject" / f"{name}.png",
            )
            work.append(
                Job(paths, functools.partial(_write, paths, seed, split, index))
            )
    lists = DEVKIT / "ImageSets" / "Segmentation"
    for split, members in {**names, "trainval": names["train"] + names["val"]}.items():
        text = "".join(f"{name}\n" for name in sorted(members))
        path = lists / f"{split}.txt"
        work.append(Job((path,), functools.partial(_write_list, path, text)))
    return work


def _name(split: str, index: int) -> str:
    return f"{2007 if split == 'train' else 2008}_{index:06d}"


def _write(paths, seed, split, index, directory) -> None:
    image, classes, objects = draw_image(index, generator(seed, "voc", split, index))
    write_jpeg(directory / paths[0], image)
    write_palette_png(directory / paths[1], classes)
    write_palette_png(directory / paths[2], objects)


def draw_image(index: int, rng: np.random.Generator):
    """Returns a photo-like image with one to three objects.

    Args:
      index: chooses the main object's class, so that all occur equally often.
      rng: of everything else.

    Returns:
      image uint8 [H, W, 3]; class and object uint8 [H, W], 0 background, 255 border.
    """
    shape = (375, 500) if rng.random() < 0.75 else (500, 375)
    names = list(figures.FIGURES)
    wanted = [names[index % len(names)]]
    image = _background(shape, wanted[0], rng)
    classes = np.zeros(shape, np.uint8)
    objects = np.zeros(shape, np.uint8)
    while rng.random() < 0.35 and len(wanted) < 3:
        wanted.append(str(rng.choice(names)))
    for number, name in reversed(list(enumerate(wanted, 1))):
        is_small = number > 1 and rng.random() < 0.5
        size = rng.uniform(0.05, 0.16) if is_small else rng.uniform(0.45, 0.85)
        figure = figures.draw(name, rng, int(size * min(shape)))
        cut = 0.35 if rng.random() < 0.3 else 0.0
        _place(image, classes, objects, figure, CLASSES.index(name), number, cut, rng)
    _mark_borders(classes, objects)
    grain = rng.normal(0, 3, image.shape)
    return np.clip(image + grain, 0, 255).astype(np.uint8), classes, objects


def _background(shape, name, rng) -> np.ndarray:
    """Returns a floor or meadow below a wall or sky, float32 RGB."""
    rows, columns = shape
    options = SURROUNDINGS[PLACES.get(name, "meadow")]
    below, above = options[rng.integers(len(options))]
    horizon = int(rows * rng.uniform(0.4, 0.65))
    image = np.empty((rows, columns, 3), np.float32)
    image[:horizon] = above
    image[horizon:] = below
    seed = int(rng.integers(2**31))
    texture = noise.fractal_noise(shape, 8, seed) * 0.08
    ground = (rows - horizon, columns)
    texture[horizon:] += noise.fractal_noise(ground, 60, seed + 1) * 0.1
    depth = np.linspace(0.85, 1.12, rows, dtype=np.float32)[:, None]
    image = image * (depth + texture)[..., None]
    return cv2.GaussianBlur(image, (0, 0), 1.2)


def _place(image, classes, objects, figure, class_id, number, cut, rng) -> None:
    """Puts a figure into the picture; `cut` is the share beyond the image border."""
    rows, columns = classes.shape
    height, width = figure.shape[:2]
    fit = min(1.0, 0.95 * rows / height, 0.95 * columns / width)
    figure = cv2.resize(figure, None, fx=fit, fy=fit, interpolation=cv2.INTER_AREA)
    height, width = figure.shape[:2]
    top = int(rng.uniform(0.3, 1.0) * max(0, rows - height))
    left = int(rng.uniform(0, 1) * max(0, columns - width))
    if cut:
        left = int(-cut * width if rng.random() < 0.5 else columns - (1 - cut) * width)
    canvas = np.zeros((rows, columns, 4), np.float32)
    first, last = max(0, left), min(columns, left + width)
    canvas[top : top + height, first:last] = figure[:, first - left : last - left]
    alpha = canvas[..., 3:] / 255
    image[:] = canvas[..., :3] + image * (1 - alpha)
    solid = alpha[..., 0] > 0.5
    classes[solid] = class_id
    objects[solid] = number


def _mark_borders(classes: np.ndarray, objects: np.ndarray) -> None:
    """Writes 255 where two objects, or an object and the background, meet."""
    kernel = np.ones((5, 5), np.uint8)
    border = cv2.dilate(objects, kernel) != cv2.erode(objects, kernel)
    classes[border] = BORDER
    objects[border] = BORDER


def _write_list(path, text, directory) -> None:
    write_text(directory / path, text)
