"""What stands in a street: from a random generator to a list of things."""

import numpy as np

from fs_tf.sample_world import barriers, buildings, greenery, vehicles
from fs_tf.sample_world.light import Light
from fs_tf.sample_world.road import CURB, END, Road, Strip
from fs_tf.sample_world.thing import Thing


def furnish(road: Road, light: Light, rng: np.random.Generator) -> list[Thing]:
    """Returns everything upright along and on the road."""
    things = []
    for strip in road.strips:
        things += _strip(road, strip, light, rng)
    things += _backdrop(road, rng)
    things += _traffic(road, rng)
    return things


def _strip(road: Road, strip: Strip, light, rng) -> list[Thing]:
    if strip.kind == "crossing":
        return []
    front = road.frontage(strip.side)
    near = road.point(front, strip.start, CURB)
    far = road.point(front, strip.end, CURB)
    style = buildings.draw_style(rng)
    if strip.kind == "building":
        return [buildings.house(road, strip.side, strip.start, strip.end, 0.0, style)]
    things = []
    if strip.kind == "fence":
        things.append(barriers.fence(near, far, rng))
    elif strip.kind == "wall":
        things.append(barriers.wall(near, far, rng))
    setback = rng.uniform(5, 9)
    for distance in np.arange(strip.start + 2, strip.end - 1, rng.uniform(4, 7)):
        lateral = front + strip.side * rng.uniform(1.5, setback - 1)
        things.append(greenery.tree(road.point(lateral, distance, CURB), light, rng))
    if rng.random() < 0.5:
        things.append(
            buildings.house(road, strip.side, strip.start, strip.end, setback, style)
        )
    else:
        behind = front + strip.side * setback
        ends = (strip.start - 2, strip.end + 2)
        start, end = (road.point(behind, distance, CURB) for distance in ends)
        things.append(greenery.backdrop(start, end, rng.uniform(4, 8), rng))
    return things


def _backdrop(road: Road, rng) -> list[Thing]:
    """Returns trees and houses that close the view."""
    things = []
    for distance, height in ((END, 9.0), (END + 40, 16.0)):
        centre = road.centre(distance)
        start = np.array([centre - 90, 0, distance])
        end = np.array([centre + 90, 0, distance])
        things.append(
            greenery.backdrop(start, end, height * rng.uniform(0.7, 1.3), rng)
        )
    if road.crossing:
        for side in (-1, 1):
            near = road.point(side * 30.0, road.crossing[0] - 6)
            far = road.point(side * 30.0, road.crossing[1] + 30)
            things.append(greenery.backdrop(near, far, 6.0, rng))
    return things


def _traffic(road: Road, rng) -> list[Thing]:
    """Returns vehicles on the road and at the curbs."""
    things = []
    own = (road.lane_line + road.right - 2.3 * road.parking) / 2
    oncoming = road.lane_line - 1.7
    things += _lane(road, own, 1, rng.uniform(9, 40), rng)
    things += _lane(road, oncoming, -1, rng.uniform(6, 30), rng)
    if road.parking:
        things += _parked(road, road.right - 1.1, 1, rng)
        things += _parked(road, road.left + 1.1, -1, rng)
    return things


def _lane(road: Road, lateral, heading, distance, rng) -> list[Thing]:
    things = []
    while distance < 100:
        kind = rng.choice(["car", "truck", "bus", "train"], p=[0.7, 0.11, 0.1, 0.09])
        length = vehicles.pictures.BOX_SIZES[kind][0] if kind != "car" else 4.3
        middle = distance + length / 2
        foot = road.point(lateral + rng.normal(0, 0.15), middle)
        forward = heading * road.forward(middle)
        if kind == "car":
            things.append(vehicles.car(foot, forward, rng))
        else:
            things.append(vehicles.long_vehicle(str(kind), foot, forward, rng))
        distance += length + rng.uniform(6, 35)
    return things


def _parked(road: Road, lateral, heading, rng) -> list[Thing]:
    things = []
    distance = rng.uniform(2, 14)
    while distance < 90:
        in_crossing = road.crossing and (
            road.crossing[0] - 8 < distance < road.crossing[1] + 8
        )
        if not in_crossing and rng.random() < 0.7:
            foot = road.point(lateral + rng.normal(0, 0.08), distance)
            things.append(vehicles.car(foot, heading * road.forward(distance), rng))
        distance += rng.uniform(5.4, 8)
    return things
