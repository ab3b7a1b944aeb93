"""The objects of the sample Pascal VOC, by class name."""

from collections.abc import Callable

import cv2
import numpy as np

from fs_tf.sample_world import animals, objects

# rng, pixels per unit -> RGBA uint8, premultiplied
FIGURES: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "aeroplane": objects.aeroplane,
    "bird": animals.bird,
    "boat": objects.boat,
    "bottle": objects.bottle,
    "cat": lambda rng, pixels: animals.quadruped("cat", rng, pixels),
    "chair": objects.chair,
    "cow": lambda rng, pixels: animals.quadruped("cow", rng, pixels),
    "dog": lambda rng, pixels: animals.quadruped("dog", rng, pixels),
    "horse": lambda rng, pixels: animals.quadruped("horse", rng, pixels),
    "sheep": lambda rng, pixels: animals.quadruped("sheep", rng, pixels),
    "sofa": objects.sofa,
    "tvmonitor": objects.tvmonitor,
    "pottedplant": objects.pottedplant,
}


def draw(name: str, rng: np.random.Generator, longer_side: int) -> np.ndarray:
    """Returns the figure, cut tight and turned left or right.

    Args:
      name: a key of `FIGURES`.
      rng: of its look.
      longer_side: pixels.

    Returns:
      uint8 [h, w, 4], premultiplied alpha.
    """
    figure = FIGURES[name](rng, max(24, longer_side))
    inside = figure[..., 3] > 127
    rows, columns = np.nonzero(inside.any(1))[0], np.nonzero(inside.any(0))[0]
    figure = figure[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = longer_side / max(figure.shape[:2])
    size = [max(1, round(scale * side)) for side in figure.shape[1::-1]]
    figure = cv2.resize(figure, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(figure[:, ::-1]) if rng.random() < 0.5 else figure
