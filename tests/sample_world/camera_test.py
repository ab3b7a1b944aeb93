import dataclasses

import numpy as np
import pytest

from fs_tf.sample_world.camera import Camera

CAMERA = Camera(height=128, pitch=0.05, yaw=-0.03, advance=2.0)


def test_rays_invert_the_projection():
    points = np.array([[1.0, 0.5, 12.0], [-4.0, 3.0, 30.0], [0.2, 0.0, 7.0]])
    seen = CAMERA.to_camera(points) @ CAMERA.matrix().T
    depth = seen[:, 2]
    columns, rows = (seen[:, :2] / depth[:, None]).round().astype(int).T
    found = CAMERA.position + depth[:, None] * CAMERA.rays()[rows, columns]
    # half a pixel of rounding at this focal length
    assert np.abs(found - points).max() < 0.6 * depth.max() / CAMERA.focal_length


def test_pitch_looks_down_and_yaw_to_the_left():
    ahead = Camera(height=128, pitch=0.0).to_camera(np.array([[0.0, 1.22, 10.0]]))
    down = Camera(height=128, pitch=0.1).to_camera(np.array([[0.0, 1.22, 10.0]]))
    left = Camera(height=128, pitch=0.0, yaw=0.1).to_camera(
        np.array([[0.0, 1.22, 10.0]])
    )
    assert ahead[0] == pytest.approx([0, 0, 10])
    assert down[0, 1] < 0  # what is straight ahead moves up in the image
    assert left[0, 0] > 0  # and to the right


def test_full_size_has_the_intrinsics_of_cityscapes():
    intrinsic = Camera(height=1024).json()["intrinsic"]
    assert intrinsic == pytest.approx(
        {"fx": 2262.52, "fy": 2265.3017905988554, "u0": 1096.98, "v0": 513.137}
    )


def test_file_describes_pixels_whatever_the_oversampling():
    fine = dataclasses.replace(CAMERA, oversampling=3)
    assert fine.json() == CAMERA.json()
    assert fine.shape == (384, 768)
