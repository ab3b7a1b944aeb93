"""White paint, wear and rails on the road."""

import numpy as np

from fs_tf.sample_world.road import Road


def paint_share(
    road: Road, lateral: np.ndarray, z: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Returns the share of paint at road positions, float32 within [0, 1]."""
    phase, period = rng.uniform(0, 9), float(rng.choice([6.0, 9.0, 12.0]))
    solid = rng.random() < 0.2
    dashes = (z + phase) % period < (period if solid else period / 2.2)
    paint = _stripe(lateral, road.lane_line, 0.14) & dashes
    if road.parking and rng.random() < 0.6:
        for edge in (road.left + 2.2, road.right - 2.2):
            paint |= _stripe(lateral, edge, 0.12) & ((z + phase) % 1.0 < 0.55)
    elif rng.random() < 0.6:
        for edge in (road.left + 0.25, road.right - 0.25):
            paint |= _stripe(lateral, edge, 0.13)
    if road.lane_line - road.left > 6.5:
        middle = (road.lane_line + road.left) / 2
        paint |= _stripe(lateral, middle, 0.12) & ((z + phase) % 6.0 < 2.5)
    if road.crossing:
        paint = _crossing(road, lateral, z, paint, rng.random() < 0.6)
    return paint.astype(np.float32)


def _crossing(road, lateral, z, paint, has_zebra) -> np.ndarray:
    """Clears the crossing and adds the stop line and the zebra before it."""
    start, end = road.crossing
    inside = (lateral > road.left + 0.3) & (lateral < road.right - 0.3)
    paint = paint & ((z < start - 6) | (z > end + 4))
    own_lane = (lateral > road.lane_line + 0.15) & (lateral < road.right - 0.3)
    paint |= (np.abs(z - (start - 5.5)) < 0.25) & own_lane
    if has_zebra:
        bars = (lateral % 1.0 < 0.5) & inside
        paint |= bars & (np.abs(z - (start - 2.5)) < 1.5)
    return paint


def _stripe(lateral, position, width) -> np.ndarray:
    return np.abs(lateral - position) < width / 2


def surface_wear(
    road: Road, lateral: np.ndarray, z: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Returns brightness of tyre tracks, repaired patches, drain covers and rails."""
    lane = (road.lane_line + road.right - 2.3 * road.parking) / 2
    track = np.abs(np.abs(lateral - lane) - 0.75)
    wear = 1 - 0.06 * np.exp(-((track / 0.25) ** 2))
    for _ in range(rng.integers(1, 5)):
        left, start = rng.uniform(road.left, road.right - 1), rng.uniform(4, 40)
        width, length = rng.uniform(0.6, 2.2), rng.uniform(1, 7)
        patch = (np.abs(lateral - left) < width / 2) & (np.abs(z - start) < length / 2)
        wear[patch] *= rng.uniform(0.82, 0.95)
    for _ in range(rng.integers(0, 3)):
        left, start = rng.uniform(road.left, road.right), rng.uniform(6, 20)
        radius = np.hypot(lateral - left, z - start)
        wear[radius < 0.34] *= 0.72
        wear[radius < 0.24] *= 1.18
    if road.rails:
        rail = np.abs(np.abs(lateral - (road.lane_line - 1.7)) - 0.72)
        wear[rail < 0.07] *= 0.66
        wear[rail < 0.03] *= 1.9
    return wear
