"""Blur of a pasted object as the moving camera would have recorded it."""

import cv2
import numpy as np

from fs_tf.overlay.recipe import Stage
from fs_tf.overlay.scene import Layer, Scene, grown

# Our choice: where the road vanishes in Cityscapes, as a share of the height.
HORIZON = 0.43


def radial_motion_blur(strength: float, steps: int = 5) -> Stage:
    """Smears the object along rays from the vanishing point, as forward motion does.

    The length of the smear grows with the distance from the vanishing point.

    Args:
      strength: length of the smear per distance, >= 0; 0 changes nothing.
      steps: number of exposures that are averaged.
    """

    def apply(layer: Layer, scene: Scene, rng: np.random.Generator) -> Layer:
        del rng
        height, width = scene.size
        rows, columns = layer.alpha.shape
        center = np.array([width / 2, height * HORIZON])
        corners = np.array(
            [(layer.left + x, layer.top + y) for x in (0, columns) for y in (0, rows)]
        )
        length = strength * np.abs(corners - center).max()
        if length < 0.5:
            return layer
        layer = grown(layer, int(np.ceil(length / 2)) + 1, scene.size)
        sheet = _weighted(layer)
        total = np.zeros_like(sheet)
        for zoom in 1 + strength * np.linspace(-0.5, 0.5, steps):
            total += _zoomed(sheet, zoom, center - (layer.left, layer.top))
        total /= steps
        note = {"stage": "radial_motion_blur", "pixels": round(float(length), 2)}
        return _unweighted(layer, total, note)

    return apply


def _zoomed(sheet: np.ndarray, zoom: float, center: np.ndarray) -> np.ndarray:
    """Enlarges a sheet about a centre (x, y), bilinearly, at its own size.

    Not with OpenCV, whose warps differ between processors in the last bits.
    """
    for axis, middle in enumerate(center[::-1]):
        last = sheet.shape[axis] - 1
        source = np.clip(middle + (np.arange(last + 1) - middle) / zoom, 0, last)
        low = source.astype(int)
        share = (source - low).astype(np.float32)
        below = sheet.take(low, axis)
        between = sheet.take(np.minimum(low + 1, last), axis)
        between -= below
        # Over whole rows: broadcasting over four channels is far slower.
        share = share[:, np.newaxis] if axis == 0 else np.repeat(share, 4)
        in_rows = between.reshape(len(between), -1)
        in_rows *= share
        between += below
        sheet = between
    return sheet


def depth_blur(strength: float) -> Stage:
    """Blurs objects the more, the higher in the image they stand.

    Where an object meets the ground tells how far away it is; distant objects are
    less sharp in the recorded images than in photographs of that object.

    Args:
      strength: standard deviation at the horizon, as a share of the image height,
        >= 0; it falls linearly to none at the lower image border. 0 changes nothing.
    """

    def apply(layer: Layer, scene: Scene, rng: np.random.Generator) -> Layer:
        del rng
        height = scene.size[0]
        foot = (layer.top + layer.alpha.shape[0]) / height
        sigma = strength * height * np.clip((1 - foot) / (1 - HORIZON), 0, 1)
        if sigma < 0.3:
            return layer
        layer = grown(layer, int(np.ceil(2 * sigma)), scene.size)
        sheet = cv2.GaussianBlur(
            _weighted(layer), (0, 0), sigma, borderType=cv2.BORDER_REPLICATE
        )
        note = {"stage": "depth_blur", "sigma": round(float(sigma), 3)}
        return _unweighted(layer, sheet, note)

    return apply


def _weighted(layer: Layer) -> np.ndarray:
    """Returns float32 [h, w, 4]: colours times alpha, and alpha."""
    return cv2.merge([*(c * layer.alpha for c in cv2.split(layer.rgb)), layer.alpha])


def _unweighted(layer: Layer, sheet: np.ndarray, note: dict) -> Layer:
    *weighted, alpha = cv2.split(sheet)
    alpha = np.clip(alpha, 0, 1)
    weight = np.maximum(alpha, 1e-3)
    rgb = cv2.merge([np.clip(c / weight, 0, 255) for c in weighted])
    return layer.replace(note, rgb=rgb, alpha=alpha)
