"""Moves the colours of an object towards those of the scene below it."""

import numpy as np

from fs_tf.overlay.recipe import Stage
from fs_tf.overlay.scene import OBJECT_ALPHA, Layer, Scene

# Every fourth row and column is enough for the histogram of a scene.
_STEP = 4
_LUMA = (0.299, 0.587, 0.114)


def adapt_brightness(strength: float) -> Stage:
    """Scales the object towards the mean brightness of the pixels it covers.

    Args:
      strength: share of the way, 0 changes nothing, 1 meets the mean (but for
        clipping at white).
    """

    def apply(layer: Layer, scene: Scene, rng: np.random.Generator) -> Layer:
        del rng
        if strength == 0:
            return layer
        inside = layer.alpha >= OBJECT_ALPHA
        below = scene.image[layer.window][inside]
        if not below.size:
            return layer
        target, own = _brightness(below), _brightness(layer.rgb[inside])
        factor = ((1 - strength) * own + strength * target) / max(own, 1.0)
        # Rounded, so that the last bits of a sum do not reach the pixels.
        factor = np.float32(round(factor, 4))
        note = {"stage": "adapt_brightness", "factor": round(float(factor), 4)}
        return layer.replace(note, rgb=np.clip(layer.rgb * factor, 0, 255))

    return apply


def _brightness(colors: np.ndarray) -> float:
    means = colors.mean(axis=0, dtype=np.float64)
    return float(sum(mean * weight for mean, weight in zip(means, _LUMA, strict=True)))


def transfer_histogram(strength: float) -> Stage:
    """Moves the object's colour distribution towards that of the scene.

    Per channel, a value goes to the scene's value of the same rank: through the
    object's cumulative histogram and the scene's inverse one (Section 3.2).

    Args:
      strength: share of the way, 0 changes nothing, 1 gives the object the histogram
        of the scene.
    """

    def apply(layer: Layer, scene: Scene, rng: np.random.Generator) -> Layer:
        del rng
        inside = layer.alpha >= OBJECT_ALPHA
        if strength == 0 or not inside.any():
            return layer
        rgb = layer.rgb.copy()
        levels = np.arange(256)
        sample = scene.image[::_STEP, ::_STEP]
        for channel in range(3):
            own = _cumulative(layer.rgb[..., channel][inside])
            matched = np.interp(own, _cumulative(sample[..., channel]), levels)
            wanted = np.interp(rgb[..., channel], levels, matched)
            rgb[..., channel] += strength * (wanted - rgb[..., channel])
        note = {"stage": "transfer_histogram", "strength": strength}
        return layer.replace(note, rgb=rgb)

    return apply


def _cumulative(values: np.ndarray) -> np.ndarray:
    """Returns [256]: the share of values below each level, half of those at it."""
    levels = np.rint(values).astype(np.uint8).ravel()
    counts = np.bincount(levels, minlength=256) / levels.size
    return np.cumsum(counts) - counts / 2


def color_noise(sigma: float) -> Stage:
    """Adds independent Gaussian noise to every pixel and channel of the object.

    Args:
      sigma: standard deviation in grey levels, >= 0; 0 changes nothing.
    """

    def apply(layer: Layer, scene: Scene, rng: np.random.Generator) -> Layer:
        del scene
        if sigma == 0:
            return layer
        noise = rng.standard_normal(layer.rgb.shape, np.float32) * np.float32(sigma)
        note = {"stage": "color_noise", "sigma": sigma}
        return layer.replace(note, rgb=np.clip(layer.rgb + noise, 0, 255))

    return apply
