"""The faces of a car, drawn flat."""

import numpy as np

from fs_tf.sample_world.sketch import Sketch
from fs_tf.sample_world.vehicle_pictures import GLASS, RUBBER, Look, wheel


def car_side(body, look: Look, pixels_per_metre: float) -> np.ndarray:
    """Returns a car from the side, its front to the right."""
    sketch = Sketch(body.length, body.height, pixels_per_metre)
    top_rear, top_front, low_rear, low_front = body.cabin
    length, height, hood = body.length, body.height, body.hood
    paint = look.color
    cabin = [
        (low_rear, hood),
        (top_rear, height),
        (top_front, height),
        (low_front, hood),
    ]
    sketch.polygon(cabin, paint * 0.92)
    outline = [(0.0, 0.22), (length, 0.22), (length - 0.03, hood * 0.7)]
    outline += [(length - 0.08, hood * 0.82), (low_front, hood), (low_rear, hood)]
    sketch.polygon([*outline, (0.05, hood), (0.0, hood * 0.8)], paint)
    sketch.polygon([(0, 0.22), (length, 0.22), (length, 0.42), (0, 0.42)], paint * 0.55)
    inner = 0.08
    glass_top = height - inner
    slant_rear = (top_rear - low_rear) / (height - hood)
    slant_front = (top_front - low_front) / (height - hood)
    rear_top = low_rear + slant_rear * (glass_top - hood) + inner
    front_top = low_front + slant_front * (glass_top - hood) - inner
    window = [(low_rear + 2 * inner, hood + 0.02), (rear_top, glass_top)]
    window += [(front_top, glass_top), (low_front - 2 * inner, hood + 0.02)]
    sketch.polygon(window, GLASS)
    middle = (top_rear + top_front) / 2
    sheen = [(rear_top, glass_top), (middle, glass_top), (low_rear + 0.5, hood + 0.12)]
    sketch.polygon(sheen, GLASS + [34, 40, 46])
    sketch.rectangle(middle - 0.05, hood, middle + 0.05, height, paint * 0.75)
    seams = (low_rear + 0.55, middle, low_front - 0.3)
    for seam in seams:
        sketch.line([(seam, 0.35), (seam, hood)], 0.025, paint * 0.5)
    for seam in seams[:2]:
        sketch.rectangle(seam + 0.1, hood - 0.16, seam + 0.3, hood - 0.1, paint * 0.6)
    shine = np.clip(paint * 1.25 + 22, 0, 250)
    sketch.line([(0.1, hood - 0.06), (length - 0.3, hood * 0.86)], 0.05, shine)
    sketch.rectangle(0.0, hood - 0.3, 0.16, hood - 0.1, (150, 24, 22))
    sketch.rectangle(
        length - 0.3, hood * 0.62, length - 0.04, hood * 0.76, (214, 216, 210)
    )
    for x in (0.19 * length, 0.81 * length):
        wheel(sketch, x, 0.31)
    return sketch.pixels


def rear(body, look, height, pixels_per_metre):
    """Returns the tail with its lights and plate."""
    sketch = _plate_of(body.width, height, look.color * 0.96, pixels_per_metre, 0.22)
    width, middle = body.width, body.width / 2
    for left in (0.06, width - 0.34):
        low, high = height * 0.66, height * 0.93
        sketch.rectangle(left, low, left + 0.28, high, (158, 28, 24))
        sketch.rectangle(left, low + 0.05, left + 0.28, low + 0.11, (214, 150, 70))
    sketch.rectangle(0, 0.2, width, 0.36, (40, 40, 42))
    low = height * 0.58
    sketch.rectangle(middle - 0.27, low, middle + 0.27, low + 0.13, (222, 222, 214))
    crease = height * 0.52
    sketch.line([(0.1, crease), (width - 0.1, crease)], 0.03, look.color * 0.5)
    return _shaded(sketch)


def front(body, look, height, pixels_per_metre):
    """Returns the nose with its lights and grille."""
    sketch = _plate_of(body.width, height, look.color, pixels_per_metre, 0.2)
    width, middle = body.width, body.width / 2
    sketch.rectangle(0, 0.19, width, 0.3, (36, 36, 38))
    sketch.rectangle(middle - 0.55, 0.24, middle + 0.55, 0.34, (30, 31, 34))
    low, high = height * 0.66, height * 0.88
    sketch.rectangle(middle - 0.42, low, middle + 0.42, high, (30, 31, 33))
    for y in np.linspace(low, high, 5)[1:-1]:
        sketch.line([(middle - 0.4, y), (middle + 0.4, y)], 0.02, (120, 122, 126))
    for x in (0.27, width - 0.27):
        sketch.ellipse(x, height * 0.78, 0.2, 0.085, (222, 226, 224))
        sketch.ellipse(x, height * 0.78, 0.08, 0.06, (150, 156, 162))
    plate = height * 0.5
    sketch.rectangle(middle - 0.27, plate, middle + 0.27, plate + 0.11, (224, 224, 218))
    return _shaded(sketch)


def glass(body, look, height, pixels_per_metre):
    """Returns a pane across the car with the pillars beside it."""
    sketch = _plate_of(body.width, height, look.color * 0.9, pixels_per_metre)
    width = body.width
    edge = 0.1
    pane = [(edge, 0.05), (width - edge, 0.05)]
    pane += [(width - edge * 1.4, height - 0.06), (edge * 1.4, height - 0.06)]
    sketch.polygon(pane, GLASS + 8)
    for x in (width * 0.3, width * 0.7):  # headrests
        sketch.ellipse(x, height * 0.14, 0.12, height * 0.2, GLASS * 0.75 + 8)
    sheen = [(edge, 0.05), (width * 0.2, 0.05), (width * 0.55, height - 0.06)]
    sketch.polygon([*sheen, (edge * 1.4, height - 0.06)], GLASS + [44, 50, 56])
    return sketch.pixels


def panel(body, look, height, pixels_per_metre):
    """Returns plain sheet metal."""
    paint = np.clip(look.color * 1.06 + 4, 0, 245)
    sketch = _plate_of(body.width, height, paint, pixels_per_metre)
    for x in (0.25, body.width - 0.25):
        sketch.line([(x, 0), (x, height)], 0.03, paint * 0.85)
    return sketch.pixels


def _plate_of(width, height, color, pixels_per_metre, bottom=0.0) -> Sketch:
    sketch = Sketch(width, height, pixels_per_metre)
    if bottom:
        for x in (0.18, width - 0.18):
            sketch.rectangle(x - 0.11, 0, x + 0.11, bottom + 0.1, RUBBER)
    sketch.rectangle(0, bottom, width, height, color)
    return sketch


def _shaded(sketch: Sketch) -> np.ndarray:
    sketch.slope(0.78, 1.06)
    return sketch.pixels


SLABS = {
    "rear": rear,
    "front": front,
    "lid": panel,
    "rear_window": glass,
    "roof": panel,
    "windscreen": glass,
    "bonnet": panel,
}
