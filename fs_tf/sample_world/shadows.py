"""Shadows on the ground, as a map seen from above."""

import cv2
import numpy as np

from fs_tf.sample_world.light import Light
from fs_tf.sample_world.thing import Thing

CELL = 0.1  # metres
LEFT, NEAR, WIDTH, LENGTH = -32.0, -12.0, 64.0, 120.0  # extent in metres


def shadow_map(things: list[Thing], light: Light) -> np.ndarray:
    """Returns the share of light that reaches the ground.

    Returns:
      float32 [rows, columns, 2] within [0, 1]: direct sun light, and sky light, which
      is weaker right under a thing. Read it with `sample`.
    """
    shape = (round(LENGTH / CELL), round(WIDTH / CELL))
    sun = np.zeros(shape, np.uint8)
    near = np.zeros(shape, np.uint8)
    per_metre = -light.sun[[0, 2]] / max(light.sun[1], 0.15)
    for thing in things:
        if thing.height <= 0:
            continue
        if thing.foot == 0:
            cv2.fillConvexPoly(near, _cells(thing.footprint), 255)
        swept = np.concatenate(
            [
                thing.footprint + per_metre * thing.foot,
                thing.footprint + per_metre * thing.height,
            ]
        )
        hull = cv2.convexHull(swept.astype(np.float32))[:, 0]
        cv2.fillConvexPoly(sun, _cells(hull), 255)
    sun = 1 - cv2.GaussianBlur(sun, (0, 0), 1.5).astype(np.float32) / 255
    near = cv2.GaussianBlur(near, (0, 0), 3.0).astype(np.float32) / 255
    return np.stack([sun, 1 - 0.65 * near], -1)


def sample(shadows: np.ndarray, x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Returns the light at ground positions; everything off the map is lit."""
    return cv2.remap(
        shadows,
        ((x - LEFT) / CELL).astype(np.float32),
        ((z - NEAR) / CELL).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(1, 1),
    )


def _cells(points: np.ndarray) -> np.ndarray:
    return np.round((points - [LEFT, NEAR]) / CELL).astype(np.int32)
