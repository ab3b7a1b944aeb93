"""Vehicles on the road and at the curbs, and people."""

import functools

import numpy as np

from fs_tf import labels
from fs_tf.sample_world import box_pictures, cycles, people, vehicles
from fs_tf.sample_world.road import CURB, Road
from fs_tf.sample_world.thing import Thing, square, upright

KINDS = {"car": 0.67, "truck": 0.11, "bus": 0.11, "train": 0.11}
OVERVIEW = 15.0  # metres; nearer, a bus fills the picture


def vehicles_on(road: Road, rng: np.random.Generator) -> list[Thing]:
    """Returns moving and parked vehicles with four wheels or more."""
    own = (road.lane_line + road.right - 2.3 * road.parking) / 2
    oncoming = road.lane_line - 1.7
    things = _lane(road, own, 1, rng.uniform(11, 45), rng)
    things += _lane(road, oncoming, -1, rng.uniform(7, 32), rng)
    if road.parking:
        things += parked_on(road, rng)
    return things


def parked_on(road: Road, rng: np.random.Generator) -> list[Thing]:
    """Returns cars parked along both curbs."""
    right = _parked(road, road.right - 1.1, 1, rng)
    return right + _parked(road, road.left + 1.1, -1, rng)


def riders_on(road: Road, rng: np.random.Generator) -> list[Thing]:
    """Returns bicycles and motorcycles with their riders."""
    things = []
    right = road.right - 2.3 * road.parking - 0.5
    for chance, kind in ((0.55, "bicycle"), (0.4, "motorcycle"), (0.3, "bicycle")):
        if rng.random() >= chance:
            continue
        distance = rng.uniform(8, 24)
        if road.crossing and rng.random() < 0.4:
            lateral = rng.uniform(road.left + 1, road.right - 1)
            foot = road.point(lateral, road.crossing[0] + rng.uniform(-1, 3))
            course = np.array([rng.choice([-1.0, 1.0]), 0, 0])
            things.append(cycles.ridden(kind, foot, course, True, rng))
        else:
            lateral = right if rng.random() < 0.6 else road.lane_line - 0.8
            foot = road.point(lateral + rng.normal(0, 0.15), distance)
            is_turning = bool(rng.random() < 0.4)
            angle = rng.uniform(0.5, 1.1) * rng.choice([-1, 1])
            turned = np.array([np.sin(angle), 0, np.cos(angle)])
            forward = turned if is_turning else road.forward(distance)
            things.append(cycles.ridden(kind, foot, forward, is_turning, rng))
    return things


def people_on(road: Road, rng: np.random.Generator) -> list[Thing]:
    """Returns people on the sidewalks and on the crossing."""
    things = []
    for _ in range(rng.integers(3, 9)):
        side = int(rng.choice([-1, 1]))
        walk = abs(road.frontage(side) - road.edge(side))
        inset = rng.uniform(road.verge(side) + 0.5, walk - 0.3)
        distance = rng.uniform(8, 38)
        for member in range(1 + (rng.random() < 0.3)):
            lateral = road.edge(side) + side * inset + 0.6 * member
            foot = road.point(lateral, distance + 0.3 * member, CURB)
            things.append(_pedestrian(foot, rng))
    if road.crossing and rng.random() < 0.7:
        for _ in range(rng.integers(1, 4)):
            lateral = rng.uniform(road.left + 0.5, road.right - 0.5)
            distance = road.crossing[0] - rng.uniform(1.5, 3.5)
            things.append(_pedestrian(road.point(lateral, distance), rng))
    return things


def cycles_at(road: Road, rng: np.random.Generator) -> list[Thing]:
    """Returns bicycles and motorcycles parked on the sidewalks."""
    things = []
    for kind, chance in (("bicycle", 0.75), ("motorcycle", 0.6)):
        if rng.random() >= chance:
            continue
        side = int(rng.choice([-1, 1]))
        distance = rng.uniform(9, 22)
        lateral = road.edge(side) + side * (road.verge(side) + rng.uniform(0.8, 1.3))
        angle = rng.uniform(0.15, 0.7) * rng.choice([-1, 1])
        course = np.array([np.cos(angle), 0, np.sin(angle)])
        for _ in range(rng.integers(1, 4)):
            foot = road.point(lateral, distance, CURB)
            things.append(cycles.parked(kind, foot, course, rng))
            distance += rng.uniform(0.7, 1.1)
    return things


def _pedestrian(foot: np.ndarray, rng: np.random.Generator) -> Thing:
    person = people.draw_person(rng)
    picture = functools.cache(functools.partial(people.walker, person))
    direction = np.array([rng.choice([-1.0, 1.0]), 0, 0])
    size = (people.WIDTH * person.size, people.HEIGHT * person.size)
    panel = upright(foot, direction, size, picture, labels.LABEL_IDS["person"], 0.6)
    return Thing((panel,), square(foot, 0.22), size[1])


def _lane(road: Road, lateral, heading, distance, rng) -> list[Thing]:
    things = []
    while distance < 75:
        kind = str(rng.choice(list(KINDS), p=list(KINDS.values())))
        length = 4.3 if kind == "car" else box_pictures.SIZES[kind][0]
        if kind != "car":
            distance = max(distance, OVERVIEW)
        middle = distance + length / 2
        foot = road.point(lateral + rng.normal(0, 0.15), middle)
        forward = heading * road.forward(middle)
        if kind == "car":
            things.append(vehicles.car(foot, forward, rng))
        else:
            things.append(vehicles.long_vehicle(kind, foot, forward, rng))
        distance += length + rng.uniform(12, 42)
    return things


def _parked(road: Road, lateral, heading, rng) -> list[Thing]:
    things = []
    distance = rng.uniform(2, 14)
    while distance < 90:
        in_crossing = road.crossing and (
            road.crossing[0] - 8 < distance < road.crossing[1] + 8
        )
        if not in_crossing and rng.random() < 0.6:
            foot = road.point(lateral + rng.normal(0, 0.08), distance)
            things.append(vehicles.car(foot, heading * road.forward(distance), rng))
        distance += rng.uniform(5.4, 8)
    return things
