"""Overexposure: bright parts of an object shine over their surroundings."""

import cv2
import numpy as np

from fs_tf.overlay.recipe import Stage
from fs_tf.overlay.scene import Layer, Scene, grown

# A glow stays below the alpha at which a pixel counts as object.
MAX_GLOW = 0.4


def glow(strength: float, radius: float = 0.012, threshold: float = 180.0) -> Stage:
    """Adds the blurred bright parts of the object as white light.

    White light over a colour, with alpha as its intensity, is the screen blend
    1 - (1 - a)(1 - b).

    Args:
      strength: share of the light that spreads, 0..1; 0 changes nothing.
      radius: standard deviation of the spread as a share of the image height.
      threshold: grey level above which a pixel shines.
    """

    def apply(layer: Layer, scene: Scene, rng: np.random.Generator) -> Layer:
        del rng
        if strength == 0 or not _shine(layer, threshold).any():
            return layer
        sigma = radius * scene.size[0]
        layer = grown(layer, int(np.ceil(2 * sigma)), scene.size)
        shine = _shine(layer, threshold)
        light = cv2.GaussianBlur(shine, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
        light = np.minimum(strength * light, MAX_GLOW)
        alpha = 1 - (1 - layer.alpha) * (1 - light)
        own, white = layer.alpha * (1 - light), 255 * light
        weight = np.maximum(alpha, 1e-3)
        rgb = cv2.merge(
            [
                np.clip((channel * own + white) / weight, 0, 255)
                for channel in cv2.split(layer.rgb)
            ]
        )
        note = {"stage": "glow", "strongest": round(float(light.max()), 3)}
        return layer.replace(note, rgb=rgb, alpha=alpha)

    return apply


def _shine(layer: Layer, threshold: float) -> np.ndarray:
    """Returns how much every pixel shines, float32 [h, w] in [0, 1]."""
    red, green, blue = cv2.split(layer.rgb)  # Far faster than `min` over a short axis.
    darkest = cv2.min(cv2.min(red, green), blue)
    return np.clip((darkest - threshold) / (255 - threshold), 0, 1) * layer.alpha
