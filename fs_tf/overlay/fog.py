"""Synthetic fog over a scene (Section 3.2)."""

import dataclasses

import cv2
import numpy as np

from fs_tf.labels import LABEL_IDS
from fs_tf.overlay.depth import depth_from_ground_plane
from fs_tf.overlay.recipe import SceneStage
from fs_tf.overlay.scene import Scene

# Our choice. The window of the smoothing is a share of the height, the variance that
# makes an edge is that of grey values in [0, 1].
_WORKING_HEIGHT = 256
_WINDOW = 0.1
_EDGE_VARIANCE = 0.003
_MIN_SKY = 50


def fog(
    probability: float, attenuation: tuple[float, float] = (0.004, 0.012)
) -> SceneStage:
    """Lays fog over some of the scenes, before objects are pasted.

    Koschmieder: image * t + airlight * (1 - t) with t = exp(-attenuation * depth).
    Depth is measured where Cityscapes disparity is at hand, else modelled. So the fog
    lies on the frame only and not on the objects, which keeps submissions from
    comparing an image with the known Cityscapes frame.

    Args:
      probability: of fog in an image; 0 changes nothing.
      attenuation: range in 1/m, drawn log-uniformly. 0.004 is a meteorological
        visibility of 750 m, 0.012 of 250 m (our choice).
    """

    def apply(scene: Scene, rng: np.random.Generator) -> Scene:
        # Always draw, so that what follows does not depend on the fog.
        drawn, share = rng.random(2)
        if drawn >= probability:
            return scene
        beta = float(
            np.exp(
                (1 - share) * np.log(attenuation[0]) + share * np.log(attenuation[1])
            )
        )
        measured = scene.depth is not None
        light = airlight(scene.image, scene.labels)
        image = foggy(scene.image, transmittance(scene, beta), light)
        note = {
            "stage": "fog",
            "attenuation": round(beta, 5),
            "airlight": light.tolist(),
            "depth": "disparity" if measured else "ground plane",
        }
        return dataclasses.replace(scene, image=image, notes=(*scene.notes, note))

    return apply


def transmittance(scene: Scene, beta: float) -> np.ndarray:
    """Returns how much of every pixel shines through, uint8 [H, W], 255 is all.

    Made at a small size and smoothed along the image's own edges, so that neither
    label borders nor errors of the depth show as seams.
    """
    height, width = scene.size
    step = working_step(scene.size)
    if scene.depth is None:
        depth = depth_from_ground_plane(scene.labels, step)
    else:
        depth = scene.depth()[::step, ::step]
    guide = cv2.cvtColor(
        cv2.resize(scene.image, depth.shape[::-1], interpolation=cv2.INTER_AREA),
        cv2.COLOR_RGB2GRAY,
    )
    # In float64: processors differ in the last bits of the float32 exponential.
    clear = np.exp(-beta * depth.astype(np.float64)).astype(np.float32)
    small = _along_edges(clear, guide / np.float32(255))
    small = np.rint(255 * np.clip(small, 0, 1)).astype(np.uint8)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def working_step(size: tuple[int, int]) -> int:
    """Returns by how much the image is subsampled to compute depth and light."""
    return max(size[0] // _WORKING_HEIGHT, 1)


def _along_edges(values: np.ndarray, guide: np.ndarray) -> np.ndarray:
    """Smooths `values` but for edges that `guide` has too.

    The guided filter of He, Sun and Tang (2010): in every window, `values` is fitted
    by a linear function of the guide.

    Args:
      values, guide: float32 [h, w] in [0, 1].
    """
    radius = max(round(_WINDOW * values.shape[0]), 1)
    side = (2 * radius + 1, 2 * radius + 1)

    def mean(image):
        return cv2.blur(image, side)

    guide_mean, values_mean = mean(guide), mean(values)
    variance = mean(guide * guide) - guide_mean**2
    covariance = mean(guide * values) - guide_mean * values_mean
    slope = covariance / (variance + np.float32(_EDGE_VARIANCE))
    offset = values_mean - slope * guide_mean
    return mean(slope) * guide + mean(offset)


def foggy(image: np.ndarray, through: np.ndarray, light: np.ndarray) -> np.ndarray:
    """Returns image * t + light * (1 - t) in 8 bits.

    Args:
      image: uint8 [H, W, 3].
      through: uint8 [H, W], t * 255.
      light: uint8 [3].
    """
    shining = cv2.multiply(image, cv2.merge([through] * 3), scale=1 / 255)
    table = np.rint((255 - np.arange(256))[:, np.newaxis] * (light / 255.0))
    veil = cv2.merge([cv2.LUT(through, table[:, c].astype(np.uint8)) for c in range(3)])
    # Where all shines through, nothing changes: 255 / 255 is exact and the veil zero.
    return cv2.add(shining, veil)


def airlight(image: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Returns the colour of the fog, uint8 [3]: that of the sky, at least light grey.

    Without sky in sight it is the colour of the brightest twentieth of the image.
    """
    step = working_step(labels.shape)
    small, small_labels = image[::step, ::step], labels[::step, ::step]
    sky = small[small_labels == LABEL_IDS["sky"]]
    if len(sky) < _MIN_SKY:
        grey = small.max(axis=2)
        sky = small[grey >= np.quantile(grey, 0.95)]
    return np.clip(np.rint(sky.mean(axis=0)), 160, 245).astype(np.uint8)
