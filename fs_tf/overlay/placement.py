"""Random size and position of an object in a scene (Section 3.2)."""

from collections.abc import Callable

import cv2
import numpy as np

from fs_tf.overlay.categories import preferred_half
from fs_tf.overlay.scene import (
    OBJECT_ALPHA,
    Cutout,
    Layer,
    Scene,
    per_channel,
    shows_street,
)

Placer = Callable[[Cutout, Scene, np.random.Generator], Layer]

TRIES = 100


class DoesNotFit(ValueError):
    """No position was found where enough of the object can be seen."""


def place_anywhere(
    scale: tuple[float, float] = (0.05, 0.335),
    half_probability: float = 0.65,
    min_visible: float = 0.2,
    min_size: float = 0.03,
    max_enlargement: float = 3.0,
) -> Placer:
    """Sizes, mirrors and positions objects so that every pixel is about as likely.

    The centre is uniform over the image and a border of half the object around it, so
    objects may be cut by the image border. What would lie on the ego vehicle is
    hidden behind it. The numbers are our choice; with them about 2.4 % of the valid
    pixels are anomalous, as in the paper.

    Args:
      scale: range of sqrt(object pixels) / image height, drawn uniformly.
      half_probability: that the visible part of the object is centred in the half
        of the image that its category prefers.
      min_visible: least share of the object that must be visible.
      min_size: least sqrt(visible pixels) / image height.
      max_enlargement: of the photograph; larger scales are cut off here.

    Returns:
      A placer; it raises DoesNotFit.
    """

    def place(cutout: Cutout, scene: Scene, rng: np.random.Generator) -> Layer:
        height = scene.size[0]
        size = rng.uniform(*scale) * height
        rgb, alpha = _sized(cutout, size, scene.size, max_enlargement)
        mirrored = bool(rng.random() < 0.5)
        if mirrored:
            rgb, alpha = rgb[:, ::-1], alpha[:, ::-1]
        least = max(min_visible * _pixels(alpha), (min_size * height) ** 2)
        half = _half(cutout.category, half_probability, rng)
        for _ in range(TRIES):
            top, left = _position(alpha.shape, scene.size, rng)
            inner = _inside(top, left, alpha.shape, scene.size)
            visible = _visible(alpha[inner], max(top, 0), max(left, 0), scene)
            if _pixels(visible) < least:
                continue
            if half and half != _half_of(visible, max(top, 0), height):
                continue
            note = {"stage": "place", "scale": size / height, "mirrored": mirrored}
            rgb = np.ascontiguousarray(rgb[inner])
            return _layer(cutout, rgb, visible, max(top, 0), max(left, 0), note)
        raise DoesNotFit(
            f"'{cutout.source}' found no place in a scene of {scene.size[0]}x"
            f"{scene.size[1]} in {TRIES} tries; lower `min_visible` or `min_size`."
        )

    return place


def _layer(
    cutout: Cutout, rgb: np.ndarray, alpha: np.ndarray, top: int, left: int, note: dict
) -> Layer:
    return Layer(
        rgb=rgb,
        alpha=alpha,
        top=top,
        left=left,
        category=cutout.category,
        source=cutout.source,
        code=cutout.code,
        is_soft=cutout.is_soft,
        notes=(note,),
    )


def _half(category: str, probability: float, rng: np.random.Generator) -> str | None:
    """Draws the half of the image for an object; None where it may be either.

    Drawn before the position, so that what the ego vehicle hides, mostly below, does
    not weaken the preference.
    """
    preferred = preferred_half(category)
    if preferred is None or rng.random() < probability:
        return preferred
    return "upper" if preferred == "lower" else "lower"


def _half_of(visible: np.ndarray, top: int, height: int) -> str:
    """Returns the half in which the visible pixels are centred."""
    rows = np.flatnonzero((visible >= OBJECT_ALPHA).any(axis=1))
    return "lower" if 2 * top + rows[0] + rows[-1] + 1 >= height else "upper"


def _position(
    size: tuple[int, int], scene_size: tuple[int, int], rng: np.random.Generator
) -> tuple[int, int]:
    """Draws top and left."""
    bottom, right = rng.uniform(0, 1, 2) * np.add(scene_size, size)
    return int(bottom) - size[0], int(right) - size[1]


def _visible(alpha: np.ndarray, top: int, left: int, scene: Scene) -> np.ndarray:
    """Returns alpha without what is hidden, by the ego vehicle above all."""
    rows, columns = alpha.shape
    return alpha * shows_street(scene.labels[top : top + rows, left : left + columns])


def _pixels(alpha: np.ndarray) -> int:
    return int(np.count_nonzero(alpha >= OBJECT_ALPHA))


def _inside(
    top: int, left: int, size: tuple[int, int], scene_size: tuple[int, int]
) -> tuple[slice, slice]:
    """Returns the rows and columns of an object that lie inside the scene."""
    return (
        slice(max(-top, 0), max(min(size[0], scene_size[0] - top), 0)),
        slice(max(-left, 0), max(min(size[1], scene_size[1] - left), 0)),
    )


def _sized(
    cutout: Cutout,
    size: float,
    scene_size: tuple[int, int],
    max_enlargement: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Resizes the cutout so that sqrt(its pixels) = size, within the scene."""
    factor = size / max(np.sqrt(_pixels(cutout.alpha)), 1.0)
    limits = 0.9 * np.divide(scene_size, cutout.alpha.shape)
    factor = min(factor, max_enlargement, *limits)
    height, width = np.maximum(np.rint(np.multiply(cutout.alpha.shape, factor)), 1)
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    # Colours are weighted by alpha: what lies outside the object must not bleed in.
    weighted = cutout.rgb * per_channel(cutout.alpha)
    target = (int(width), int(height))
    weighted = cv2.resize(weighted, target, interpolation=method)
    alpha = cv2.resize(cutout.alpha, target, interpolation=method)
    return weighted / per_channel(np.maximum(alpha, 1e-3)), alpha
