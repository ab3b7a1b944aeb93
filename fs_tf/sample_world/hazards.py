"""Lost cargo and other things on the road, with their ids in Lost & Found."""

import dataclasses
import functools

import numpy as np

from fs_tf.sample_world import animals, people
from fs_tf.sample_world.canvas import Panel
from fs_tf.sample_world.sketch import Sketch
from fs_tf.sample_world.thing import UP, Thing, rectangle, square, upright

OFFSET = 100  # added to the id on the canvas, where Cityscapes ids end at 33
ACROSS = np.array([1.0, 0, 0])


@dataclasses.dataclass(frozen=True)
class Hazard:
    """One object type of the Lost & Found label table.

    Attributes:
      label_id: in `*_gtCoarse_labelIds.png`.
      kind: "box", or the name of a flat picture.
      size: width, height and depth in metres.
      color: RGB 0..255.
    """

    label_id: int
    kind: str
    size: tuple[float, float, float]
    color: tuple[int, int, int] = (0, 0, 0)


HAZARDS = {
    "crate (black)": Hazard(2, "box", (0.6, 0.34, 0.42), (30, 31, 34)),
    "crate (gray)": Hazard(5, "box", (0.6, 0.36, 0.42), (120, 124, 126)),
    "cardboard box": Hazard(9, "box", (0.7, 0.5, 0.5), (172, 130, 82)),
    "crate (blue)": Hazard(10, "box", (0.62, 0.4, 0.42), (34, 70, 156)),
    "crate (green)": Hazard(12, "box", (0.62, 0.4, 0.42), (44, 128, 62)),
    "euro pallet": Hazard(16, "box", (1.2, 0.18, 0.8), (178, 142, 92)),
    "pylon": Hazard(17, "pylon", (0.42, 0.72, 0.42)),
    "tire": Hazard(21, "tire", (0.66, 0.66, 0.2)),
    "plastic bag": Hazard(23, "bag", (0.6, 0.5, 0.4)),
    "styrofoam": Hazard(24, "box", (0.9, 0.25, 0.5), (232, 234, 236)),
    "ball": Hazard(25, "ball", (0.34, 0.34, 0.34)),
    "dog (black)": Hazard(27, "dog", (0.85, 0.62, 0.3)),
    "bobby car (red)": Hazard(31, "bobby car", (0.62, 0.44, 0.3)),
    "timber (squared)": Hazard(37, "box", (1.6, 0.12, 0.12), (190, 150, 98)),
}
# Part of Cityscapes classes, so Fishyscapes leaves their sequences out.
CHILDREN = {
    "kid dummy": Hazard(29, "child", (0.6, 1.1, 0.3)),
    "kid (walking)": Hazard(40, "child", (0.65, 1.2, 0.3)),
}


def put_up(hazard: Hazard, foot: np.ndarray, rng: np.random.Generator) -> Thing:
    """Returns the hazard on the road.

    Args:
      hazard: what.
      foot: the middle of its footprint, float [3].
      rng: of its turn and look.
    """
    if hazard.kind == "box":
        return _box(hazard, foot, rng)
    width, height, _ = hazard.size
    seed = int(rng.integers(2**31))
    picture = functools.cache(
        functools.partial(PICTURES[hazard.kind], (width, height), seed)
    )
    direction = ACROSS * rng.choice([-1.0, 1.0])
    label_id = OFFSET + hazard.label_id
    panel = upright(foot, direction, (width, height), picture, label_id, 0.6)
    return Thing((panel,), square(foot, 0.35 * width), height)


def _box(hazard: Hazard, foot, rng) -> Thing:
    width, height, depth = hazard.size
    turn = rng.uniform(-0.6, 0.6)
    right = np.array([np.cos(turn), 0, np.sin(turn)])
    back = np.array([-np.sin(turn), 0, np.cos(turn)])
    corner = foot - right * width / 2 - back * depth / 2
    seed = int(rng.integers(2**31))

    def face(size):
        return functools.cache(functools.partial(_face, size, hazard.color, seed))

    label_id = OFFSET + hazard.label_id
    panels = [
        Panel(corner, right * width, UP * height, face((width, height)), label_id),
        Panel(corner, back * depth, UP * height, face((depth, height)), label_id),
        Panel(
            corner + right * width,
            back * depth,
            UP * height,
            face((depth, height)),
            label_id,
        ),
        Panel(
            corner + UP * height,
            right * width,
            back * depth,
            face((width, depth)),
            label_id,
        ),
    ]
    return Thing(tuple(panels), rectangle(foot, back, depth, width), height)


def _face(size, color, seed, pixels_per_metre) -> np.ndarray:
    """Returns one side of a crate or box, RGBA."""
    width, height = size
    color = np.array(color, float)
    sketch = Sketch(width, height, pixels_per_metre)
    sketch.rectangle(0, 0, width, height, color)
    edge = 0.12 * min(size)
    for y in np.linspace(edge, height - edge, 4)[1:-1]:
        sketch.line([(edge, y), (width - edge, y)], 0.06 * height, color * 0.62)
    for x in (edge / 2, width - edge / 2):
        sketch.line([(x, 0), (x, height)], edge, np.clip(color * 1.2, 0, 245))
    sketch.grain(0.12, 6.0, seed)
    return sketch.pixels


