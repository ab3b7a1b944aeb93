"""Moves the colours of an object towards those of the scene below it."""

import cv2
import numpy as np

from fs_tf.overlay.recipe import Stage
from fs_tf.overlay.scene import OBJECT_ALPHA, Layer, Scene, rounded

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
        inside = _inside(layer)
        if not inside.any():
            return layer
        below = scene.image[layer.window]
        target, own = _brightness(below, inside), _brightness(layer.rgb, inside)
        factor = ((1 - strength) * own + strength * target) / max(own, 1.0)
        # Rounded, so that the last bits of a sum do not reach the pixels.
        factor = np.float32(round(factor, 4))
        note = {"stage": "adapt_brightness", "factor": round(float(factor), 4)}
        return layer.replace(note, rgb=np.clip(layer.rgb * factor, 0, 255))

    return apply


def _inside(layer: Layer) -> np.ndarray:
    """Returns uint8 [h, w], 1 where a pixel belongs to the object."""
    return (layer.alpha >= OBJECT_ALPHA).view(np.uint8)


def _brightness(rgb: np.ndarray, inside: np.ndarray) -> float:
    return float(np.dot(cv2.mean(rgb, inside)[:3], _LUMA))


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
        inside = _inside(layer)
        if strength == 0 or not inside.any():
            return layer
        grey, sample = rounded(layer.rgb), scene.image[::_STEP, ::_STEP].copy()
        channels = []
        for index, channel in enumerate(cv2.split(layer.rgb)):
            own, its = _cumulative(grey, index, inside), _cumulative(sample, index)
            wanted = _mapped(channel, np.interp(own, its, np.arange(256)))
            wanted -= channel
            wanted *= strength
            wanted += channel
            channels.append(wanted.astype(np.float32))
        note = {"stage": "transfer_histogram", "strength": strength}
        return layer.replace(note, rgb=cv2.merge(channels))

    return apply


def _mapped(values: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Returns `np.interp(values, np.arange(256), table)`, ten times as fast.

    Args:
      values: float32 [h, w], 0..255.
      table: float64 [256].
    """
    low = values.astype(np.uint8)
    mapped = cv2.LUT(low, np.append(np.diff(table), 0.0))
    mapped *= values - low
    mapped += cv2.LUT(low, table)
    return mapped


def _cumulative(
    image: np.ndarray, channel: int, inside: np.ndarray | None = None
) -> np.ndarray:
    """Returns [256]: the share of values below each level, half of those at it."""
    counts = cv2.calcHist([image], [channel], inside, [256], [0, 256])
    counts = counts.ravel().astype(np.float64)
    counts /= counts.sum()
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
