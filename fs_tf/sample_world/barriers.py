"""Fences and walls along the sidewalk."""

import functools

import numpy as np

from fs_tf import labels
from fs_tf.sample_world.canvas import SEE_THROUGH, Panel
from fs_tf.sample_world.sketch import Sketch
from fs_tf.sample_world.thing import UP, Thing


def fence_picture(width, height, color, is_wood, pixels_per_metre) -> np.ndarray:
    """Returns rails and bars; what is seen between them is dimmed. RGBA."""
    sketch = Sketch(width, height, pixels_per_metre)
    haze = np.array(color) * 0.6
    corners = [(0, 0.1), (width, 0.1), (width, height - 0.15), (0, height - 0.15)]
    sketch.polygon(corners, haze, opacity=0.3)
    step, bar = (0.16, 0.125) if is_wood else (0.15, 0.06)
    for x in np.arange(0.05, width, step):
        sketch.rectangle(x, 0.05, x + bar, height - 0.05, color)
        if is_wood:
            tip = [(x, height - 0.06), (x + bar, height - 0.06), (x + bar / 2, height)]
            sketch.polygon(tip, color)
    dark = np.array(color) * 0.8
    for y in (0.18, height - 0.25):
        sketch.rectangle(0, y, width, y + 0.09, dark)
    for x in np.arange(0, width, 2.4):
        sketch.rectangle(x, 0, x + 0.11, height, dark)
    return sketch.pixels


def wall_picture(width, height, color, seed, pixels_per_metre) -> np.ndarray:
    """Returns rough masonry with a coping, RGBA."""
    rng = np.random.default_rng(seed)
    sketch = Sketch(width, height, pixels_per_metre)
    sketch.rectangle(0, 0, width, height, np.array(color) * 0.72)
    row = 0.3
    for level, y in enumerate(np.arange(0, height - 0.12, row)):
        x = -0.3 * (level % 2)
        while x < width:
            length = rng.uniform(0.4, 0.85)
            stone = np.array(color) * rng.uniform(0.86, 1.12)
            sketch.rectangle(x, y, x + length - 0.035, y + row - 0.035, stone)
            x += length
    sketch.grain(0.14, 1.2, seed)
    sketch.rectangle(0, height - 0.14, width, height, np.array(color) * 1.12)
    sketch.slope(0.8, 1.02)
    return sketch.pixels


def fence(start: np.ndarray, end: np.ndarray, rng: np.random.Generator) -> Thing:
    """Returns a fence between two points of the ground."""
    is_wood = bool(rng.random() < 0.4)
    color = np.array((134, 108, 82) if is_wood else (72, 84, 80)) + rng.normal(0, 8, 3)
    height = rng.uniform(1.2, 1.9)
    width = float(np.linalg.norm(end - start))
    picture = functools.partial(fence_picture, width, height, tuple(color), is_wood)
    label_id = labels.LABEL_IDS["fence"]
    return _screen(start, end, height, picture, label_id, SEE_THROUGH)


def wall(start: np.ndarray, end: np.ndarray, rng: np.random.Generator) -> Thing:
    """Returns a wall between two points of the ground."""
    colors = ((150, 138, 122), (128, 126, 122), (164, 142, 116))
    color = np.array(colors[rng.integers(3)]) + rng.normal(0, 6, 3)
    height = rng.uniform(1.5, 2.6)
    width = float(np.linalg.norm(end - start))
    seed = int(rng.integers(2**31))
    picture = functools.partial(wall_picture, width, height, tuple(color), seed)
    return _screen(start, end, height, picture, labels.LABEL_IDS["wall"])


def _screen(start, end, height, picture, label_id, solid_from=0.5) -> Thing:
    panel = Panel(
        start,
        end - start,
        UP * height,
        functools.cache(picture),
        label_id,
        solid_from=solid_from,
    )
    along = (end - start) / np.linalg.norm(end - start)
    thick = np.array([along[2], 0, -along[0]]) * 0.15
    corners = [start - thick, end - thick, end + thick, start + thick]
    return Thing((panel,), np.array(corners)[:, [0, 2]], height)
