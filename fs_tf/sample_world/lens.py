"""What the car and the camera add: bonnet, borders of rectification, noise."""

import numpy as np

from fs_tf import labels
from fs_tf.sample_world.canvas import Canvas


def draw_bonnet(canvas: Canvas, rng: np.random.Generator) -> None:
    """Draws the own car's bonnet along the lower edge; its depth stays unknown."""
    rows, columns = canvas.camera.shape
    first = int(0.88 * rows)
    y = np.arange(first, rows, dtype=np.float32)[:, None] / rows
    x = np.arange(columns, dtype=np.float32)[None, :] / columns
    top = 0.90 + 0.26 * (x - rng.uniform(0.5, 0.56)) ** 2
    inside = y > top
    paint = np.array([46, 52, 54], np.float32) * rng.uniform(0.8, 1.3)
    height = np.clip((y - top) / 0.12, 0, 1)[..., None]
    sky = canvas.light.haze_color * 0.32
    color = (paint + sky * np.exp(-18 * height)) * (1 - 0.35 * height)
    color = color * (1 - 0.25 * np.cos(6 * (x - 0.5))[..., None] ** 2)
    canvas.image[first:][inside] = color[inside]
    canvas.label_ids[first:][inside] = labels.EGO_VEHICLE
    canvas.inverse_depth[first:][inside] = 0


def draw_borders(canvas: Canvas, rng: np.random.Generator) -> None:
    """Blanks the slivers that rectification leaves, and the rim out of interest."""
    rows, columns = canvas.camera.shape
    y = np.arange(rows, dtype=np.float32)[:, None] / rows
    x = np.arange(columns, dtype=np.float32)[None, :] / columns
    slant = rng.uniform(0, 0.02)
    empty = (y < slant * x + 0.004) | (y > 0.985 - 0.01 * x)
    empty |= x < 0.008 * np.maximum(0, 0.4 - y)
    canvas.image[empty] = canvas.image[empty] * 0.12
    canvas.label_ids[empty] = labels.RECTIFICATION_BORDER
    canvas.inverse_depth[empty] = 0
    rim = max(1, round(5 * canvas.camera.height / 1024)) * canvas.camera.oversampling
    inner = np.zeros((rows, columns), bool)
    inner[rim:-rim, rim:-rim] = True
    canvas.label_ids[~inner] = labels.OUT_OF_ROI
    canvas.inverse_depth[~inner] = 0


def develop(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Returns the picture as the sensor stores it: vignette, tint and noise.

    Args:
      image: float32 [H, W, 3], 0..255.

    Returns:
      uint8 [H, W, 3].
    """
    rows, columns = image.shape[:2]
    y = np.linspace(-1, 1, rows, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, columns, dtype=np.float32)[None, :]
    vignette = 1 - 0.10 * (x**2 + y**2)
    tint = np.array([0.97, 1.0, 0.965]) * rng.uniform(0.97, 1.03, 3)
    gain = (vignette[..., None] * tint).astype(np.float32)
    grain = rng.standard_normal(image.shape, dtype=np.float32)
    exposed = image * gain
    sigma = 1.0 + 0.06 * np.sqrt(np.maximum(exposed, 0))
    return np.clip(np.round(exposed + sigma * grain), 0, 255).astype(np.uint8)
