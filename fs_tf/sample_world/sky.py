"""Sky with clouds."""

import cv2
import numpy as np

from fs_tf import labels
from fs_tf.sample_world import noise
from fs_tf.sample_world.canvas import Canvas


def draw_sky(canvas: Canvas, rng: np.random.Generator) -> None:
    """Fills the canvas with sky; inverse depth stays 0, infinitely far."""
    rays = canvas.camera.rays()
    up = rays[..., 1] / np.linalg.norm(rays, axis=-1)
    light = canvas.light
    height = np.clip(up * 3.2, 0, 1)[..., None] ** 0.7
    color = light.haze_color * (1 - height) + light.zenith_color * height
    field = noise.tile(int(rng.integers(2**32)), 512)
    lifted = np.maximum(rays[..., 1], 0.02) + 0.12  # clouds on a plane overhead
    cover = cv2.remap(
        field,
        (rays[..., 0] / lifted * 90 % 512).astype(np.float32),
        (rays[..., 2] / lifted * 45 % 512).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )
    share = np.clip((cover + 2.4 * light.clouds - 1.5) * 0.9, 0, 1)[..., None]
    share = share * np.clip(up * 9, 0, 1)[..., None]
    bright = (
        np.clip(light.haze_color * 1.12 + 18, 0, 252)
        - 22 * np.clip(cover, -1, 1.5)[..., None]
    )
    canvas.image[:] = color * (1 - share) + bright * share
    canvas.label_ids[:] = labels.LABEL_IDS["sky"]
