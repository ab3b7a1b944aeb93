"""The faces of trucks, buses and trams, drawn flat."""

import numpy as np

from fs_tf.sample_world.sketch import Sketch
from fs_tf.sample_world.vehicle_pictures import RUBBER, Look, wheel

SIZES = {"truck": (8.0, 2.5, 3.5), "bus": (11.5, 2.5, 3.1), "train": (24, 2.4, 3.5)}
# One look per class, as the fleets of a town have: learnable from few pictures.
PAINTS = {
    "truck": ((222, 222, 216), (208, 212, 214)),
    "bus": ((232, 182, 36), (224, 168, 30)),
    "train": ((186, 36, 34), (172, 30, 36)),
}
STRIPE = np.array([226.0, 104, 28])  # of trucks
# Tinted panes, the sky in them lighter.
PANES = {"truck": (52, 44, 44), "bus": (34, 42, 58), "train": (40, 62, 56)}
CREAM = np.array([230.0, 216, 172])  # upper half of trams


def side(kind, size, look: Look, pixels_per_metre: float) -> np.ndarray:
    """Returns a long vehicle from the side, its front to the right."""
    length, _, height = size
    sketch = Sketch(length, height, pixels_per_metre)
    paint = look.color
    if kind == "truck":
        return _truck_side(sketch, length, height, paint)
    glass = np.array(PANES[kind])
    bottom = 0.3 if kind == "bus" else 0.22
    sketch.rectangle(0, bottom, length, height, paint)
    sketch.rectangle(0, bottom, length, bottom + 0.3, paint * 0.5)
    band = 1.25
    if kind == "train":
        sketch.rectangle(0, band, length, height, CREAM)
    sketch.rectangle(0.15, band, length - 0.1, height - 0.45, glass)
    for x in np.arange(0.15, length, 1.45):
        sheen = [
            (x + 0.1, height - 0.45),
            (x + 0.8, height - 0.45),
            (x + 0.1, band + 0.2),
        ]
        sketch.polygon(sheen, glass + [36, 42, 48])
        sketch.rectangle(x, band, x + 0.09, height - 0.45, paint * 0.45)
    for share in (0.2, 0.52, 0.86):
        x = share * length
        sketch.rectangle(x - 0.65, bottom + 0.1, x + 0.65, height - 0.4, paint * 0.6)
        for side in (-0.6, 0.04):
            sketch.rectangle(
                x + side, bottom + 0.2, x + side + 0.56, height - 0.5, glass + 14
            )
    stripe = CREAM if kind == "train" else paint * 0.7
    sketch.rectangle(0, band - 0.25, length, band - 0.1, stripe)
    for share in (0.12, 0.36, 0.68, 0.95) if kind == "train" else (0.18, 0.78):
        if kind == "bus":
            wheel(sketch, share * length, 0.48)
        else:
            sketch.rectangle(share * length - 1, 0, share * length, 0.4, (34, 34, 36))
    sketch.slope(0.9, 1.04)
    return sketch.pixels


def _truck_side(sketch, length, height, paint) -> np.ndarray:
    cab = length - 2.0
    sketch.rectangle(0, 0.55, length - 0.05, 0.95, (46, 46, 48))
    sketch.rectangle(0, 0.95, cab - 0.15, height, paint)
    for x in np.arange(0.5, cab - 0.3, 0.9):
        sketch.line([(x, 1.0), (x, height)], 0.03, paint * 0.85)
    for x in np.arange(0.4, cab - 1.3, 1.6):
        stripe = [(x, 0.95), (x + 0.7, 0.95), (x + 1.5, height), (x + 0.8, height)]
        sketch.polygon(stripe, STRIPE)
    outline = [
        (cab, 0.5),
        (length, 0.5),
        (length, 1.5),
        (length - 0.25, 2.9),
        (cab, 2.9),
    ]
    sketch.rectangle(cab - 0.2, 0.6, cab + 0.1, 2.7, (52, 52, 54))
    sketch.polygon(outline, STRIPE * 0.95)
    pane = [
        (cab + 0.5, 1.6),
        (length - 0.1, 1.6),
        (length - 0.3, 2.6),
        (cab + 0.5, 2.6),
    ]
    sketch.polygon(pane, PANES["truck"])
    for x in (0.15 * length, 0.28 * length, length - 1.1):
        wheel(sketch, x, 0.48)
    return sketch.pixels


def end(kind, size, look: Look, end: str, pixels_per_metre: float) -> np.ndarray:
    """Returns the front or rear of a long vehicle."""
    _, width, height = size
    sketch = Sketch(width, height, pixels_per_metre)
    paint = look.color
    is_front = end == "front"
    body = STRIPE * 0.95 if kind == "truck" and is_front else paint
    sketch.rectangle(0, 0.35, width, height, body)
    if kind == "train":
        sketch.rectangle(0, 1.3, width, height, CREAM)
    sketch.rectangle(0.1, 0.05, 0.45, 0.6, RUBBER)
    sketch.rectangle(width - 0.45, 0.05, width - 0.1, 0.6, RUBBER)
    sketch.rectangle(0, 0.35, width, 0.6, paint * 0.45)
    if kind == "truck" and not is_front:
        for y in (1.0, 1.9, 2.8):
            for sign in (-1, 1):
                x = width / 2 + sign * 1.1
                stripe = [(width / 2, y + 0.5), (x, y), (x, y - 0.35)]
                sketch.polygon([*stripe, (width / 2, y + 0.15)], STRIPE)
        sketch.line([(width / 2, 0.7), (width / 2, height)], 0.05, paint * 0.6)
        for x in (0.5, width - 0.5):
            sketch.line([(x, 0.8), (x, height - 0.1)], 0.04, (150, 150, 150))
    else:
        glass = np.array(PANES[kind])
        low = {"truck": 1.7, "bus": 1.1, "train": 1.45}[kind] if is_front else 1.6
        sketch.rectangle(0.15, low, width - 0.15, height - 0.5, glass + 6)
        sheen = [(0.15, low), (width * 0.4, low), (width * 0.7, height - 0.5)]
        sketch.polygon([*sheen, (0.15, height - 0.5)], glass + [40, 46, 52])
        sketch.rectangle(0.5, height - 0.42, width - 0.5, height - 0.14, (30, 30, 28))
        sketch.rectangle(0.8, height - 0.36, width - 0.9, height - 0.2, (214, 158, 60))
    lamp = (226, 228, 220) if is_front else (168, 30, 26)
    for x in (0.32, width - 0.32):
        sketch.ellipse(x, 0.85, 0.17, 0.13, lamp)
    sketch.slope(0.84, 1.05)
    return sketch.pixels


def top(size, look: Look, pixels_per_metre: float) -> np.ndarray:
    """Returns the roof of a long vehicle."""
    sketch = Sketch(size[1], size[0], min(pixels_per_metre, 40))
    sketch.rectangle(0, 0, size[1], size[0], look.color * 0.8)
    return sketch.pixels
