"""Bicycles and motorcycles, drawn flat and put up with or without a rider."""

import functools

import numpy as np

from fs_tf import labels
from fs_tf.sample_world import people
from fs_tf.sample_world.canvas import SEE_THROUGH
from fs_tf.sample_world.sketch import Sketch
from fs_tf.sample_world.thing import UP, Panel, Thing, rectangle, upright

FRAMES = ((30, 140, 150), (26, 120, 138), (52, 160, 156))
FAIRINGS = ((168, 24, 60), (150, 20, 70))
BICYCLE, MOTORCYCLE = (1.8, 1.1), (2.1, 1.25)  # width and height in metres


def bicycle_picture(color, pixels_per_metre: float) -> np.ndarray:
    """Returns a bicycle from the side, its front to the right, RGBA."""
    sketch = Sketch(*BICYCLE, pixels_per_metre)
    dark = (22, 22, 24)
    rear, front, radius = (0.36, 0.35), (1.44, 0.35), 0.34
    for hub in (rear, front):
        sketch.ellipse(*hub, radius, radius, (58, 60, 62), opacity=0.3)
        sketch.ring(*hub, radius, 0.06, dark)
        for angle in np.linspace(0, np.pi, 7)[:-1]:
            spoke = radius * np.array([np.cos(angle), np.sin(angle)])
            sketch.line(
                [np.array(hub) - spoke, np.array(hub) + spoke], 0.012, (98,) * 3
            )
    crank, seat, head = (0.84, 0.32), (0.68, 0.84), (1.26, 0.84)
    sketch.polygon([rear, crank, seat], color, opacity=0.25)
    sketch.polygon([crank, seat, head], color, opacity=0.25)
    for bone in ([rear, crank, head], [crank, seat], [seat, head], [rear, seat]):
        sketch.line(bone, 0.055, color)
    sketch.line([head, (1.2, 1.02), (1.34, 1.06)], 0.045, dark)
    sketch.line([(1.24, 0.9), front], 0.05, color)
    sketch.line([seat, (0.66, 0.95)], 0.04, dark)
    sketch.ellipse(0.64, 0.97, 0.16, 0.045, dark)
    sketch.ellipse(*crank, 0.09, 0.09, (70, 70, 72))
    sketch.line([(0.2, 0.74), (0.6, 0.72)], 0.03, dark)
    return sketch.pixels


def motorcycle_picture(color, pixels_per_metre: float) -> np.ndarray:
    """Returns a motorcycle from the side, its front to the right, RGBA."""
    sketch = Sketch(*MOTORCYCLE, pixels_per_metre)
    color, metal = np.array(color, float), (132, 134, 138)
    for hub in ((0.4, 0.32), (1.7, 0.32)):
        sketch.ellipse(*hub, 0.32, 0.32, (24, 24, 26))
        sketch.ellipse(*hub, 0.19, 0.19, metal)
        sketch.ellipse(*hub, 0.13, 0.13, (50, 50, 54))
    sketch.line([(1.42, 0.98), (1.7, 0.32)], 0.09, metal)
    sketch.polygon([(0.62, 0.26), (1.3, 0.26), (1.38, 0.66), (0.7, 0.68)], (62, 62, 66))
    sketch.ellipse(0.98, 0.42, 0.2, 0.16, metal)
    sketch.line([(0.3, 0.3), (0.98, 0.22)], 0.09, (168, 168, 172))
    sketch.polygon([(0.12, 0.84), (0.72, 0.66), (0.86, 0.8), (0.2, 0.92)], color * 0.8)
    sketch.ellipse(1.12, 0.82, 0.3, 0.17, color, 8)
    sketch.polygon([(1.3, 0.6), (1.62, 0.68), (1.6, 1.0), (1.36, 1.04)], color)
    sketch.polygon([(0.3, 0.88), (0.92, 0.8), (0.94, 0.88), (0.34, 0.97)], (26, 26, 28))
    sketch.line([(1.36, 1.04), (1.22, 1.12)], 0.05, (30, 30, 32))
    sketch.polygon(
        [(1.44, 1.0), (1.58, 0.98), (1.44, 1.22), (1.4, 1.2)], (150, 168, 176)
    )
    sketch.ellipse(1.6, 0.86, 0.07, 0.09, (226, 226, 210))
    sketch.rectangle(0.1, 0.82, 0.2, 0.9, (176, 28, 26))
    return sketch.pixels


