"""Houses: facades with windows, gable ends and roofs."""

import dataclasses
import functools

import numpy as np

from fs_tf import labels
from fs_tf.sample_world.canvas import Panel
from fs_tf.sample_world.road import Road
from fs_tf.sample_world.sketch import Sketch
from fs_tf.sample_world.thing import UP, Thing

BUILDING = labels.LABEL_IDS["building"]
PLASTER = (
    (206, 196, 172),
    (188, 178, 160),
    (214, 208, 196),
    (196, 168, 128),
    (176, 150, 132),
    (168, 172, 172),
    (154, 104, 84),
    (190, 186, 150),
    (172, 136, 110),
    (146, 148, 146),
)
ROOFS = ((126, 72, 56), (104, 66, 58), (84, 82, 84), (98, 90, 86))
DETAILED = 14.0  # pixels per metre from which frames and curtains can be told
DEPTH = 11.0  # metres from front to back


@dataclasses.dataclass(frozen=True)
class Style:
    """How one house looks; lengths in metres."""

    plaster: tuple[float, float, float]
    trim: tuple[float, float, float]
    roof: tuple[float, float, float]
    floors: int
    floor_height: float
    bay: float
    window: tuple[float, float]
    has_shop: bool
    has_roof: bool
    seed: int

    @property
    def height(self) -> float:
        """In metres, with the base."""
        return self.floors * self.floor_height + 0.9


def draw_style(rng: np.random.Generator) -> Style:
    """Returns a random style."""
    plaster = np.array(PLASTER[rng.integers(len(PLASTER))]) + rng.normal(0, 7, 3)
    bay = rng.uniform(1.9, 3.0)
    return Style(
        plaster=tuple(plaster),
        trim=tuple(np.clip(plaster * rng.choice([0.78, 1.16]), 0, 240)),
        roof=tuple(np.array(ROOFS[rng.integers(len(ROOFS))]) + rng.normal(0, 6, 3)),
        floors=int(rng.integers(2, 6)),
        floor_height=rng.uniform(2.9, 3.5),
        bay=bay,
        window=(bay * rng.uniform(0.42, 0.62), rng.uniform(1.4, 1.9)),
        has_shop=bool(rng.random() < 0.4),
        has_roof=bool(rng.random() < 0.65),
        seed=int(rng.integers(2**32)),
    )


def facade(width: float, style: Style, pixels_per_metre: float) -> np.ndarray:
    """Returns the street side of a house, RGBA."""
    rng = np.random.default_rng(style.seed)
    sketch = Sketch(width, style.height, pixels_per_metre)
    sketch.rectangle(0, 0, width, style.height, style.plaster)
    sketch.grain(0.07, 0.8, style.seed)
    top = style.floors * style.floor_height
    base = np.array(style.plaster) * 0.7
    sketch.rectangle(0, 0, width, 0.7, base)
    sketch.rectangle(0, top, width, top + 0.9, np.array(style.trim) * 0.92)
    sketch.rectangle(0, top - 0.12, width, top + 0.06, np.array(style.plaster) * 0.62)
    count = max(1, int((width - 0.8) / style.bay))
    margin = (width - count * style.bay) / 2
    for floor in range(style.floors):
        bottom = floor * style.floor_height + 0.95
        if floor == 0 and style.has_shop:
            _shop(sketch, width, style, rng)
            continue
        if floor > 0 and style.seed % 2:
            line = floor * style.floor_height + 0.1
            sketch.rectangle(0, line, width, line + 0.16, style.trim)
        door = rng.integers(count) if floor == 0 else -1
        for column in range(count):
            middle = margin + (column + 0.5) * style.bay
            if column == door:
                _door(sketch, middle, rng)
            else:
                _window(sketch, middle, bottom, style, rng)
    sketch.slope(0.86, 1.04)
    return sketch.pixels


def _window(sketch, middle, bottom, style, rng) -> None:
    width, height = style.window
    left, right, top = middle - width / 2, middle + width / 2, bottom + height
    tone, has_curtain = rng.uniform(-14, 40), rng.random() < 0.45
    frame = np.array([226, 224, 216]) if style.seed % 3 else np.array([92, 74, 62])
    sketch.rectangle(left - 0.14, bottom - 0.2, right + 0.14, bottom - 0.08, style.trim)
    sketch.rectangle(left - 0.1, bottom - 0.08, right + 0.1, top + 0.12, style.trim)
    sketch.rectangle(left, bottom, right, top, frame)
    glass = np.array([44, 54, 62]) + tone
    pane = 0.07
    sketch.rectangle(left + pane, bottom + pane, right - pane, top - pane, glass)
    if sketch.scale < DETAILED:
        return
    if has_curtain:  # a curtain or a blind
        cloth = np.array([188, 184, 172]) * rng.uniform(0.6, 1)
        lower = top - pane - rng.uniform(0.2, 0.8) * height
        sketch.rectangle(left + pane, lower, right - pane, top - pane, cloth)
    else:  # sky in the glass
        corner = [(left + pane, top - pane), (right - pane, top - pane)]
        corner += [(left + pane, bottom + 0.4 * height)]
        sketch.polygon(corner, glass + [42, 50, 58])
    sketch.rectangle(middle - 0.035, bottom, middle + 0.035, top, frame)
    cross = bottom + 0.68 * height
    sketch.rectangle(left, cross, right, cross + 0.06, frame)
    shade = top - pane - 0.12
    sketch.rectangle(left + pane, shade, right - pane, top - pane, glass * 0.5)


