"""Sky with clouds."""

import dataclasses

import cv2
import numpy as np

from fs_tf import labels
from fs_tf.sample_world import noise
from fs_tf.sample_world.canvas import Canvas


def draw_sky(canvas: Canvas, rng: np.random.Generator) -> None:
    """Fills the canvas with sky; inverse depth stays 0, infinitely far."""
    coarse = dataclasses.replace(canvas.camera, oversampling=1)
    rays = coarse.rays()
    up = rays[..., 1] / np.linalg.norm(rays, axis=-1)
    light = canvas.light
    height = np.clip(up * 3.2, 0, 1)[..., None] ** np.float32(0.7)
    color = light.haze_color * (1 - height) + light.zenith_color * height
    cover = _cloud_field(rays, rng)
    share = np.clip((cover + 2.4 * light.clouds - 1.3) * 0.8, 0, 1)[..., None]
    share = share * np.clip(up * 9, 0, 1)[..., None]
    bright = np.clip(light.haze_color * 1.12 + 18, 0, 252)
    bright = bright - 22 * np.clip(cover, -1, 1.5)[..., None]
    sky = (color * (1 - share) + bright * share).astype(np.float32)
    canvas.image[:] = cv2.resize(sky, canvas.camera.shape[::-1])
    canvas.label_ids[:] = labels.LABEL_IDS["sky"]


def _cloud_field(rays: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Returns the thickness of clouds on a plane overhead, deviation 1."""
    field = noise.tile(int(rng.integers(2**32)), 512, falloff=1.5)
    lifted = np.maximum(rays[..., 1], 0.02) + 0.16
    return cv2.remap(
        field,
        rays[..., 0] / lifted * 60 % 512,
        rays[..., 2] / lifted * 36 % 512,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )
