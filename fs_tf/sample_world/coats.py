"""Fur, feathers and paint: patterns laid over a drawn silhouette."""

import cv2
import numpy as np

from fs_tf.sample_world import noise
from fs_tf.sample_world.sketch import Sketch


def pattern(sketch: Sketch, kind: str, color, seed: int) -> None:
    """Lays a second colour over what is drawn so far.

    Args:
      sketch: its silhouette stays.
      kind: "plain", "patches", "spots", "stripes" or "bands".
      color: RGB 0..255 of the marks.
      seed: of their places.
    """
    if kind == "plain":
        return
    shape = sketch.pixels.shape[:2]
    longest = max(sketch.size)
    width, height = sketch.size
    x = np.linspace(0, width, shape[1], dtype=np.float32)[None, :]
    y = np.linspace(height, 0, shape[0], dtype=np.float32)[:, None]
    bent = 0.05 * noise.fractal_noise(shape, longest * 5, seed)
    if kind == "patches":
        share = noise.fractal_noise(shape, longest * 4.5, seed, 2) * 9 - 0.5
    elif kind == "spots":
        share = 0.62 * noise.fractal_noise(shape, longest * 22, seed, 1) * 14 - 2.6
    elif kind == "stripes":
        share = np.sin((x + 0.25 * y + 1.4 * bent) * 62) * 5 - 0.8
    else:
        share = np.sin((y + bent) * 30) * 6
    share = np.clip(share, 0, 1)[..., None]
    alpha = sketch.pixels[..., 3:].astype(np.float32) / 255
    marks = np.asarray(color, np.float32) * alpha
    painted = sketch.pixels[..., :3] * (1 - share) + marks * share
    sketch.pixels[..., :3] = np.clip(painted, 0, 255)


def relief(sketch: Sketch, seed: int, strength: float = 0.16) -> None:
    """Shades the silhouette: bright above, dark below and at the rim, furry."""
    rows = sketch.pixels.shape[0]
    alpha = sketch.pixels[..., 3].astype(np.float32) / 255
    size = max(3, rows // 14) | 1
    soft = cv2.blur(cv2.blur(alpha, (size, size)), (size, size))
    height = np.linspace(1.14, 0.78, rows, dtype=np.float32)[:, None]
    fur = noise.fractal_noise(alpha.shape, max(sketch.size) * 30, seed, 3)
    sketch.multiply(height * (0.55 + 0.5 * soft) * (1 + strength * fur))
