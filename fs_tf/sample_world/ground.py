"""The ground: road with markings, curb, sidewalk, grass."""

import cv2
import numpy as np

from fs_tf import labels
from fs_tf.sample_world import noise, shadows
from fs_tf.sample_world.camera import Camera
from fs_tf.sample_world.canvas import Canvas
from fs_tf.sample_world.light import Light
from fs_tf.sample_world.markings import paint_share, surface_wear
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
      canvas: drawn on, wherever the ground is seen.
      road: course and cross-section.
      shadow: float32, from `shadows.shadow_map`.
      rng: of textures and markings.
    """
    rays = canvas.camera.rays()
    rows = slice(np.nonzero((rays[..., 1] < -1e-3).any(1))[0][0], None)
    rays = rays[rows]
    below = rays[..., 1] < -1e-3
    fall = np.where(below, -rays[..., 1], np.float32(1e-3))
    depth = np.minimum(canvas.camera.elevation / fall, FARTHEST)
    raised_depth = np.minimum((canvas.camera.elevation - CURB) / fall, FARTHEST)
    flat = _flat_classes(road, *_position(canvas.camera, rays, depth))
    raised = _flat_classes(road, *_position(canvas.camera, rays, raised_depth))
    curb = (flat != ROAD) & (raised == ROAD)  # its vertical face
    label_ids = np.where(raised != ROAD, raised, flat)
    depth = np.where(label_ids == ROAD, depth, raised_depth)
    x, z = _position(canvas.camera, rays, depth)
    color = _materials(road, label_ids, curb, x, z, depth, rng)
    color *= _lit(canvas.light, shadows.sample(shadow, x, z))
    clear = np.exp(np.float32(-canvas.light.haze_per_metre) * depth)[..., None]
    color = color * clear + canvas.light.haze_color * (1 - clear)
    canvas.image[rows][below] = color[below]
    canvas.label_ids[rows][below] = label_ids[below]
    canvas.inverse_depth[rows][below] = (1 / depth)[below]


def _lit(light: Light, share: np.ndarray) -> np.ndarray:
    """Returns RGB factors from the shares of sun and sky light, float32."""
    sun = light.ground - light.shadow
    return light.shadow * share[..., 1:] + sun * share[..., :1]


def _position(camera: Camera, rays: np.ndarray, depth: np.ndarray):
    """Returns the X and Z that rays reach at a depth."""
    return rays[..., 0] * depth, rays[..., 2] * depth + np.float32(camera.advance)


def _flat_classes(road: Road, x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Returns the label id of ground positions."""
    lateral = x - road.centre(z)
    label_ids = np.full(x.shape, SIDEWALK, np.uint8)
    for strip in road.strips:
        beyond = strip.side * (lateral - road.frontage(strip.side)) > 0
        along = (z >= strip.start) & (z < strip.end)
        if strip.is_green:
            label_ids[beyond & along] = TERRAIN
    for side in (-1, 1):
        out = side * (lateral - road.edge(side))
        label_ids[(out > 0) & (out < road.verge(side))] = TERRAIN
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
    asphalt = rng.uniform(84, 112) + rng.normal(0, 3, 3)
    paving = rng.uniform(128, 156) + np.array([6, 0, -8]) * rng.uniform(-1, 1.6)
    grass = np.array([92, 118, 54]) + rng.normal(0, 8, 3)
    lateral = x - road.centre(z)
    paint = paint_share(road, lateral, z, rng) * np.clip(1.0 + 0.35 * coarse, 0.3, 1)
    tarmac = (1 + 0.07 * fine + 0.06 * coarse) * surface_wear(road, lateral, z, rng)
    walk = _slabs(lateral, z, depth, rng.uniform(0.3, 0.6))
    walk += 0.05 * fine + 0.05 * coarse
    meadow = 1 + 0.24 * fine + 0.2 * coarse
    is_walk, is_green = label_ids == SIDEWALK, label_ids == TERRAIN
    brightness = np.where(is_walk, walk, np.where(is_green, meadow, tarmac))
    base = np.stack([asphalt, paving, grass, 0.78 * paving]).astype(np.float32)
    kind = np.where(curb, 3, np.where(is_walk, 1, np.where(is_green, 2, 0)))
    color = base[kind] * brightness[..., None].astype(np.float32)
    paint = np.where(label_ids == ROAD, paint, 0)[..., None].astype(np.float32)
    return color * (1 - paint) + paint * np.array([212, 212, 206], np.float32)


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
