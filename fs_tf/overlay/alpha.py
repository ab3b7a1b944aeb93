"""Soft object borders."""

import cv2
import numpy as np

from fs_tf.overlay.recipe import Stage
from fs_tf.overlay.scene import Layer, Scene


def smooth_alpha(radius: float) -> Stage:
    """Fades the border of objects without a smooth one, inwards.

    Fading inwards keeps the background of the photograph out of the scene. A cutout
    that already has a smooth border stays as it is (Section 3.2).

    Args:
      radius: of the fade as a share of the image height, >= 0; 0 changes nothing.
    """

    def apply(layer: Layer, scene: Scene, rng: np.random.Generator) -> Layer:
        del rng
        pixels = radius * scene.size[0]
        if pixels <= 0 or layer.is_soft:
            return layer
        steps = max(int(round(pixels)), 1)
        # Outside of the layer is more of the same: an object cut by the image border
        # does not fade there.
        inside = cv2.erode(
            layer.alpha,
            np.ones((3, 3)),
            iterations=steps,
            borderType=cv2.BORDER_REPLICATE,
        )
        side = 2 * steps + 1
        faded = cv2.blur(inside, (side, side), borderType=cv2.BORDER_REPLICATE)
        note = {"stage": "smooth_alpha", "pixels": steps}
        return layer.replace(note, alpha=np.minimum(faded, layer.alpha))

    return apply
