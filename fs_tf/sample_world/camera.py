"""A pinhole camera above the road, with the numbers of the Cityscapes rig."""

import dataclasses

import numpy as np

# Typical values of Cityscapes camera files, for frames of 1024x2048.
REFERENCE_HEIGHT = 1024
FX, FY, U0, V0 = 2262.52, 2265.3017905988554, 1096.98, 513.137
BASELINE = 0.209313


@dataclasses.dataclass(frozen=True)
class Camera:
    """A pinhole camera; the world has X right, Y up and Z forward, in metres.

    The origin of the world is the point of the road below the camera's first position.

    Attributes:
      height: rows of the image; there are twice as many columns.
      elevation: metres above the road.
      pitch: radians, positive looks down.
      yaw: radians, positive looks to the left.
      advance: metres driven along Z.
      oversampling: samples per pixel and axis while rendering.
    """

    height: int
    elevation: float = 1.22
    pitch: float = 0.038
    yaw: float = 0.0
    advance: float = 0.0
    oversampling: int = 1

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of samples."""
        rows = self.height * self.oversampling
        return rows, 2 * rows

    @property
    def focal_length(self) -> float:
        """The horizontal focal length in samples."""
        return float(self.matrix()[0, 0])

    @property
    def position(self) -> np.ndarray:
        """The optical centre in the world, float64 [3]."""
        return np.array([0.0, self.elevation, self.advance])

    def matrix(self) -> np.ndarray:
        """Returns the intrinsic matrix in samples, float64 [3, 3]."""
        scale = self.height * self.oversampling / REFERENCE_HEIGHT
        u0 = (U0 + 0.5) * scale - 0.5
        v0 = (V0 + 0.5) * scale - 0.5
        return np.array([[FX * scale, 0, u0], [0, FY * scale, v0], [0, 0, 1]])

    def rotation(self) -> np.ndarray:
        """Returns world axes -> camera axes (x right, y down, z forward), [3, 3]."""
        cos, sin = np.cos(self.yaw), np.sin(self.yaw)
        turn = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
        cos, sin = np.cos(self.pitch), np.sin(self.pitch)
        tilt = np.array([[1, 0, 0], [0, -cos, -sin], [0, -sin, cos]])
        return tilt @ turn

    def to_camera(self, points: np.ndarray) -> np.ndarray:
        """Returns world points [N, 3] in camera axes, [N, 3]."""
        return (points - self.position) @ self.rotation().T

    def rays(self) -> np.ndarray:
        """Returns the world direction of every sample per unit of depth.

        Returns:
          float32 [rows, columns, 3]; camera position + depth * ray is the point seen.
        """
        rows, columns = self.shape
        inverse = self.rotation().T @ np.linalg.inv(self.matrix())
        x = np.arange(columns)[None, :, None] * inverse[:, 0]
        y = np.arange(rows)[:, None, None] * inverse[:, 1]
        return (x + y + inverse[:, 2]).astype(np.float32)

    def json(self) -> dict[str, dict[str, float]]:
        """Returns what a Cityscapes camera file holds, for the size of this image."""
        pixels = dataclasses.replace(self, oversampling=1).matrix()
        return {
            "extrinsic": {
                "baseline": BASELINE,
                "pitch": self.pitch,
                "roll": 0.0,
                "x": 1.7,
                "y": 0.1,
                "yaw": self.yaw,
                "z": self.elevation,
            },
            "intrinsic": {
                "fx": float(pixels[0, 0]),
                "fy": float(pixels[1, 1]),
                "u0": float(pixels[0, 2]),
                "v0": float(pixels[1, 2]),
            },
        }
