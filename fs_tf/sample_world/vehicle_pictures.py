"""The faces of vehicles, drawn flat."""

import dataclasses

import numpy as np

from fs_tf.sample_world.sketch import Sketch

GLASS = np.array([38.0, 46, 54])
RUBBER = (24, 24, 26)
BOX_SIZES = {"truck": (8.0, 2.5, 3.5), "bus": (11.5, 2.5, 3.1), "train": (24, 2.4, 3.5)}
BOX_PAINTS = {
    "truck": ((206, 204, 196), (44, 84, 132), (186, 120, 40), (120, 130, 128)),
    "bus": ((196, 44, 38), (222, 186, 44), (52, 108, 72), (214, 212, 204)),
    "train": ((222, 210, 164), (206, 60, 46), (190, 196, 200)),
}


@dataclasses.dataclass(frozen=True)
class Look:
    """Paint and a seed for small differences."""

    paint: tuple[float, float, float]
    seed: int

    @property
    def color(self) -> np.ndarray:
        return np.array(self.paint)


def wheel(sketch: Sketch, x: float, radius: float) -> None:
    """Draws a wheel in its arch that touches the ground at `x`."""
    sketch.ellipse(x, radius + 0.03, radius * 1.16, radius * 1.16, (16, 16, 18))
    sketch.ellipse(x, radius, radius, radius, RUBBER)
    sketch.ellipse(x, radius, radius * 0.66, radius * 0.66, (128, 130, 134))
    for angle in np.linspace(0, 2 * np.pi, 5, endpoint=False):
        spoke = radius * 0.42 * np.array([np.cos(angle), np.sin(angle)])
        sketch.ellipse(
            x + spoke[0], radius + spoke[1], radius * 0.14, radius * 0.14, (52, 52, 56)
        )
    sketch.ellipse(x, radius, radius * 0.14, radius * 0.14, (70, 70, 74))


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


def box_side(kind, size, look: Look, pixels_per_metre: float) -> np.ndarray:
    """Returns a long vehicle from the side, its front to the right."""
    length, _, height = size
    sketch = Sketch(length, height, pixels_per_metre)
    paint = look.color
    if kind == "truck":
        return _truck_side(sketch, length, height, paint)
    bottom = 0.3 if kind == "bus" else 0.22
    sketch.rectangle(0, bottom, length, height, paint)
    sketch.rectangle(0, bottom, length, bottom + 0.3, paint * 0.5)
    band = 1.25
    sketch.rectangle(0.15, band, length - 0.1, height - 0.45, GLASS)
    for x in np.arange(0.15, length, 1.45):
        sheen = [
            (x + 0.1, height - 0.45),
            (x + 0.8, height - 0.45),
            (x + 0.1, band + 0.2),
        ]
        sketch.polygon(sheen, GLASS + [36, 42, 48])
        sketch.rectangle(x, band, x + 0.09, height - 0.45, paint * 0.45)
    for share in (0.2, 0.52, 0.86):
        x = share * length
        sketch.rectangle(x - 0.65, bottom + 0.1, x + 0.65, height - 0.4, paint * 0.6)
        for side in (-0.6, 0.04):
            sketch.rectangle(
                x + side, bottom + 0.2, x + side + 0.56, height - 0.5, GLASS + 14
            )
    stripe = np.clip(255 - paint, 40, 215) if kind == "train" else paint * 0.7
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
    sketch.rectangle(0.8, 1.7, cab - 1.2, 2.3, np.clip(240 - paint, 30, 220))
    color = np.clip(paint[::-1] * 0.9, 20, 220)
    outline = [
        (cab, 0.5),
        (length, 0.5),
        (length, 1.5),
        (length - 0.25, 2.9),
        (cab, 2.9),
    ]
    sketch.polygon(outline, color)
    pane = [
        (cab + 0.5, 1.6),
        (length - 0.1, 1.6),
        (length - 0.3, 2.6),
        (cab + 0.5, 2.6),
    ]
    sketch.polygon(pane, GLASS)
    for x in (0.15 * length, 0.28 * length, length - 1.1):
        wheel(sketch, x, 0.48)
    return sketch.pixels


def box_end(kind, size, look: Look, end: str, pixels_per_metre: float) -> np.ndarray:
    """Returns the front or rear of a long vehicle."""
    _, width, height = size
    sketch = Sketch(width, height, pixels_per_metre)
    paint = look.color
    sketch.rectangle(0, 0.35, width, height, paint)
    sketch.rectangle(0.1, 0.05, 0.45, 0.6, RUBBER)
    sketch.rectangle(width - 0.45, 0.05, width - 0.1, 0.6, RUBBER)
    sketch.rectangle(0, 0.35, width, 0.6, paint * 0.45)
    is_front = end == "front"
    if kind == "truck" and not is_front:
        sketch.line([(width / 2, 0.7), (width / 2, height)], 0.05, paint * 0.6)
        for x in (0.5, width - 0.5):
            sketch.line([(x, 0.8), (x, height - 0.1)], 0.04, (150, 150, 150))
    else:
        low = 1.2 if is_front else 1.6
        sketch.rectangle(0.15, low, width - 0.15, height - 0.5, GLASS + 6)
        sheen = [(0.15, low), (width * 0.4, low), (width * 0.7, height - 0.5)]
        sketch.polygon([*sheen, (0.15, height - 0.5)], GLASS + [40, 46, 52])
        sketch.rectangle(0.5, height - 0.42, width - 0.5, height - 0.14, (30, 30, 28))
        sketch.rectangle(0.8, height - 0.36, width - 0.9, height - 0.2, (214, 158, 60))
    lamp = (226, 228, 220) if is_front else (168, 30, 26)
    for x in (0.32, width - 0.32):
        sketch.ellipse(x, 0.85, 0.17, 0.13, lamp)
    sketch.slope(0.84, 1.05)
    return sketch.pixels


def box_top(size, look: Look, pixels_per_metre: float) -> np.ndarray:
    """Returns the roof of a long vehicle."""
    sketch = _plate_of(size[1], size[0], look.color * 0.8, min(pixels_per_metre, 40))
    return sketch.pixels
