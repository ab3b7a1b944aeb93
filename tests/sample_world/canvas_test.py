import numpy as np
import pytest

from fs_tf.sample_world.camera import Camera
from fs_tf.sample_world.canvas import Canvas, Panel
from fs_tf.sample_world.light import Light

CAMERA = Camera(height=64, pitch=0.0)
LIGHT = Light(
    sun=np.array([0.0, 1.0, 0.0]),
    sun_color=np.zeros(3),
    sky_color=np.ones(3),
    haze_color=np.zeros(3, np.float32),
    haze_per_metre=0.0,
    zenith_color=np.zeros(3, np.float32),
    clouds=0.0,
)


def panel(depth, half, label_id, value=200, alpha=255, turn=0.0, **options):
    """A square ahead of the camera, at its height."""
    right = np.array([np.cos(turn), 0, np.sin(turn)]) * 2 * half
    up = np.array([0, 2.0 * half, 0])
    centre = np.array([0.0, CAMERA.elevation, depth])
    picture = np.full((8, 8, 4), value, np.uint8)
    picture[..., :3] = value * alpha / 255
    picture[..., 3] = alpha
    return Panel(
        centre - right / 2 - up / 2, right, up, lambda _: picture, label_id, **options
    )


def test_panel_covers_what_the_pinhole_says():
    canvas = Canvas(CAMERA, LIGHT)
    canvas.draw([panel(10.0, 1.0, 7)])
    matrix = CAMERA.matrix()
    rows, columns = np.nonzero(canvas.label_ids == 7)
    half = matrix[0, 0] * 1.0 / 10.0
    assert columns.min() == pytest.approx(matrix[0, 2] - half, abs=1)
    assert columns.max() == pytest.approx(matrix[0, 2] + half, abs=1)
    half = matrix[1, 1] * 1.0 / 10.0
    assert rows.min() == pytest.approx(matrix[1, 2] - half, abs=1)
    assert rows.max() == pytest.approx(matrix[1, 2] + half, abs=1)
    depth = 1 / canvas.inverse_depth[canvas.label_ids == 7]
    assert depth == pytest.approx(10.0, rel=1e-4)


def test_depth_of_a_slanted_panel():
    canvas = Canvas(CAMERA, LIGHT)
    canvas.draw([panel(10.0, 3.0, 7, turn=0.7)])
    rays = CAMERA.rays()
    for row, column in zip(*np.nonzero(canvas.label_ids == 7), strict=True):
        depth = 1 / canvas.inverse_depth[row, column]
        x, _, z = depth * rays[row, column]
        assert (z - 10.0) == pytest.approx(np.tan(0.7) * x, abs=1e-2)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_nearer_panel_hides_the_farther(order):
    canvas = Canvas(CAMERA, LIGHT)
    panels = [panel(8.0, 1.0, 7, value=250), panel(20.0, 9.0, 8, value=50)]
    canvas.draw([panels[index] for index in order])
    centre = tuple(int(round(value)) for value in CAMERA.matrix()[1::-1, 2])
    assert canvas.label_ids[centre] == 7
    assert canvas.image[centre] == pytest.approx(250 * 0.75, abs=1)  # upright in shade
    assert (canvas.label_ids == 8).any()


def test_crossing_panels_share_the_image_at_their_cut():
    canvas = Canvas(CAMERA, LIGHT)
    canvas.draw([panel(10.0, 3.0, 7, turn=0.6), panel(10.0, 3.0, 8, turn=-0.6)])
    middle = int(round(CAMERA.matrix()[0, 2]))
    row = canvas.label_ids[int(CAMERA.matrix()[1, 2])]
    assert row[middle - 5] == 7 and row[middle + 5] == 8


def test_half_transparent_panel_mixes_and_counts_where_it_says():
    back = panel(20.0, 9.0, 8, value=100)
    for solid_from, label_id in ((0.5, 8), (0.3, 7)):
        canvas = Canvas(CAMERA, LIGHT)
        glass = panel(8.0, 1.0, 7, value=200, alpha=102, solid_from=solid_from)
        canvas.draw([back, glass])
        centre = tuple(int(round(value)) for value in CAMERA.matrix()[1::-1, 2])
        assert canvas.label_ids[centre] == label_id
        # 0.4 of 200 over 0.6 of 100, both in the shade factor 0.75
        assert canvas.image[centre] == pytest.approx(105, abs=1)


def test_panels_behind_and_turned_away_are_not_drawn():
    canvas = Canvas(CAMERA, LIGHT)
    away = panel(10.0, 1.0, 7, facing=np.array([0.0, 0, 1]))
    canvas.draw([panel(-5.0, 1.0, 7), away])
    assert not canvas.label_ids.any() and not canvas.image.any()


def test_panel_through_the_camera_is_cut_at_the_near_plane():
    canvas = Canvas(CAMERA, LIGHT)
    start = np.array([2.0, 0.0, -5.0])
    picture = np.full((4, 4, 4), 255, np.uint8)
    along, up = np.array([0, 0, 40.0]), np.array([0, 3.0, 0])
    canvas.draw([Panel(start, along, up, lambda _: picture, 11)])
    columns = np.nonzero((canvas.label_ids == 11).any(0))[0]
    assert columns.min() > CAMERA.matrix()[0, 2]  # only to the right of the axis
    assert columns.max() == 127
