"""Furniture, boats, planes and other things that do not belong on a road."""

import numpy as np

from fs_tf.sample_world import coats
from fs_tf.sample_world.sketch import Sketch

BRIGHT = ((214, 60, 44), (44, 120, 190), (242, 196, 40), (60, 150, 84), (236, 232, 224))


def _bright(rng) -> np.ndarray:
    return np.array(BRIGHT[rng.integers(len(BRIGHT))]) + rng.normal(0, 8, 3)


def aeroplane(rng: np.random.Generator, pixels: int) -> np.ndarray:
    """Returns an airliner from the side, RGBA."""
    color, stripe = np.array([226.0, 228, 232]), _bright(rng)
    sketch = Sketch(2.2, 0.95, pixels)
    sketch.polygon([(0.16, 0.42), (0.02, 0.9), (0.22, 0.9), (0.5, 0.5)], stripe)
    sketch.ellipse(1.1, 0.42, 1.02, 0.14, color)
    sketch.polygon([(0.1, 0.44), (0.9, 0.56), (0.9, 0.3)], color)
    sketch.rectangle(0.2, 0.36, 1.95, 0.40, stripe)
    for x in np.arange(0.5, 1.85, 0.09):
        sketch.ellipse(x, 0.47, 0.022, 0.028, (44, 52, 66))
    sketch.polygon(
        [(1.95, 0.47), (2.05, 0.47), (1.99, 0.52), (1.92, 0.52)], (40, 46, 56)
    )
    wing = [(1.3, 0.38), (0.62, 0.06), (0.5, 0.08), (0.95, 0.4)]
    sketch.polygon(wing, color * 0.72)
    sketch.ellipse(0.98, 0.22, 0.16, 0.07, stripe * 0.8)
    sketch.ellipse(1.12, 0.22, 0.04, 0.06, (40, 40, 44))
    sketch.polygon([(0.3, 0.45), (0.02, 0.56), (0.12, 0.58), (0.5, 0.48)], color * 0.66)
    coats.relief(sketch, int(rng.integers(2**31)), 0.04)
    return sketch.pixels


def boat(rng: np.random.Generator, pixels: int) -> np.ndarray:
    """Returns a sailing boat, RGBA."""
    hull, sail = _bright(rng), _bright(rng)
    sketch = Sketch(1.8, 2.1, pixels)
    sketch.line([(0.85, 0.4), (0.85, 2.05)], 0.05, (120, 86, 54))
    sketch.polygon([(0.92, 0.6), (0.92, 2.0), (1.62, 0.62)], np.array([240, 236, 222]))
    for y in (0.85, 1.15, 1.45):
        end = 0.92 + (2.0 - y) * 0.5
        sketch.polygon(
            [(0.92, y), (end, y), (end - 0.06, y + 0.12), (0.92, y + 0.12)], sail
        )
    sketch.polygon([(0.78, 0.62), (0.78, 1.85), (0.25, 0.66)], sail)
    sketch.polygon([(0.02, 0.48), (1.78, 0.52), (1.45, 0.05), (0.3, 0.05)], hull)
    sketch.polygon(
        [(0.02, 0.48), (1.78, 0.52), (1.74, 0.42), (0.06, 0.38)], (244, 240, 230)
    )
    sketch.polygon([(0.24, 0.14), (1.52, 0.14), (1.45, 0.05), (0.3, 0.05)], hull * 0.5)
    sketch.rectangle(0.55, 0.5, 1.2, 0.68, (196, 150, 96))
    for x in (0.66, 0.86, 1.06):
        sketch.ellipse(x, 0.59, 0.045, 0.045, (40, 58, 78))
    coats.relief(sketch, int(rng.integers(2**31)), 0.06)
    return sketch.pixels


def bottle(rng: np.random.Generator, pixels: int) -> np.ndarray:
    """Returns a bottle with a label, RGBA."""
    glass = np.array(((38, 104, 58), (124, 70, 24), (60, 120, 160))[rng.integers(3)])
    sketch = Sketch(0.62, 1.9, pixels)
    outline = [(0.06, 0.03), (0.56, 0.03), (0.58, 1.05), (0.42, 1.38), (0.4, 1.75)]
    outline += [(0.22, 1.75), (0.2, 1.38), (0.04, 1.05)]
    sketch.polygon(outline, glass)
    sketch.rectangle(0.19, 1.68, 0.43, 1.88, _bright(rng))
    sketch.rectangle(0.045, 0.35, 0.575, 0.92, (240, 232, 206))
    sketch.rectangle(0.045, 0.5, 0.575, 0.68, _bright(rng))
    sketch.ellipse(0.31, 0.76, 0.12, 0.1, _bright(rng))
    coats.relief(sketch, int(rng.integers(2**31)), 0.03)
    sketch.line([(0.13, 0.12), (0.13, 1.02), (0.26, 1.36)], 0.035, (206, 230, 212))
    return sketch.pixels


