"""Poles, lamps, traffic lights, signs and bins."""

import functools

import numpy as np

from fs_tf import labels
from fs_tf.sample_world.sketch import Sketch
from fs_tf.sample_world.thing import UP, Panel, Thing, square, upright

POLE = labels.LABEL_IDS["pole"]
STATIC = 4  # Cityscapes: void, immovable
ACROSS = np.array([1.0, 0, 0])
NEARER = np.array([0, 0, -0.08])
ZERO = ((0.5, 0.34), (0.5, 0.56), (0.56, 0.62), (0.65, 0.56), (0.65, 0.34),
        (0.58, 0.28), (0.5, 0.34))  # fmt: skip
SIGNS = ("priority", "yield", "limit", "parking", "stop", "warning", "ban", "arrow")


def pole_picture(width, height, color, pixels_per_metre) -> np.ndarray:
    """Returns a round shaft, RGBA."""
    sketch = Sketch(width, height, pixels_per_metre)
    sketch.rectangle(0, 0, width, height, color)
    columns = np.linspace(-1, 1, sketch.pixels.shape[1], dtype=np.float32)
    sketch.multiply(1.12 - 0.5 * (columns - 0.3)[None, :] ** 2)
    return sketch.pixels


def pole(foot: np.ndarray, height: float, width: float, color) -> Panel:
    """Returns a shaft that stands at `foot`."""
    picture = functools.partial(pole_picture, width, height, tuple(color))
    return upright(foot, ACROSS, (width, height), functools.cache(picture), POLE, 0.5)


def lamp(foot: np.ndarray, side: int, rng: np.random.Generator) -> Thing:
    """Returns a street lamp whose arm reaches over the road."""
    height = rng.uniform(5.5, 8.0)
    grey = np.array([112.0, 118, 116]) * rng.uniform(0.7, 1.1)
    shaft = pole(foot, height, 0.2, grey)
    reach = 1.6
    head = functools.cache(functools.partial(_lamp_head, tuple(grey), side))
    start = foot + UP * (height - 0.32) - ACROSS * (reach if side > 0 else 0)
    arm = Panel(start, ACROSS * reach, UP * 0.5, head, POLE, 0.5)
    return Thing((shaft, arm), square(foot, 0.12), height)


def _lamp_head(grey, side, pixels_per_metre) -> np.ndarray:
    sketch = Sketch(1.6, 0.5, pixels_per_metre)
    far, near = (0.1, 1.55) if side > 0 else (1.5, 0.05)
    sketch.line([(near, 0.25), (far, 0.4)], 0.09, grey)
    sketch.ellipse((far * 3 + near) / 4, 0.38, 0.32, 0.09, np.array(grey) * 0.8)
    sketch.ellipse((far * 3 + near) / 4, 0.33, 0.22, 0.04, (226, 226, 206))
    return sketch.pixels


def signal_picture(lit: int, pixels_per_metre) -> np.ndarray:
    """Returns a traffic light; `lit` 0 red, 1 amber, 2 green. RGBA."""
    sketch = Sketch(0.46, 1.15, pixels_per_metre)
    sketch.rectangle(0, 0, 0.46, 1.15, (24, 28, 26))
    colors = ((236, 48, 36), (246, 180, 40), (56, 226, 130))
    for index, color in enumerate(colors):
        y = 0.95 - 0.36 * index
        is_lit = index == lit
        shade = np.array(color) * (1.0 if is_lit else 0.22)
        sketch.ellipse(0.23, y, 0.19, 0.19, (12, 14, 12))
        sketch.ellipse(0.23, y, 0.15, 0.15, shade)
        if is_lit:
            sketch.ellipse(0.23, y, 0.08, 0.08, np.clip(shade * 1.2 + 30, 0, 255))
    return sketch.pixels


def traffic_light(
    foot: np.ndarray, reach: float, lit: int, rng: np.random.Generator
) -> Thing:
    """Returns a pole with a light, and another over the road for `reach` not 0.

    Args:
      foot: float [3].
      reach: metres from the pole to the light over the road, negative to the left.
      lit: 0 red, 1 amber, 2 green.
      rng: of its size.
    """
    height = rng.uniform(3.1, 3.5)
    grey = (104, 110, 108)
    light = labels.LABEL_IDS["traffic light"]
    picture = functools.cache(functools.partial(signal_picture, lit))
    start = foot + UP * (height - 1.0) + NEARER
    panels = [pole(foot, height if not reach else 5.6, 0.17, grey)]
    panels.append(upright(start, ACROSS, (0.46, 1.15), picture, light, 0.7))
    if reach:
        arm = functools.partial(pole_picture, abs(reach), 0.14, grey)
        corner = foot + UP * 5.4 + ACROSS * min(reach, 0)
        beam = Panel(
            corner, ACROSS * abs(reach), UP * 0.14, functools.cache(arm), POLE, 0.5
        )
        high = foot + ACROSS * reach + UP * 4.75 + NEARER
        panels += [beam, upright(high, ACROSS, (0.46, 1.15), picture, light, 0.7)]
    return Thing(tuple(panels), square(foot, 0.12), height)


