"""Things that stand in the street: a few panels and the ground they shade."""

import dataclasses

import numpy as np

from fs_tf.sample_world.canvas import Panel, Picture

UP = np.array([0.0, 1.0, 0.0])


@dataclasses.dataclass(frozen=True)
class Thing:
    """Panels that belong together.

    Attributes:
      panels: what is seen.
      footprint: corners on the ground, float [N, 2] (X, Z), convex; for shadows.
      height: metres; 0 casts no shadow.
      foot: height at which a shadow starts, as that of a tree's crown.
    """

    panels: tuple[Panel, ...]
    footprint: np.ndarray
    height: float
    foot: float = 0.0


def upright(
    foot: np.ndarray,
    direction: np.ndarray,
    size: tuple[float, float],
    picture: Picture,
    label_id: int,
    brightness: float | None = None,
    solid_from: float = 0.5,
) -> Panel:
    """Returns a vertical panel that stands with its lower centre at `foot`.

    Args:
      foot: float [3].
      direction: horizontal unit vector from the picture's left to its right.
      size: width and height in metres.
      picture, label_id, brightness, solid_from: as in `Panel`.
    """
    width, height = size
    return Panel(
        corner=foot - direction * width / 2,
        right=direction * width,
        up=UP * height,
        picture=picture,
        label_id=label_id,
        brightness=brightness,
        solid_from=solid_from,
    )


def square(foot: np.ndarray, radius: float) -> np.ndarray:
    """Returns a square footprint around `foot`, float [4, 2]."""
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * radius
    return corners + foot[[0, 2]]


def rectangle(
    foot: np.ndarray, forward: np.ndarray, length: float, width: float
) -> np.ndarray:
    """Returns an oriented rectangular footprint, float [4, 2]."""
    ahead = forward[[0, 2]]
    aside = np.array([ahead[1], -ahead[0]])
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
    return foot[[0, 2]] + signs[:, :1] * length * ahead + signs[:, 1:] * width * aside
