"""The ground: road with markings, curb, sidewalk, grass."""

import cv2
import numpy as np

from fs_tf import labels
from fs_tf.sample_world import noise, shadows
from fs_tf.sample_world.canvas import Canvas
from fs_tf.sample_world.markings import paint_share
from fs_tf.sample_world.road import CURB, Road

ROAD = labels.LABEL_IDS["road"]
SIDEWALK = labels.LABEL_IDS["sidewalk"]
TERRAIN = labels.LABEL_IDS["terrain"]
FARTHEST = 900.0  # metres


def draw_ground(
    canvas: Canvas, road: Road, shadow: np.ndarray, rng: np.random.Generator
) -> None:
    """Draws everything that lies flat.

    Args:
      shadow: float32, from `shadows.shadow_map`.
    """
    rays = canvas.camera.rays()
    rows = np.nonzero((rays[..., 1] < -1e-3).any(1))[0]
    rows = slice(rows[0], None)
    rays = rays[rows]
    below = rays[..., 1] < -1e-3
    fall = np.where(below, -rays[..., 1], 1e-3)
    depth = np.minimum(canvas.camera.elevation / fall, FARTHEST)
    raised_depth = np.minimum((canvas.camera.elevation - CURB) / fall, FARTHEST)
    label_ids, curb = _classes(road, rays, depth, raised_depth)
    depth = np.where(label_ids == ROAD, depth, raised_depth)
    x, z = rays[..., 0] * depth, rays[..., 2] * depth
    color = _materials(road, label_ids, curb, x, z, depth, rng)
    light = shadows.sample(shadow, x, z)
    ground = canvas.light.shadow * light[..., 1:]
    ground = ground + (canvas.light.ground - canvas.light.shadow) * light[..., :1]
    clear = np.exp(-canvas.light.haze_per_metre * depth)[..., None]
    color = color * ground * clear + canvas.light.haze_color * (1 - clear)
    canvas.image[rows][below] = color[below]
    canvas.label_ids[rows][below] = label_ids[below]
    canvas.inverse_depth[rows][below] = (1 / depth)[below]


def _classes(road, rays, depth, raised_depth):
    """Returns label ids, and where the vertical face of the curb is seen."""
    flat = _flat_classes(road, rays[..., 0] * depth, rays[..., 2] * depth)
    raised = _flat_classes(
        road, rays[..., 0] * raised_depth, rays[..., 2] * raised_depth
    )
    curb = (flat != ROAD) & (raised == ROAD)
    return np.where(raised != ROAD, raised, flat).astype(np.uint8), curb


def _flat_classes(road: Road, x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Returns the label id of ground positions."""
    lateral = x - road.centre(z)
    label_ids = np.full(x.shape, SIDEWALK, np.uint8)
    for strip in road.strips:
        beyond = strip.side * (lateral - road.frontage(strip.side)) > 0
        along = (z >= strip.start) & (z < strip.end)
        if strip.is_green:
            label_ids[beyond & along] = TERRAIN
    label_ids[(np.abs(lateral) > 30) | (z > 125)] = TERRAIN
    on_road = (lateral > road.left) & (lateral < road.right)
    if road.crossing:
        on_road |= (z > road.crossing[0]) & (z < road.crossing[1])
    label_ids[on_road] = ROAD
    return label_ids


def _materials(road, label_ids, curb, x, z, depth, rng) -> np.ndarray:
    """Returns unlit RGB, float32 [rows, columns, 3]."""
    seeds = rng.integers(2**32, size=2)
    fine = _texture(seeds[0], x, z, 2.5) * np.exp(-depth / 14)
    coarse = _texture(seeds[1], x, z, 24.0) * np.exp(-depth / 90)
    asphalt = rng.uniform(78, 108) + rng.normal(0, 3, 3)
    paving = rng.uniform(122, 152) + np.array([6, 0, -8]) * rng.uniform(-1, 1.6)
    grass = np.array([96, 116, 58]) + rng.normal(0, 8, 3)
    color = np.empty((*label_ids.shape, 3), np.float32)
    lateral = x - road.centre(z)
    paint = paint_share(road, lateral, z, rng) * np.clip(1.0 + 0.35 * coarse, 0.3, 1)
    tarmac = asphalt * (1 + 0.07 * fine + 0.06 * coarse)[..., None]
    is_road, is_walk = label_ids == ROAD, label_ids == SIDEWALK
    tarmac = tarmac * (1 - paint[..., None]) + paint[..., None] * [212, 212, 206]
    color[is_road] = tarmac[is_road]
    slabs = _slabs(lateral, z, depth, rng.uniform(0.3, 0.6))
    walk = paving * (slabs + 0.05 * fine + 0.05 * coarse)[..., None]
    color[is_walk] = walk[is_walk]
    meadow = grass * (1 + 0.22 * fine + 0.16 * coarse)[..., None]
    meadow += np.array([26, 12, -4]) * coarse[..., None] * 0.5
    is_green = label_ids == TERRAIN
    color[is_green] = meadow[is_green]
    color[curb] = 0.8 * paving
    return color


def _slabs(lateral, z, depth, size) -> np.ndarray:
    """Returns brightness of paving slabs with dark joints that fade with distance."""
    column, row = np.floor(lateral / size), np.floor(z / size)
    joint = (lateral / size - column < 0.07) | (z / size - row < 0.07)
    uneven = np.sin(column * 12.9898 + row * 78.233) * 43758.5453
    uneven = (uneven - np.floor(uneven) - 0.5) * 0.12
    return 1 + (uneven - 0.28 * joint) * np.exp(-depth / 16)


def _texture(seed, x, z, period) -> np.ndarray:
    """Returns repeating noise over the ground, float32."""
    field = noise.tile(int(seed))
    scale = field.shape[0] / period
    return cv2.remap(
        field,
        (x * scale).astype(np.float32) % field.shape[0],
        (z * scale).astype(np.float32) % field.shape[0],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )
