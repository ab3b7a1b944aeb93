"""A depth-buffered canvas onto which flat pictures are hung in three dimensions."""

import dataclasses
from collections.abc import Callable

import cv2
import numpy as np

from fs_tf.sample_world.camera import Camera
from fs_tf.sample_world.light import Light

# Alpha of glimpses between bars, spokes and leaves, which annotators label as the
# thing itself, lies above this.
SEE_THROUGH = 0.15
NEAR = 0.4  # metres; what is nearer is cut away
Picture = Callable[[float], np.ndarray]


@dataclasses.dataclass(frozen=True)
class Panel:
    """A picture on a parallelogram in the world.

    Attributes:
      corner: lower left corner, float [3], metres.
      right, up: the two edges, float [3], metres.
      picture: pixels per metre -> RGBA uint8 [h, w, 4], premultiplied alpha.
      label_id: Cityscapes label id of what is opaque.
      brightness: share of the sun's light; with None the direction decides.
      solid_from: alpha from which a sample counts as this thing.
      facing: where given, the panel is seen only from this side.
    """

    corner: np.ndarray
    right: np.ndarray
    up: np.ndarray
    picture: Picture
    label_id: int
    brightness: float | None = None
    solid_from: float = 0.5
    facing: np.ndarray | None = None

    @property
    def centre(self) -> np.ndarray:
        """float [3], in metres."""
        return self.corner + (self.right + self.up) / 2


class Canvas:
    """An image in the making, with label id and inverse depth of every sample."""

    def __init__(self, camera: Camera, light: Light):
        self.camera = camera
        self.light = light
        self.image = np.zeros((*camera.shape, 3), np.float32)
        self.label_ids = np.zeros(camera.shape, np.uint8)
        self.inverse_depth = np.zeros(camera.shape, np.float32)

    def draw(self, panels: list[Panel]) -> None:
        """Draws the panels from far to near."""
        position = self.camera.position
        distances = [np.linalg.norm(panel.centre - position) for panel in panels]
        for index in np.argsort(distances, kind="stable")[::-1]:
            self._draw_one(panels[index])

    def _draw_one(self, panel: Panel) -> None:
        towards = self.camera.position - panel.centre
        if panel.facing is not None and panel.facing @ towards < 0:
            return
        corner = self.camera.to_camera(panel.corner[None])[0]
        rotation = self.camera.rotation()
        frame = np.stack([rotation @ panel.right, rotation @ panel.up, corner], 1)
        window = self._window(frame)
        scale = np.linalg.norm(panel.right) * np.linalg.norm(panel.up)
        if window is None or abs(np.linalg.det(frame)) < 1e-4 * scale:
            return
        rows, columns, nearest = window
        # plane @ (x, y, 1) = (s, t, 1) / depth, with s and t along right and up.
        plane = np.linalg.inv(frame) @ np.linalg.inv(self.camera.matrix())
        inverse_depth = (
            plane[2, 0] * np.arange(columns.start, columns.stop)
            + plane[2, 1] * np.arange(rows.start, rows.stop)[:, None]
            + plane[2, 2]
        ).astype(np.float32)
        visible = inverse_depth > self.inverse_depth[rows, columns]
        visible &= inverse_depth < 1 / NEAR
        if not visible.any():
            return
        picture = panel.picture(self._density(nearest))
        color = self._warp(picture, plane, rows, columns)
        alpha = np.where(visible, color[..., 3], 0) * np.float32(1 / 255)
        shade = self.light.shade(self._normal(panel), panel.brightness)
        self._blend(rows, columns, color[..., :3] * shade, alpha, inverse_depth)
        solid = alpha > panel.solid_from
        self.label_ids[rows, columns][solid] = panel.label_id
        self.inverse_depth[rows, columns][solid] = inverse_depth[solid]

    def _blend(self, rows, columns, color, alpha, inverse_depth) -> None:
        """Lays the (alpha times) colour over the image, seen through the haze."""
        depth = 1 / np.maximum(inverse_depth, np.float32(1e-3))
        clear = np.exp(np.float32(-self.light.haze_per_metre) * depth)
        clear = np.where(alpha > 0, clear, 0)[..., None]
        color *= clear
        alpha = alpha[..., None]
        color += self.light.haze_color * ((1 - clear) * alpha)
        target = self.image[rows, columns]
        target *= 1 - alpha
        target += color

    def _warp(self, picture, plane, rows, columns) -> np.ndarray:
        """Returns the picture as the camera sees it, RGBA uint8."""
        height, width = picture.shape[:2]
        to_picture = np.array(
            [[width, 0, -0.5], [0, -height, height - 0.5], [0, 0, 1.0]]
        )
        shift = np.array([[1, 0, columns.start], [0, 1, rows.start], [0, 0, 1.0]])
        return cv2.warpPerspective(
            picture,
            to_picture @ plane @ shift,
            (columns.stop - columns.start, rows.stop - rows.start),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
        )

    def _window(self, frame: np.ndarray):
        """Returns the row and column slices that the panel covers, and its depth."""
        right, up, corner = frame.T
        polygon = np.array([corner, corner + right, corner + right + up, corner + up])
        if (polygon[:, 2] < NEAR).all():
            return None
        points = polygon @ self.camera.matrix().T  # x / z, y / z is the sample
        height, width = self.camera.shape
        for normal, least in (
            ((0, 0, 1), NEAR),
            ((1, 0, 0), 0),
            ((0, 1, 0), 0),
            ((-1, 0, width), 0),
            ((0, -1, height), 0),
        ):
            points = _clip(points, np.array(normal), least)
        if len(points) == 0:
            return None
        x, y = points[:, 0] / points[:, 2], points[:, 1] / points[:, 2]
        rows = slice(max(0, int(y.min())), min(height, int(y.max()) + 2))
        columns = slice(max(0, int(x.min())), min(width, int(x.max()) + 2))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return None
        return rows, columns, points[:, 2].min()

    def _density(self, depth: float) -> float:
        """Returns the pixels per metre a picture needs, a power of two."""
        pixels = self.camera.focal_length / self.camera.oversampling
        wanted = 1.3 * pixels / max(depth, 1.5)
        return float(2.0 ** np.round(np.log2(wanted)))

    def _normal(self, panel: Panel) -> np.ndarray:
        """Returns the unit normal that faces the camera."""
        normal = np.cross(panel.right, panel.up)
        normal = normal / np.linalg.norm(normal)
        towards = self.camera.position - panel.centre
        return normal if normal @ towards > 0 else -normal


def _clip(polygon: np.ndarray, normal: np.ndarray, least: float) -> np.ndarray:
    """Returns the part of a convex polygon [N, 3] where normal . point >= least."""
    height = polygon @ normal - least
    if (height >= 0).all():
        return polygon
    clipped = []
    following = np.concatenate([height[1:], height[:1]])
    for index, (value, coming) in enumerate(zip(height, following, strict=True)):
        if value >= 0:
            clipped.append(polygon[index])
        if value * coming < 0:
            share = value / (value - coming)
            target = polygon[(index + 1) % len(polygon)]
            clipped.append(polygon[index] + share * (target - polygon[index]))
    return np.array(clipped).reshape(-1, 3)
