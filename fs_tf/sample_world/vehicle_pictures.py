"""What the pictures of all vehicles share: paint, glass and wheels."""

import dataclasses

import numpy as np

from fs_tf.sample_world.sketch import Sketch

GLASS = np.array([38.0, 46, 54])
RUBBER = (24, 24, 26)


@dataclasses.dataclass(frozen=True)
class Look:
    """Paint and a seed for small differences."""

    paint: tuple[float, float, float]
    seed: int

    @property
    def color(self) -> np.ndarray:
        """The paint as an array, to compute with."""
        return np.array(self.paint)


def wheel(sketch: Sketch, x: float, radius: float) -> None:
    """Draws a wheel in its arch that touches the ground at `x`."""
    sketch.ellipse(x, radius + 0.03, radius * 1.16, radius * 1.16, (16, 16, 18))
    sketch.ellipse(x, radius, radius, radius, RUBBER)
    sketch.ellipse(x, radius, radius * 0.66, radius * 0.66, (128, 130, 134))
    for angle in np.linspace(0, 2 * np.pi, 5, endpoint=False):
        spoke = radius * 0.42 * np.array([np.cos(angle), np.sin(angle)])
        sketch.ellipse(
            x + spoke[0], radius + spoke[1], radius * 0.14, radius * 0.14, (52, 52, 56)
        )
    sketch.ellipse(x, radius, radius * 0.14, radius * 0.14, (70, 70, 74))
