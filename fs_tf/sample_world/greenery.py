"""Trees, hedges and the wooded backdrop."""

import functools

import cv2
import numpy as np

from fs_tf import labels
from fs_tf.sample_world import noise
from fs_tf.sample_world.canvas import SEE_THROUGH
from fs_tf.sample_world.light import Light
from fs_tf.sample_world.sketch import Sketch
from fs_tf.sample_world.thing import UP, Panel, Thing, square, upright

VEGETATION = labels.LABEL_IDS["vegetation"]
LEAVES = ((74, 94, 46), (60, 84, 48), (92, 102, 52), (110, 104, 52), (56, 76, 54))


def foliage(
    size: tuple[float, float],
    color: tuple[float, float, float],
    sun_side: float,
    outline: str,
    seed: int,
    pixels_per_metre: float,
) -> np.ndarray:
    """Returns leaves with a ragged outline, RGBA.

    Args:
      size: width and height in metres.
      color: RGB of a lit leaf.
      sun_side: -1 lit from the left .. 1 lit from the right.
      outline: "crown", "row" (ragged above only) or "hedge".
      seed: of clumps and leaves.
    """
    sketch = Sketch(*size, pixels_per_metre)
    rows, columns = shape = sketch.pixels.shape[:2]
    longest = max(size)
    clumps = noise.fractal_noise(shape, longest / 1.3, seed, 3)
    leaves = noise.fractal_noise(shape, longest / 0.3, seed + 1, 4)
    y, x = np.mgrid[1 : -1 : rows * 1j, -1 : 1 : columns * 1j].astype(np.float32)
    ragged = 0.13 * clumps + 0.13 * leaves
    if outline == "crown":
        inside = 0.78 - np.hypot(x, y) ** 1.6 + ragged
    elif outline == "row":
        hills = noise.fractal_noise((2, columns), columns / rows * 1.5, seed + 2, 2)
        inside = 0.45 - y + 0.35 * hills[:1] + ragged
    else:
        inside = (0.9 - y + 0.4 * ragged) * 2
    brightness = 0.62 + 0.28 * y + 0.16 * sun_side * x + 0.5 * clumps + 0.28 * leaves
    rgb = np.array(color, np.float32) * np.clip(brightness, 0.16, 1.7)[..., None]
    rgb += np.array([20, 14, -4]) * np.clip(clumps, 0, 1)[..., None]
    alpha = np.clip(inside * pixels_per_metre * 0.5 + 0.5, 0, 1)
    if outline == "crown":  # sky between the leaves near the rim
        alpha = alpha * np.clip(6 * (inside + 0.9 * leaves + 0.25), 0.3, 1)
    return premultiplied(rgb, alpha)


def premultiplied(rgb: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Returns RGBA uint8 from float colours 0..255 and alpha 0..1."""
    alpha = alpha[..., None].astype(np.float32)
    rgba = np.concatenate([np.clip(rgb, 0, 255) * alpha, 255 * alpha], -1)
    return np.round(rgba).astype(np.uint8)


def tree_picture(size, crown_foot, color, sun_side, seed, pixels_per_metre):
    """Returns a trunk with branches below a crown, RGBA."""
    width, height = size
    rng = np.random.default_rng(seed)
    sketch = Sketch(width, height, pixels_per_metre)
    bark = np.array([74, 64, 54]) * rng.uniform(0.75, 1.15)
    radius = 0.02 * height + 0.06
    middle = width / 2
    lean = rng.uniform(-0.3, 0.3)
    top = crown_foot + 0.4 * (height - crown_foot)
    trunk = [(middle - radius, 0), (middle + radius, 0)]
    trunk += [(middle + lean + 0.5 * radius, top), (middle + lean - 0.5 * radius, top)]
    sketch.polygon(trunk, bark)
    for _ in range(5):
        tip = middle + rng.uniform(-0.35, 0.35) * width
        start = crown_foot * rng.uniform(0.85, 1.1)
        end = crown_foot + rng.uniform(0.2, 0.6) * (height - crown_foot)
        sketch.line([(middle + lean * 0.6, start), (tip, end)], radius * 0.5, bark)
    sketch.grain(0.2, 3.0, seed + 5)
    picture = sketch.pixels
    crown_height = height - crown_foot * 0.8
    crown = foliage((width, crown_height), color, sun_side, "crown", seed, sketch.scale)
    rows = min(crown.shape[0], picture.shape[0])
    crown = cv2.resize(crown, (picture.shape[1], crown.shape[0]))[:rows]
    behind = picture[:rows].astype(np.float32)
    behind *= 1 - crown[..., 3:].astype(np.float32) / 255
    picture[:rows] = crown + np.round(behind).astype(np.uint8)
    return picture


def tree(foot: np.ndarray, light: Light, rng: np.random.Generator) -> Thing:
    """Returns a tree that faces the camera."""
    height = rng.uniform(5.5, 11)
    size = (height * rng.uniform(0.6, 0.85), height)
    crown_foot = rng.uniform(1.8, 2.6)
    color = np.array(LEAVES[rng.integers(len(LEAVES))]) + rng.normal(0, 6, 3)
    picture = functools.cache(
        functools.partial(
            tree_picture,
            size,
            crown_foot,
            tuple(color),
            float(light.sun[0]),
            int(rng.integers(2**31)),
        )
    )
    panel = upright(
        foot, np.array([1.0, 0, 0]), size, picture, VEGETATION, 0.75, SEE_THROUGH
    )
    return Thing((panel,), square(foot, 0.3 * size[0]), height, foot=crown_foot)


def hedge(start: np.ndarray, end: np.ndarray, height: float, rng) -> Thing:
    """Returns a clipped hedge between two points of the ground."""
    color = np.array(LEAVES[rng.integers(len(LEAVES))]) * 0.95 + rng.normal(0, 5, 3)
    size = (float(np.linalg.norm(end - start)), height)
    seed = int(rng.integers(2**31))
    picture = functools.cache(
        functools.partial(foliage, size, tuple(color), 0.0, "hedge", seed)
    )
    panel = Panel(start, end - start, UP * height, picture, VEGETATION, 0.6)
    corners = np.array([start, end])[:, [0, 2]]
    return Thing((panel,), np.concatenate([corners, corners[::-1] + 0.5]), height)


def backdrop(start, end, height, rng) -> Thing:
    """Returns a ragged row of far trees."""
    color = np.array(LEAVES[rng.integers(len(LEAVES))]) * 0.85
    size = (float(np.linalg.norm(end - start)), height)
    seed = int(rng.integers(2**31))
    picture = functools.cache(
        functools.partial(foliage, size, tuple(color), 0.0, "row", seed)
    )
    panel = Panel(start, end - start, UP * height, picture, VEGETATION, 0.6)
    return Thing((panel,), np.array([start, end, end])[:, [0, 2]], 0.0)