def chair(rng: np.random.Generator, pixels: int) -> np.ndarray:
    """Returns a wooden chair with a cushion, RGBA."""
    wood = np.array([164.0, 104, 52]) * rng.uniform(0.6, 1.2)
    cushion = _bright(rng)
    sketch = Sketch(1.05, 1.7, pixels)
    for x in (0.28, 0.92):
        sketch.line([(x, 0.1), (x, 0.75)], 0.07, wood * 0.6)
    sketch.polygon([(0.08, 0.7), (0.78, 0.7), (0.98, 0.86), (0.26, 0.86)], cushion)
    sketch.polygon([(0.08, 0.6), (0.78, 0.6), (0.78, 0.7), (0.08, 0.7)], wood)
    for x in (0.1, 0.76):
        sketch.line([(x, 0.03), (x, 0.65)], 0.08, wood)
    for x in (0.28, 0.98):
        sketch.line([(x, 0.8), (x - 0.03, 1.66)], 0.08, wood * 0.9)
    for y in (1.1, 1.32, 1.54):
        sketch.line([(0.27, y), (0.95, y)], 0.1, cushion if y > 1.5 else wood * 0.85)
    coats.relief(sketch, int(rng.integers(2**31)), 0.08)
    return sketch.pixels


def sofa(rng: np.random.Generator, pixels: int) -> np.ndarray:
    """Returns a sofa with cushions, RGBA."""
    cloth, cushion = _bright(rng), _bright(rng)
    sketch = Sketch(2.1, 1.0, pixels)
    for x in (0.2, 1.9):
        sketch.rectangle(x - 0.05, 0, x + 0.05, 0.16, (60, 40, 28))
    sketch.rectangle(0.18, 0.3, 1.92, 0.95, cloth * 0.86)
    sketch.ellipse(1.05, 0.93, 0.87, 0.06, cloth * 0.9)
    sketch.rectangle(0.1, 0.12, 2.0, 0.4, cloth * 0.72)
    for left in (0.28, 1.06):
        sketch.rectangle(left, 0.36, left + 0.76, 0.52, cloth)
        sketch.ellipse(left + 0.38, 0.52, 0.38, 0.05, cloth)
    for x in (0.14, 1.96):
        sketch.rectangle(x - 0.13, 0.12, x + 0.13, 0.6, cloth * 0.95)
        sketch.ellipse(x, 0.6, 0.15, 0.11, cloth)
    for x, angle in ((0.52, 20), (1.58, -16)):
        sketch.ellipse(x, 0.66, 0.19, 0.16, cushion, angle)
    coats.pattern(sketch, str(rng.choice(["plain", "bands", "spots"])), cushion, 3)
    coats.relief(sketch, int(rng.integers(2**31)), 0.08)
    return sketch.pixels


def tvmonitor(rng: np.random.Generator, pixels: int) -> np.ndarray:
    """Returns a television that shows a sunset or colour bars, RGBA."""
    sketch = Sketch(1.6, 1.2, pixels)
    sketch.polygon([(0.45, 0.02), (1.15, 0.02), (1.0, 0.1), (0.6, 0.1)], (52, 52, 56))
    sketch.rectangle(0.72, 0.05, 0.88, 0.3, (44, 44, 48))
    sketch.rectangle(0.03, 0.24, 1.57, 1.17, (24, 24, 26))
    if rng.random() < 0.5:
        bars = (
            (240,) * 3,
            (236, 226, 40),
            (40, 216, 220),
            (50, 200, 60),
            (214, 54, 204),
        )
        for index, color in enumerate((*bars, (214, 40, 36), (40, 48, 208))):
            left = 0.1 + index * 0.2
            sketch.rectangle(left, 0.31, left + 0.2, 1.1, color)
    else:
        for row, y in enumerate(np.linspace(0.31, 1.04, 8)):
            sketch.rectangle(
                0.1, y, 1.5, y + 0.11, (250 - 12 * row, 150 - 14 * row, 60 + 16 * row)
            )
        sketch.ellipse(1.0, 0.68, 0.17, 0.17, (255, 240, 150))
        sketch.polygon(
            [(0.1, 0.31), (0.1, 0.6), (0.5, 0.5), (1.5, 0.38), (1.5, 0.31)],
            (30, 40, 36),
        )
    sketch.polygon([(0.1, 1.1), (0.5, 1.1), (0.3, 0.6), (0.1, 0.6)], (120, 130, 150))
    sketch.ellipse(1.48, 0.275, 0.015, 0.015, (60, 230, 90))
    return sketch.pixels


def pottedplant(rng: np.random.Generator, pixels: int) -> np.ndarray:
    """Returns a plant in a pot, RGBA."""
    sketch = Sketch(1.2, 1.6, pixels)
    for _ in range(26):
        angle = rng.uniform(0.15, np.pi - 0.15)
        length = rng.uniform(0.35, 0.9)
        tip = np.array([0.6, 0.55]) + length * np.array(
            [0.62 * np.cos(angle), np.sin(angle)]
        )
        green = np.array([52, 150, 60]) * rng.uniform(0.6, 1.2)
        sketch.line([(0.6, 0.5), tip], 0.025, green * 0.8)
        sketch.ellipse(*tip, 0.13, 0.05, green, np.rad2deg(angle))
    pot = [(0.34, 0.02), (0.86, 0.02), (0.98, 0.5), (0.22, 0.5)]
    sketch.polygon(pot, (190, 98, 62))
    sketch.rectangle(0.18, 0.46, 1.02, 0.58, (206, 112, 72))
    return sketch.pixels
