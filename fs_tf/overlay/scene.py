"""Scenes, objects cut out of photographs, and pasting one into the other."""

import dataclasses
from collections.abc import Callable

import cv2
import numpy as np

from fs_tf import labels as label_ids

# A pixel belongs to the object where the object is the larger part of it. Below
# that it is a mixture of both, and counts for neither.
OBJECT_ALPHA = 0.5
HALO_ALPHA = 0.05
_FIRST_HIDDEN, _LAST_HIDDEN = label_ids.EGO_VEHICLE, label_ids.OUT_OF_ROI
# What every Cityscapes label id is in a mask.
_CODES = np.where(
    label_ids.LABEL_ID_TO_TRAIN_ID == label_ids.VOID,
    np.uint8(label_ids.VOID),
    np.uint8(label_ids.IN_DISTRIBUTION),
)


@dataclasses.dataclass(frozen=True)
class Scene:
    """A street scene, before or after objects are pasted.

    Attributes:
      image: uint8 [H, W, 3], RGB.
      labels: uint8 [H, W], Cityscapes label ids of the frame; pasting keeps them.
      mask: uint8 [H, W], 0 in-distribution, 1 anomaly, 255 void.
      depth: reads the measured depth, float32 [H, W] in metres; None where it was not
        measured.
      notes: what was drawn into this scene, in order, for the provenance.
    """

    image: np.ndarray
    labels: np.ndarray
    mask: np.ndarray
    depth: Callable[[], np.ndarray] | None = None
    notes: tuple[dict, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Returns (height, width)."""
        return self.image.shape[:2]


@dataclasses.dataclass(frozen=True)
class Cutout:
    """An object cut out of a photograph.

    Attributes:
      rgb: uint8 [h, w, 3].
      alpha: float32 [h, w] in [0, 1].
      category: class name ("dog").
      source: where it comes from, for the provenance.
      code: what its pixels become in the mask: anomaly, or in-distribution for a
        negative control.
      is_soft: its border already fades out.
    """

    rgb: np.ndarray
    alpha: np.ndarray
    category: str
    source: str = ""
    code: int = label_ids.ANOMALY
    is_soft: bool = False


@dataclasses.dataclass(frozen=True)
class Layer:
    """A cutout at its size and place in one scene.

    Attributes:
      rgb: float32 [h, w, 3], 0..255.
      alpha: float32 [h, w] in [0, 1].
      top, left: of the layer in the scene; the layer lies inside the scene.
      category, source, code, is_soft: as in `Cutout`.
      notes: the stages so far with their parameters, for the provenance.
    """

    rgb: np.ndarray
    alpha: np.ndarray
    top: int
    left: int
    category: str
    source: str = ""
    code: int = label_ids.ANOMALY
    is_soft: bool = False
    notes: tuple[dict, ...] = ()

    @property
    def window(self) -> tuple[slice, slice]:
        """Returns the slices of the scene that the layer covers."""
        height, width = self.alpha.shape
        return (
            slice(self.top, self.top + height),
            slice(self.left, self.left + width),
        )

    def replace(self, note: dict | None = None, **changes) -> "Layer":
        """Returns a changed copy, with a note for the provenance."""
        notes = self.notes if note is None else (*self.notes, note)
        return dataclasses.replace(self, notes=notes, **changes)


def scene_of_frame(
    image: np.ndarray,
    labels: np.ndarray,
    depth: Callable[[], np.ndarray] | None = None,
) -> Scene:
    """Returns the scene without objects: void where Cityscapes is not evaluated.

    Args:
      image: uint8 [H, W, 3].
      labels: uint8 [H, W], Cityscapes label ids.
      depth: reads float32 [H, W] in metres, or None.
    """
    return Scene(image, labels, cv2.LUT(labels, _CODES), depth)


def shows_street(labels: np.ndarray) -> np.ndarray:
    """Tells where an object of the street could be seen.

    Not on the ego vehicle, which is in front of everything, and not where rectifying
    left no image.

    Args:
      labels: uint8 [H, W], Cityscapes label ids.

    Returns:
      bool [H, W].
    """
    return (labels < _FIRST_HIDDEN) | (labels > _LAST_HIDDEN)


def paste(layer: Layer, scene: Scene) -> Scene:
    """Blends a layer over the scene and codes its pixels in the mask.

    Nothing changes where alpha is zero, nor where no street shows. Pixels with
    `HALO_ALPHA` < alpha < `OBJECT_ALPHA` become void.
    """
    window = layer.window
    alpha = layer.alpha * shows_street(scene.labels[window])
    below = scene.image[window].astype(np.float32)
    blended = layer.rgb - below
    blended *= per_channel(alpha)
    blended += below
    image, mask = scene.image.copy(), scene.mask.copy()
    image[window] = rounded(blended)
    inside = mask[window]
    inside[alpha > HALO_ALPHA] = label_ids.VOID
    inside[alpha >= OBJECT_ALPHA] = layer.code
    note = {
        "category": layer.category,
        "source": layer.source,
        "code": int(layer.code),
        "top": int(layer.top),
        "left": int(layer.left),
        "height": int(layer.alpha.shape[0]),
        "width": int(layer.alpha.shape[1]),
        "pixels": int(np.count_nonzero(alpha >= OBJECT_ALPHA)),
        "stages": list(layer.notes),
    }
    return dataclasses.replace(
        scene, image=image, mask=mask, notes=(*scene.notes, note)
    )


def per_channel(values: np.ndarray) -> np.ndarray:
    """Returns [h, w, 3]: [h, w] for every colour.

    Arithmetic with it is far faster than broadcasting over so short an axis.
    """
    return cv2.merge([values] * 3)


def rounded(rgb: np.ndarray) -> np.ndarray:
    """Returns uint8 [...]: the nearest grey levels, halves to even ones.

    Args:
      rgb: float32 [h, w, 3], 0..255 but for rounding errors.
    """
    return cv2.convertScaleAbs(rgb)


def grown(layer: Layer, margin: int, size: tuple[int, int]) -> Layer:
    """Returns the layer with `margin` transparent pixels around it, inside the scene.

    Args:
      layer: any.
      margin: pixels on every side that has room.
      size: (height, width) of the scene.
    """
    height, width = layer.alpha.shape
    above, before = min(margin, layer.top), min(margin, layer.left)
    below = min(margin, size[0] - layer.top - height)
    after = min(margin, size[1] - layer.left - width)
    sides = (above, below, before, after)
    return layer.replace(
        rgb=cv2.copyMakeBorder(layer.rgb, *sides, cv2.BORDER_REPLICATE),
        alpha=cv2.copyMakeBorder(layer.alpha, *sides, cv2.BORDER_CONSTANT),
        top=layer.top - above,
        left=layer.left - before,
    )
