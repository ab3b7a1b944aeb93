"""One frame of a street: image, labels and depth."""

import dataclasses

import cv2
import numpy as np

from fs_tf.sample_world import ground, lens, shadows, sky, street
from fs_tf.sample_world.camera import BASELINE, Camera
from fs_tf.sample_world.canvas import Canvas
from fs_tf.sample_world.light import Light, draw_light
from fs_tf.sample_world.road import Road, draw_road
from fs_tf.sample_world.thing import Thing

OVERSAMPLING = 2


@dataclasses.dataclass(frozen=True)
class Frame:
    """What one frame of Cityscapes consists of.

    Attributes:
      image: uint8 [H, W, 3], RGB.
      label_ids: uint8 [H, W], Cityscapes label ids.
      disparity: float32 [H, W], pixels; negative where it is unknown.
      camera: that took the picture.
    """

    image: np.ndarray
    label_ids: np.ndarray
    disparity: np.ndarray
    camera: Camera


def render_frame(height: int, rng: np.random.Generator) -> Frame:
    """Returns a random busy street seen from a car.

    The random numbers are drawn in an order that does not depend on `height`, so the
    same generator gives the same street at every size.
    """
    camera = draw_camera(height, rng)
    light = draw_light(rng)
    road = draw_road(rng)
    things = street.furnish(road, light, rng) + street.traffic_on(road, rng)
    return render(camera, light, road, things, rng)


def draw_camera(height: int, rng: np.random.Generator) -> Camera:
    """Returns a camera of the car, which nods and turns a little."""
    return Camera(
        height=height,
        elevation=float(rng.uniform(1.2, 1.26)),
        pitch=float(rng.normal(0.038, 0.004)),
        yaw=float(rng.normal(-0.01, 0.015)),
        oversampling=OVERSAMPLING,
    )


def render(
    camera: Camera,
    light: Light,
    road: Road,
    things: list[Thing],
    rng: np.random.Generator,
) -> Frame:
    """Returns what the camera sees; `rng` is of textures, bonnet and sensor noise."""
    canvas = Canvas(camera, light)
    sky.draw_sky(canvas, rng)
    ground.draw_ground(canvas, road, shadows.shadow_map(things, light), rng)
    canvas.draw([panel for thing in things for panel in thing.panels])
    return finish(canvas, rng)


def finish(canvas: Canvas, rng: np.random.Generator) -> Frame:
    """Returns the frame that the camera stores of what was drawn.

    The image averages the samples of a pixel; labels and depth take one of them, so
    they stay crisp.
    """
    lens.draw_bonnet(canvas, rng)
    lens.draw_borders(canvas, rng)
    step = canvas.camera.oversampling
    camera = dataclasses.replace(canvas.camera, oversampling=1)
    image = cv2.resize(canvas.image, camera.shape[::-1], interpolation=cv2.INTER_AREA)
    label_ids = canvas.label_ids[step // 2 :: step, step // 2 :: step]
    inverse_depth = canvas.inverse_depth[step // 2 :: step, step // 2 :: step]
    disparity = BASELINE * camera.focal_length * inverse_depth
    disparity = np.where(inverse_depth > 0, disparity, np.float32(-1))
    return Frame(
        image=lens.develop(image, rng),
        label_ids=np.ascontiguousarray(label_ids),
        disparity=disparity.astype(np.float32),
        camera=camera,
    )
