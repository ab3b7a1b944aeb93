"""Drawing flat pictures in metres."""

import cv2
import numpy as np

from fs_tf.sample_world import noise

SHIFT = 4  # fractional bits of OpenCV coordinates
CIRCLE = np.stack(
    [
        np.cos(np.linspace(0, 2 * np.pi, 32, endpoint=False)),
        np.sin(np.linspace(0, 2 * np.pi, 32, endpoint=False)),
    ],
    axis=1,
)
LARGEST = 2048  # pixels along a picture's longer side


class Sketch:
    """An RGBA picture with its origin at the lower left and y up, in metres.

    Colours are RGB 0..255 and everything drawn is opaque; what stays empty is
    transparent. Alpha is premultiplied, as antialiased edges come out that way.

    Attributes:
      pixels: uint8 [rows, columns, 4].
    """

    def __init__(self, width: float, height: float, pixels_per_metre: float):
        limit = LARGEST / max(width, height)
        self.scale = min(pixels_per_metre, limit)
        rows = max(2, round(height * self.scale))
        columns = max(2, round(width * self.scale))
        self.size = width, height
        self.pixels = np.zeros((rows, columns, 4), np.uint8)

    def polygon(self, points, color, opacity: float = 1.0) -> None:
        """Fills a polygon with corners [N, 2].

        Below an opacity of 1 it replaces what it covers, so such glass comes first.
        """
        self._fill(self._fixed(points), color, opacity)

    def rectangle(self, left, bottom, right, top, color) -> None:
        """Fills an upright rectangle."""
        rows, unit = self.pixels.shape[0], 2**SHIFT
        x0, x1 = (round((x * self.scale - 0.5) * unit) for x in (left, right))
        y0, y1 = (round((rows - y * self.scale - 0.5) * unit) for y in (bottom, top))
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.int32)
        self._fill(corners, color, 1.0)

    def ellipse(
        self, x, y, radius_x, radius_y, color, angle: float = 0.0, opacity: float = 1.0
    ) -> None:
        """Fills an ellipse; `angle` in degrees, anticlockwise."""
        points = CIRCLE * [radius_x, radius_y]
        if angle:
            cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
            points = points @ np.array([[cos, sin], [-sin, cos]])
        self.polygon(points + [x, y], color, opacity)

    def ring(self, x, y, radius, width, color) -> None:
        """Draws a circle of the given outer radius."""
        points = CIRCLE * (radius - width / 2) + [x, y]
        self.line(np.concatenate([points, points[:1]]), width, color)

    def line(self, points, width, color) -> None:
        """Draws a round-ended stroke through points [N, 2]."""
        points = np.asarray(points, float)
        for start, end in zip(points[:-1], points[1:], strict=True):
            along = end - start
            length = np.hypot(*along)
            if length == 0:
                continue
            side = np.array([-along[1], along[0]]) / length * width / 2
            self.polygon([start + side, end + side, end - side, start - side], color)
        if width * self.scale > 3:
            for x, y in points:
                self.ellipse(x, y, width / 2, width / 2, color)

    def grain(self, strength: float, cells_per_metre: float, seed: int) -> None:
        """Multiplies the picture with fractal noise of relative `strength`."""
        cells = max(self.size) * cells_per_metre
        field = noise.fractal_noise(self.pixels.shape[:2], cells, seed)
        self.multiply(1 + strength * field)

    def multiply(self, factor: np.ndarray) -> None:
        """Multiplies the colours with float [rows, columns], or what broadcasts."""
        shape = self.pixels.shape[:2]
        factor = np.maximum(np.broadcast_to(factor, shape), 0, dtype=np.float32)
        whole = cv2.merge([factor, factor, factor, np.ones(shape, np.float32)])
        cv2.multiply(self.pixels, whole, self.pixels, dtype=cv2.CV_8U)
        np.minimum(self.pixels, self.pixels[..., 3:], out=self.pixels)

    def slope(self, bottom: float, top: float) -> None:
        """Multiplies with a brightness that changes evenly from bottom to top."""
        rows = self.pixels.shape[0]
        self.multiply(np.linspace(top, bottom, rows, dtype=np.float32)[:, None])

    def _fill(self, corners: np.ndarray, color, opacity: float) -> None:
        rgba = [min(max(float(value), 0.0), 255.0) * opacity for value in color]
        rgba.append(255.0 * opacity)
        cv2.fillPoly(self.pixels, [corners], rgba, cv2.LINE_AA, SHIFT)

    def _fixed(self, points) -> np.ndarray:
        points = np.asarray(points, float) * self.scale
        x, y = points[:, 0] - 0.5, self.pixels.shape[0] - points[:, 1] - 0.5
        return np.round(np.stack([x, y], 1) * 2**SHIFT).astype(np.int32)