def _pylon(size, seed, pixels_per_metre) -> np.ndarray:
    del seed
    width, height = size
    sketch = Sketch(width, height, pixels_per_metre)
    sketch.rectangle(0, 0, width, 0.06, (36, 34, 34))
    middle = width / 2
    for index in range(5):
        low, high = (0.05 + (height - 0.05) * share / 5 for share in (index, index + 1))
        wide, narrow = (0.36 * width * (1.12 - y / height) for y in (low, high))
        color = (232, 86, 26) if index % 2 == 0 else (238, 238, 232)
        corners = [(middle - wide, low), (middle + wide, low)]
        corners += [(middle + narrow, high), (middle - narrow, high)]
        sketch.polygon(corners, color)
    return sketch.pixels


def _tire(size, seed, pixels_per_metre) -> np.ndarray:
    width, height = size
    sketch = Sketch(width, height, pixels_per_metre)
    middle = (width / 2, height / 2)
    sketch.ellipse(*middle, width / 2, height / 2, (34, 34, 36))
    sketch.ring(*middle, 0.4 * width, 0.03, (62, 62, 64))
    sketch.ellipse(*middle, 0.26 * width, 0.26 * height, (92, 94, 96))
    sketch.ellipse(*middle, 0.2 * width, 0.2 * height, (20, 20, 22))
    sketch.grain(0.15, 10.0, seed)
    return sketch.pixels


def _bag(size, seed, pixels_per_metre) -> np.ndarray:
    width, height = size
    rng = np.random.default_rng(seed)
    sketch = Sketch(width, height, pixels_per_metre)
    for _ in range(9):
        x, y = rng.uniform(0.3, 0.7) * width, rng.uniform(0.28, 0.55) * height
        shade = rng.uniform(0.75, 1.05)
        color = np.array([214, 218, 226]) * shade
        sketch.ellipse(x, y, 0.28 * width, 0.27 * height, color, rng.uniform(-30, 30))
    knot = [
        (0.42 * width, 0.7 * height),
        (0.36 * width, height),
        (0.62 * width, 0.96 * height),
    ]
    sketch.polygon([*knot, (0.56 * width, 0.7 * height)], (196, 198, 206))
    sketch.grain(0.16, 8.0, seed)
    return sketch.pixels


def _ball(size, seed, pixels_per_metre) -> np.ndarray:
    width = size[0]
    color = ((222, 52, 44), (238, 200, 40), (60, 110, 210))[seed % 3]
    sketch = Sketch(width, width, pixels_per_metre)
    middle = width / 2
    sketch.ellipse(middle, middle, middle, middle, color)
    sketch.ellipse(middle, middle, 0.2 * middle, middle, (240, 240, 236), 30)
    sketch.slope(0.6, 1.15)
    sketch.ellipse(0.7 * middle, 1.4 * middle, 0.16 * middle, 0.12 * middle, (250,) * 3)
    return sketch.pixels


def _dog(size, seed, pixels_per_metre) -> np.ndarray:
    del size
    rng = np.random.default_rng(seed)
    return animals.quadruped("dog", rng, max(16, int(pixels_per_metre * 0.45)))


def _bobby_car(size, seed, pixels_per_metre) -> np.ndarray:
    del seed
    width, height = size
    sketch = Sketch(width, height, pixels_per_metre)
    red = np.array([206.0, 34, 34])
    body = [(0, 0.1), (width, 0.1), (width, 0.2), (0.8 * width, 0.3)]
    sketch.polygon([*body, (0.55 * width, 0.24), (0.1 * width, 0.3), (0, 0.26)], red)
    sketch.line([(0.66 * width, 0.24), (0.58 * width, height - 0.06)], 0.03, (30,) * 3)
    sketch.line(
        [(0.52 * width, height - 0.05), (0.66 * width, height - 0.03)], 0.05, (30,) * 3
    )
    for x in (0.18 * width, 0.8 * width):
        sketch.ellipse(x, 0.1, 0.1, 0.1, (26, 26, 28))
        sketch.ellipse(x, 0.1, 0.05, 0.05, (226, 226, 220))
    return sketch.pixels


def _child(size, seed, pixels_per_metre) -> np.ndarray:
    person = people.draw_person(np.random.default_rng(seed))
    scale = size[1] / people.HEIGHT
    return people.walker(person, pixels_per_metre * scale)


# (width, height), seed, pixels per metre -> RGBA
PICTURES = {
    "pylon": _pylon,
    "tire": _tire,
    "bag": _bag,
    "ball": _ball,
    "dog": _dog,
    "bobby car": _bobby_car,
    "child": _child,
}
