"""What stands in a street: from a random generator to a list of things."""

import numpy as np

from fs_tf.sample_world import barriers, buildings, furniture, greenery, traffic
from fs_tf.sample_world.light import Light
from fs_tf.sample_world.road import CURB, END, Road, Strip
from fs_tf.sample_world.thing import Thing


def furnish(road: Road, light: Light, rng: np.random.Generator) -> list[Thing]:
    """Returns what never moves: houses, trees, barriers, poles, signs."""
    things = []
    for strip in road.strips:
        things += _strip(road, strip, light, rng)
    things += _backdrop(road, rng)
    things += _street_trees(road, light, rng)
    things += _furniture(road, rng)
    return things


def traffic_on(road: Road, rng: np.random.Generator) -> list[Thing]:
    """Returns vehicles and people."""
    return [
        *traffic.vehicles_on(road, rng),
        *traffic.riders_on(road, rng),
        *traffic.people_on(road, rng),
        *traffic.cycles_at(road, rng),
    ]


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
    if rng.random() < 0.5 and strip.end - strip.start > 6:
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


def _street_trees(road: Road, light: Light, rng) -> list[Thing]:
    """Returns trees along the curbs."""
    things = []
    for side in (-1, 1):
        if rng.random() < (0.5 if road.verge(side) else 0.18):
            lateral = road.edge(side) + side * max(0.8, road.verge(side) / 2)
            for distance in np.arange(rng.uniform(12, 20), 100, rng.uniform(8, 14)):
                foot = road.point(lateral, distance, CURB)
                if not _in_crossing(road, distance):
                    things.append(greenery.tree(foot, light, rng))
    return things


def _in_crossing(road: Road, distance: float) -> bool:
    return bool(
        road.crossing and road.crossing[0] - 2 < distance < road.crossing[1] + 2
    )


def _furniture(road: Road, rng) -> list[Thing]:
    """Returns lamps, signs, traffic lights and bins along the curbs."""
    things = []
    for side in (-1, 1):
        lateral = road.edge(side) + side * 0.4
        for distance in np.arange(rng.uniform(7, 16), 60, rng.uniform(20, 30)):
            lamp = furniture.lamp(road.point(lateral, distance, CURB), side, rng)
            things += [] if _in_crossing(road, distance) else [lamp]
        for distance in np.arange(rng.uniform(9, 20), 45, rng.uniform(16, 34)):
            sign = furniture.sign(road.point(lateral, distance, CURB), rng)
            things += [] if _in_crossing(road, distance) else [sign]
        if rng.random() < 0.4:
            inner = road.frontage(side) - side * 0.5
            foot = road.point(inner, rng.uniform(9, 25), CURB)
            things.append(furniture.dustbin(foot, rng))
    stop = road.crossing[0] - 5 if road.crossing else rng.uniform(16, 30)
    if road.crossing or rng.random() < 0.35:
        lit = int(rng.integers(3))
        for side in (-1, 1):
            foot = road.point(road.edge(side) + side * 0.5, stop, CURB)
            reach = -side * rng.uniform(2.0, 3.4) if rng.random() < 0.6 else 0.0
            things.append(furniture.traffic_light(foot, reach, lit, rng))
    return things