def sign_picture(kind: str, pixels_per_metre) -> np.ndarray:
    """Returns a sign of 0.9 x 0.9 metres, RGBA."""
    sketch = Sketch(0.9, 0.9, pixels_per_metre)
    red, white, blue = (188, 26, 32), (236, 236, 230), (24, 74, 158)
    black, yellow = (24, 24, 24), (242, 196, 34)
    if kind == "priority":
        sketch.polygon([(0.45, 0), (0.9, 0.45), (0.45, 0.9), (0, 0.45)], white)
        sketch.polygon([(0.45, 0.13), (0.77, 0.45), (0.45, 0.77), (0.13, 0.45)], yellow)
    elif kind in ("yield", "warning"):
        triangle = np.array([(0.0, 0.84), (0.9, 0.84), (0.45, 0.04)])
        if kind == "warning":
            triangle = [0.9, 0.9] - triangle
        centre = triangle.mean(0)
        sketch.polygon(triangle, red)
        sketch.polygon(centre + 0.62 * (triangle - centre), white)
        if kind == "warning":
            sketch.ellipse(0.45, 0.3, 0.06, 0.13, black)
    elif kind in ("limit", "ban"):
        sketch.ellipse(0.45, 0.45, 0.45, 0.45, red)
        sketch.ellipse(0.45, 0.45, 0.33, 0.33, white if kind == "limit" else blue)
        if kind == "ban":
            sketch.line([(0.2, 0.2), (0.7, 0.7)], 0.1, red)
            sketch.line([(0.2, 0.7), (0.7, 0.2)], 0.1, red)
        else:
            top, bottom, left = 0.62, 0.28, 0.25
            three = [(left, top), (0.42, top), (0.33, 0.46), (0.42, 0.38)]
            sketch.line([*three, (0.36, bottom), (left, bottom)], 0.055, black)
            sketch.line(ZERO, 0.055, black)
    elif kind == "stop":
        turn = np.arange(8) * np.pi / 4 + np.pi / 8
        outline = np.stack([np.cos(turn), np.sin(turn)], 1)
        sketch.polygon(0.45 + 0.45 * outline, white)
        sketch.polygon(0.45 + 0.41 * outline, red)
        for x in (0.17, 0.33, 0.49, 0.65):
            sketch.rectangle(x, 0.36, x + 0.1, 0.56, white)
    elif kind == "parking":
        sketch.rectangle(0.03, 0.03, 0.87, 0.87, white)
        sketch.rectangle(0.06, 0.06, 0.84, 0.84, blue)
        sketch.rectangle(0.3, 0.18, 0.41, 0.74, white)
        sketch.ring(0.46, 0.57, 0.17, 0.1, white)
    else:
        sketch.ellipse(0.45, 0.45, 0.45, 0.45, blue)
        sketch.line([(0.25, 0.65), (0.6, 0.3)], 0.1, white)
        sketch.polygon([(0.72, 0.18), (0.66, 0.5), (0.4, 0.24)], white)
    return sketch.pixels


def sign(foot: np.ndarray, rng: np.random.Generator) -> Thing:
    """Returns a pole with one or two signs."""
    height = rng.uniform(2.5, 3.2)
    panels = [pole(foot, height, 0.1, (138, 142, 142))]
    for level in range(1 + (rng.random() < 0.35)):
        kind = SIGNS[rng.integers(len(SIGNS))]
        picture = functools.cache(functools.partial(sign_picture, kind))
        start = foot + UP * (height - 0.9 - 0.92 * level) + NEARER
        label_id = labels.LABEL_IDS["traffic sign"]
        panels.append(upright(start, ACROSS, (0.9, 0.9), picture, label_id, 0.6))
    return Thing(tuple(panels), square(foot, 0.1), height)


def bin_picture(color, pixels_per_metre) -> np.ndarray:
    """Returns a dustbin, RGBA."""
    sketch = Sketch(0.6, 1.1, pixels_per_metre)
    sketch.polygon([(0.08, 0.05), (0.52, 0.05), (0.58, 0.95), (0.02, 0.95)], color)
    sketch.polygon(
        [(0, 0.95), (0.6, 0.95), (0.5, 1.08), (0.1, 1.08)], np.array(color) * 0.7
    )
    for x in (0.14, 0.46):
        sketch.ellipse(x, 0.08, 0.08, 0.08, (28, 28, 28))
    sketch.slope(0.8, 1.05)
    return sketch.pixels


def dustbin(foot: np.ndarray, rng: np.random.Generator) -> Thing:
    """Returns a dustbin; void in Cityscapes."""
    colors = ((52, 62, 58), (70, 66, 48), (46, 68, 100))
    picture = functools.partial(bin_picture, colors[rng.integers(3)])
    panel = upright(foot, ACROSS, (0.6, 1.1), functools.cache(picture), STATIC, 0.5)
    return Thing((panel,), square(foot, 0.3), 1.1)
