"""Cars, trucks, buses and trams as boxes of pictures."""

import dataclasses
import functools

import numpy as np

from fs_tf import labels
from fs_tf.sample_world import box_pictures, car_pictures
from fs_tf.sample_world.canvas import Panel
from fs_tf.sample_world.thing import UP, Thing, rectangle
from fs_tf.sample_world.vehicle_pictures import Look

PAINTS = (
    (34, 36, 40),
    (62, 66, 72),
    (150, 154, 158),
    (204, 206, 208),
    (38, 58, 104),
    (84, 96, 108),
    (112, 118, 126),
)


@dataclasses.dataclass(frozen=True)
class Body:
    """Shape of a vehicle; metres.

    Attributes:
      length, width, height: outer size.
      hood: height of bonnet and boot; equal to `height` for a plain box.
      cabin: distances from the rear: roof starts and ends, at the top; and the same
        at the height of the bonnet.
    """

    label: str
    length: float
    width: float
    height: float
    hood: float
    cabin: tuple[float, float, float, float]


CAR = Body("car", 4.3, 1.78, 1.46, 0.92, (0.75, 2.5, 0.25, 3.25))
SALOON = Body("car", 4.6, 1.8, 1.42, 0.93, (1.15, 2.6, 0.6, 3.4))
VAN = Body("car", 4.9, 1.92, 1.95, 1.05, (0.12, 3.6, 0.0, 4.35))


def car(
    foot: np.ndarray,
    forward: np.ndarray,
    rng: np.random.Generator,
) -> Thing:
    """Returns a parked or driving car.

    Args:
      foot: the middle of its footprint, float [3].
      forward: horizontal unit vector towards its bonnet.
    """
    body = (CAR, CAR, SALOON, VAN)[rng.integers(4)]
    scale = rng.uniform(0.94, 1.06)
    paint = np.array(PAINTS[rng.integers(len(PAINTS))]) + rng.normal(0, 6, 3)
    body = dataclasses.replace(body, height=body.height * scale)
    look = Look(tuple(np.clip(paint, 12, 225)), int(rng.integers(2**31)))
    return _profiled(body, look, foot, forward)


def _profiled(body: Body, look, foot, forward) -> Thing:
    """Returns a car body: two sides, and slabs across along its profile."""
    label_id = labels.LABEL_IDS[body.label]
    aside = np.array([forward[2], 0, -forward[0]])  # to the right
    rear = foot - forward * body.length / 2
    across = aside * body.width
    left = rear - across / 2
    panels = []
    for sign in (-1, 1):
        panels.append(
            Panel(
                left if sign < 0 else left + across,
                forward * body.length,
                UP * body.height,
                _cached(car_pictures.car_side, body, look),
                label_id,
                facing=sign * aside,
            )
        )
    for name, start, end in _profile(body):
        length, rise = end[0] - start[0], end[1] - start[1]
        slab = float(np.hypot(length, rise))
        panels.append(
            Panel(
                left + forward * start[0] + UP * start[1],
                across,
                forward * length + UP * rise,
                _cached(car_pictures.SLABS[name], body, look, slab),
                label_id,
                facing=np.sign(start[0] - body.length / 2) * forward + 0.6 * UP,
            )
        )
    footprint = rectangle(foot, forward, body.length, body.width)
    return Thing(tuple(panels), footprint, body.height)


def _profile(body: Body):
    """Yields name, lower and upper end (distance from the rear, height) of slabs."""
    top_rear, top_front, low_rear, low_front = body.cabin
    length, height, hood = body.length, body.height, body.hood
    yield "rear", (0.0, 0.0), (0.05, hood)
    yield "front", (length, 0.0), (length - 0.08, hood * 0.82)
    yield "lid", (0.05, hood), (low_rear, hood)
    yield "rear_window", (low_rear, hood), (top_rear, height)
    yield "roof", (top_rear, height), (top_front, height)
    yield "windscreen", (low_front, hood), (top_front, height)
    yield "bonnet", (length - 0.08, hood * 0.82), (low_front, hood)


def _cached(function, *arguments):
    return functools.cache(functools.partial(function, *arguments))


def long_vehicle(
    kind: str, foot: np.ndarray, forward: np.ndarray, rng: np.random.Generator
) -> Thing:
    """Returns a truck, a bus or a tram ("train"), a box with painted sides."""
    length, width, height = box_pictures.SIZES[kind]
    length *= rng.uniform(0.9, 1.1)
    size = (length, width, height)
    label_id = labels.LABEL_IDS[kind]
    paints = box_pictures.PAINTS[kind]
    paint = np.array(paints[rng.integers(len(paints))]) + rng.normal(0, 6, 3)
    look = Look(tuple(np.clip(paint, 12, 232)), int(rng.integers(2**31)))
    aside = np.array([forward[2], 0, -forward[0]])
    left = foot - forward * length / 2 - aside * width / 2
    side = _cached(box_pictures.side, kind, size, look)
    end = functools.partial(_cached, box_pictures.end, kind, size, look)
    top = _cached(box_pictures.top, size, look)
    ahead, across, up = forward * length, aside * width, UP * height
    panels = (
        Panel(left, ahead, up, side, label_id, facing=-aside),
        Panel(left + across, ahead, up, side, label_id, facing=aside),
        Panel(left, across, up, end("rear"), label_id, facing=-forward),
        Panel(left + ahead, across, up, end("front"), label_id, facing=forward),
        Panel(left + up, across, ahead, top, label_id, facing=UP),
    )
    return Thing(panels, rectangle(foot, forward, length, width), height)