def _door(sketch, middle, rng) -> None:
    wood = np.array([[78, 54, 40], [58, 66, 58], [96, 84, 70], [70, 44, 46]])
    color = wood[rng.integers(len(wood))].astype(float)
    sketch.rectangle(middle - 0.75, 0, middle + 0.75, 2.6, (188, 182, 168))
    sketch.rectangle(middle - 0.6, 0.1, middle + 0.6, 2.45, color)
    sketch.rectangle(middle - 0.42, 1.2, middle + 0.42, 2.25, color * 0.6)
    sketch.rectangle(middle - 0.9, 0, middle + 0.9, 0.12, (150, 148, 142))


def _shop(sketch, width, style, rng) -> None:
    """A shop window with a sign or an awning along the ground floor."""
    top = style.floor_height - 0.3
    sketch.rectangle(0.3, 0.5, width - 0.3, top, (52, 56, 60))
    count = max(1, round(width / 3.0))
    for column in range(count):
        left = 0.4 + column * (width - 0.8) / count
        right = left + (width - 0.8) / count - 0.15
        glass = np.array([70, 78, 82]) + rng.uniform(-20, 45)
        sketch.rectangle(left, 0.6, right, top - 0.75, glass)
        for _ in range(4):  # goods
            x, size = rng.uniform(left, right - 0.5), rng.uniform(0.2, 0.6)
            goods = rng.uniform(60, 190, 3)
            sketch.rectangle(x, 0.65, min(x + size, right), 0.7 + 2 * size, goods)
        sheen = [(left, top - 0.75), (left + 0.6, top - 0.75), (left, 1.2)]
        sketch.polygon(sheen, glass + 40)
    sign = np.array([[150, 44, 40], [36, 70, 118], [212, 206, 190], [44, 88, 62]])
    color = sign[rng.integers(len(sign))] + rng.normal(0, 10, 3)
    sketch.rectangle(0.2, top - 0.7, width - 0.2, top, color)
    ink = np.array([225, 222, 210]) if color.mean() < 130 else np.array([50, 46, 52])
    start = rng.uniform(0.6, max(0.7, width - 4.0))
    for letter in range(int(rng.integers(5, 10))):
        left = start + 0.36 * letter
        size = rng.choice([0.26, 0.36])
        sketch.rectangle(left, top - 0.54, left + 0.24, top - 0.54 + size, ink)
        hole = left + 0.1
        sketch.rectangle(hole, top - 0.48, hole + 0.07, top - 0.54 + size - 0.1, color)


def gable(style: Style, pixels_per_metre: float) -> np.ndarray:
    """Returns the end wall with the triangle of the roof, RGBA."""
    height = style.height + (3.4 if style.has_roof else 0)
    sketch = Sketch(DEPTH, height, pixels_per_metre)
    outline = [(0, 0), (DEPTH, 0), (DEPTH, style.height), (DEPTH / 2, height)]
    wall = np.array(style.plaster) * 0.93
    sketch.polygon([*outline, (0, style.height)], wall)
    sketch.grain(0.09, 0.8, style.seed + 1)
    if style.seed % 3:
        for floor in range(1, style.floors):
            _window(
                sketch,
                DEPTH * (0.3 + 0.4 * (floor % 2)),
                floor * style.floor_height + 0.95,
                style,
                np.random.default_rng(style.seed + floor),
            )
    sketch.slope(0.85, 1.03)
    return sketch.pixels


def roof(width: float, style: Style, pixels_per_metre: float) -> np.ndarray:
    """Returns the tiles of the street side, RGBA."""
    sketch = Sketch(width, 6.0, pixels_per_metre)
    sketch.rectangle(0, 0, width, 6.0, style.roof)
    for row in np.arange(0.25, 6, 0.33):
        sketch.rectangle(0, row, width, row + 0.07, np.array(style.roof) * 0.72)
    sketch.grain(0.14, 2.0, style.seed + 2)
    for x in np.arange(2.0, width - 1.5, 4.5):
        if style.seed % 2:
            sketch.rectangle(x, 2.2, x + 1.1, 3.8, (70, 66, 62))
            sketch.rectangle(x + 0.12, 2.35, x + 0.98, 3.65, (108, 122, 134))
    return sketch.pixels


def house(
    road: Road, side: int, start: float, end: float, setback: float, style: Style
) -> Thing:
    """Returns a house along the street.

    Args:
      side: -1 left of the street, 1 right.
      start, end: metres along the street.
      setback: metres from the sidewalk to the facade.
      style: how it looks.
    """
    front = road.frontage(side) + side * setback
    near, far = road.point(front, start), road.point(front, end)
    width = float(np.linalg.norm(far - near))
    along = (far - near) / width
    inward = side * np.array([along[2], 0, -along[0]])
    first, second = (near, far) if side < 0 else (far, near)
    picture = functools.cache(functools.partial(facade, width, style))
    wall = Panel(first, second - first, UP * style.height, picture, BUILDING)
    ends = functools.cache(functools.partial(gable, style))
    tall = style.height + (3.4 if style.has_roof else 0)
    panels = [wall]
    for corner, facing in ((near, -along), (far, along)):
        panels.append(
            Panel(corner, inward * DEPTH, UP * tall, ends, BUILDING, facing=facing)
        )
    if style.has_roof:
        panels.append(
            Panel(
                corner=first + UP * (style.height - 0.1) - inward * 0.3,
                right=second - first,
                up=inward * DEPTH / 2 + UP * 3.4,
                picture=functools.cache(functools.partial(roof, width, style)),
                label_id=BUILDING,
            )
        )
    corners = [near, far, far + inward * DEPTH, near + inward * DEPTH]
    return Thing(tuple(panels), np.array(corners)[:, [0, 2]], style.height + 1)