def rear_picture(color, is_motorcycle, pixels_per_metre: float) -> np.ndarray:
    """Returns a two-wheeler seen from behind, RGBA, 0.8 x 1.1 metres."""
    sketch = Sketch(0.8, 1.1, pixels_per_metre)
    wide = 0.17 if is_motorcycle else 0.08
    sketch.ellipse(0.4, 0.33, wide / 2, 0.32, (26, 26, 28))
    if is_motorcycle:
        sketch.ellipse(0.4, 0.66, 0.24, 0.26, color)
        for x in (0.08, 0.54):  # panniers
            sketch.rectangle(x, 0.38, x + 0.2, 0.76, [0.7 * value for value in color])
        sketch.ellipse(0.4, 0.78, 0.09, 0.06, (206, 34, 30))
        sketch.rectangle(0.3, 0.5, 0.5, 0.62, (214, 214, 206))
    else:
        sketch.line([(0.4, 0.3), (0.4, 0.9)], 0.06, color)
        sketch.ellipse(0.4, 0.62, 0.04, 0.05, (196, 40, 36))
    sketch.line([(0.1, 1.0), (0.7, 1.0)], 0.05, (34, 34, 36))
    return sketch.pixels


def parked(
    kind: str, foot: np.ndarray, forward: np.ndarray, rng: np.random.Generator
) -> Thing:
    """Returns a "bicycle" or "motorcycle" that stands alone."""
    panel = _side(kind, foot, forward, _paint(kind, rng))
    return Thing((panel,), rectangle(foot, forward, 1.8, 0.3), 0.9)


def ridden(
    kind: str,
    foot: np.ndarray,
    forward: np.ndarray,
    is_crossing: bool,
    rng: np.random.Generator,
) -> Thing:
    """Returns a two-wheeler with its rider.

    Args:
      kind: "bicycle" or "motorcycle".
      foot: the middle of its footprint, float [3].
      forward: horizontal unit vector of its course.
      is_crossing: it is seen from the side rather than from behind.
      rng: of its look.
    """
    paint, person = _paint(kind, rng), people.draw_person(rng, people.VESTS)
    rider = labels.LABEL_IDS["rider"]
    size = (people.WIDTH * person.size, people.HEIGHT * person.size)
    lift = UP * (0.3 if kind == "bicycle" else 0.25)
    nearer = np.array([0, 0, -0.04])
    if is_crossing:
        cycle = _side(kind, foot, forward, paint)
        picture = functools.cache(functools.partial(people.cyclist, person))
        start = foot - forward * 0.1 + lift + nearer
        body = upright(start, forward, size, picture, rider, 0.6)
    else:
        sideways = np.array([1.0, 0, 0])
        back = functools.partial(rear_picture, paint, kind == "motorcycle")
        cycle_id = labels.LABEL_IDS[kind]
        cycle = upright(foot, sideways, (0.8, 1.1), functools.cache(back), cycle_id)
        seen = functools.partial(people.cyclist_from_behind, person)
        start = foot + lift + (nearer if kind == "bicycle" else -nearer)
        body = upright(start, sideways, size, functools.cache(seen), rider, 0.6)
    return Thing((cycle, body), rectangle(foot, forward, 1.7, 0.5), 1.7)


def _paint(kind: str, rng) -> tuple[float, ...]:
    paints = FRAMES if kind == "bicycle" else FAIRINGS
    paint = np.array(paints[rng.integers(len(paints))]) + rng.normal(0, 6, 3)
    return tuple(np.clip(paint, 10, 220))


def _side(kind: str, foot, forward, paint) -> Panel:
    is_bicycle = kind == "bicycle"
    picture = bicycle_picture if is_bicycle else motorcycle_picture
    return upright(
        foot,
        forward,
        BICYCLE if is_bicycle else MOTORCYCLE,
        functools.cache(functools.partial(picture, paint)),
        labels.LABEL_IDS[kind],
        brightness=0.6,
        solid_from=SEE_THROUGH if is_bicycle else 0.5,
    )
