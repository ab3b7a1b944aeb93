"""People on foot and on wheels, drawn flat."""

import dataclasses

import numpy as np

from fs_tf.sample_world.sketch import Sketch

SKIN = ((222, 176, 146), (196, 142, 108), (140, 96, 70), (98, 66, 48))
HAIR = ((40, 30, 26), (92, 62, 38), (168, 130, 78), (120, 118, 116))
COATS = ((46, 50, 62), (58, 70, 58), (92, 88, 84), (36, 56, 92), (70, 52, 66),
         (118, 104, 88))  # fmt: skip
VESTS = ((196, 224, 44), (240, 120, 34))  # riders want to be seen
TROUSERS = ((38, 42, 56), (54, 50, 48), (66, 80, 106), (104, 92, 74))
WIDTH, HEIGHT = 1.0, 1.85  # metres


@dataclasses.dataclass(frozen=True)
class Person:
    """Colours, pose and size of one person."""

    skin: tuple[float, float, float]
    hair: tuple[float, float, float]
    coat: tuple[float, float, float]
    trousers: tuple[float, float, float]
    stride: float
    size: float
    has_bag: bool


def draw_person(rng: np.random.Generator, coats=COATS) -> Person:
    """Returns a random person; `coats` are RGB colours to choose from."""

    def pick(colors):
        color = np.array(colors[rng.integers(len(colors))]) + rng.normal(0, 6, 3)
        return tuple(np.clip(color, 8, 240))

    return Person(
        skin=pick(SKIN),
        hair=pick(HAIR),
        coat=pick(coats),
        trousers=pick(TROUSERS),
        stride=rng.uniform(0.04, 0.3),
        size=rng.uniform(0.9, 1.05),
        has_bag=bool(rng.random() < 0.4),
    )


def walker(person: Person, pixels_per_metre: float) -> np.ndarray:
    """Returns a person who walks to the right, RGBA, 1.0 x 1.85 metres."""
    sketch = Sketch(WIDTH, HEIGHT, pixels_per_metre)
    coat, trousers = np.array(person.coat), np.array(person.trousers)
    middle, hip = 0.5, 0.88
    for sign, shade in ((-1, 0.72), (1, 1.0)):
        foot = middle + sign * person.stride
        knee = (middle + sign * person.stride * 0.55 + 0.03, 0.47)
        sketch.line([(middle + 0.02 * sign, hip), knee], 0.19, trousers * shade)
        sketch.line([knee, (foot, 0.08)], 0.14, trousers * shade)
        sketch.ellipse(foot + 0.05, 0.05, 0.13, 0.05, (34, 30, 30))
    _arm(sketch, person, -1, coat * 0.75)
    _torso(sketch, coat)
    if person.has_bag:
        sketch.ellipse(middle - 0.2, 1.2, 0.13, 0.22, 255 - coat * 0.8)
    _arm(sketch, person, 1, coat * 0.9)
    _head(sketch, person, middle + 0.02, 1.66)
    sketch.slope(0.82, 1.08)
    return sketch.pixels


def cyclist(person: Person, pixels_per_metre: float) -> np.ndarray:
    """Returns a person who rides to the right, RGBA, 1.0 x 1.85 metres.

    The picture starts 0.3 m above the ground; the saddle is at its middle.
    """
    sketch = Sketch(WIDTH, HEIGHT, pixels_per_metre)
    coat, trousers = np.array(person.coat), np.array(person.trousers)
    hip = (0.38, 0.68)
    for knee, foot, shade in (
        ((0.66, 0.5), (0.5, 0.12), 0.7),
        ((0.7, 0.62), (0.56, 0.28), 1.0),
    ):
        sketch.line([hip, knee], 0.18, trousers * shade)
        sketch.line([knee, foot], 0.13, trousers * shade)
        sketch.ellipse(foot[0] + 0.05, foot[1] - 0.02, 0.12, 0.05, (30, 28, 30))
    back = [(0.24, 0.62), (0.52, 0.6), (0.72, 1.16), (0.52, 1.3), (0.38, 1.2)]
    sketch.polygon(back, coat)
    sketch.ellipse(0.58, 1.14, 0.17, 0.17, coat)
    sketch.line([(0.6, 1.16), (0.76, 0.88), (0.94, 0.84)], 0.1, coat * 0.8)
    sketch.ellipse(0.95, 0.84, 0.05, 0.05, person.skin)
    _head(sketch, person, 0.7, 1.42)
    if person.has_bag:
        sketch.ellipse(0.7, 1.5, 0.145, 0.11, (206, 206, 214))  # a helmet
    sketch.slope(0.82, 1.08)
    return sketch.pixels


def cyclist_from_behind(person: Person, pixels_per_metre: float) -> np.ndarray:
    """Returns a rider seen from behind or in front, RGBA, 1.0 x 1.85 metres."""
    sketch = Sketch(WIDTH, HEIGHT, pixels_per_metre)
    coat, trousers = np.array(person.coat), np.array(person.trousers)
    for x, foot, shade in ((0.38, 0.1, 0.9), (0.62, 0.26, 0.8)):
        sketch.line([(x + 0.02, 0.66), (x, foot)], 0.17, trousers * shade)
        sketch.ellipse(x, foot, 0.08, 0.06, (30, 28, 30))
    sketch.ellipse(0.5, 0.66, 0.22, 0.16, trousers)
    torso = [(0.3, 0.62), (0.7, 0.62), (0.77, 1.16), (0.66, 1.3), (0.34, 1.3)]
    sketch.polygon([*torso, (0.23, 1.16)], coat)
    for x in (0.2, 0.8):
        sketch.line([(0.5 + (x - 0.5) * 0.8, 1.2), (x, 0.86)], 0.11, coat * 0.8)
    if person.has_bag:
        sketch.polygon(
            [(0.36, 0.74), (0.64, 0.74), (0.62, 1.2), (0.38, 1.2)], 255 - coat
        )
    _head(sketch, person, 0.5, 1.46)
    sketch.slope(0.82, 1.08)
    return sketch.pixels


def _torso(sketch, coat) -> None:
    outline = [(0.34, 0.8), (0.66, 0.8), (0.7, 1.2), (0.66, 1.44), (0.56, 1.5)]
    sketch.polygon([*outline, (0.44, 1.5), (0.34, 1.44), (0.3, 1.2)], coat)
    sketch.line([(0.54, 0.82), (0.55, 1.46)], 0.02, coat * 0.7)


def _arm(sketch, person, sign, color) -> None:
    hand = (0.5 - sign * person.stride * 0.9, 0.86)
    elbow = (0.5 - sign * person.stride * 0.6 - 0.03, 1.12)
    sketch.line([(0.5 + 0.06 * sign, 1.42), elbow, hand], 0.11, color)
    sketch.ellipse(*hand, 0.05, 0.06, person.skin)


def _head(sketch, person, x, y) -> None:
    sketch.rectangle(
        x - 0.05, y - 0.2, x + 0.05, y - 0.05, np.array(person.skin) * 0.85
    )
    sketch.ellipse(x, y, 0.115, 0.145, person.skin)
    sketch.ellipse(x - 0.03, y + 0.06, 0.125, 0.1, person.hair)
