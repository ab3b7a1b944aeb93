import numpy as np
import pytest

from fs_tf import labels
from fs_tf.sample_world import cityscapes
from fs_tf.sample_world.camera import BASELINE
from fs_tf.sample_world.frame import render_frame
from fs_tf.sample_world.seeds import generator


@pytest.fixture(scope="module")
def frames():
    return [render_frame(96, generator(1, "test", index)) for index in range(8)]


def test_same_generator_same_frame(frames):
    again = render_frame(96, generator(1, "test", 0))
    assert (again.image == frames[0].image).all()
    assert (again.label_ids == frames[0].label_ids).all()
    assert (again.disparity == frames[0].disparity).all()


def test_most_train_classes_appear(frames):
    pixels = np.bincount(
        np.concatenate([labels.train_ids(f.label_ids).ravel() for f in frames]),
        minlength=256,
    )
    assert (pixels[: labels.NUM_CLASSES] >= 20).sum() >= 15


def test_ego_vehicle_lies_below_and_the_rim_is_out_of_roi(frames):
    for frame in frames:
        rows = np.nonzero(frame.label_ids == labels.EGO_VEHICLE)[0]
        assert len(rows) and rows.min() > 0.85 * 96
        rim = frame.label_ids.copy()
        rim[1:-1, 1:-1] = labels.OUT_OF_ROI
        assert (rim == labels.OUT_OF_ROI).all()
        assert (frame.label_ids == labels.RECTIFICATION_BORDER).any()


def test_road_has_the_disparity_of_a_plane_below_the_camera(frames):
    """Slow and independent: from the camera file alone, pixel by pixel."""
    for frame in frames[:3]:
        camera = frame.camera.json()
        intrinsic, extrinsic = camera["intrinsic"], camera["extrinsic"]
        rows, columns = np.nonzero(frame.label_ids == labels.LABEL_IDS["road"])
        rng = np.random.default_rng(0)
        chosen = rng.choice(len(rows), 60)
        for row, column in zip(rows[chosen], columns[chosen], strict=True):
            disparity = float(frame.disparity[row, column])
            depth = extrinsic["baseline"] * intrinsic["fx"] / disparity
            down = (row - intrinsic["v0"]) / intrinsic["fy"] * depth
            pitch = extrinsic["pitch"]
            below = down * np.cos(pitch) + depth * np.sin(pitch)
            # a sample lies up to half a pixel from the middle of its pixel
            tolerance = 0.02 + 0.6 * depth / intrinsic["fy"]
            assert below == pytest.approx(extrinsic["z"], abs=tolerance)


def test_unknown_disparity_is_where_nothing_is_near(frames):
    unknown = (labels.LABEL_IDS["sky"], labels.EGO_VEHICLE, labels.OUT_OF_ROI)
    for frame in frames:
        is_unknown = frame.disparity < 0
        assert is_unknown[np.isin(frame.label_ids, unknown)].all()
        assert not is_unknown[frame.label_ids == labels.LABEL_IDS["car"]].any()


def test_geometry_does_not_depend_on_the_size():
    small, large = (render_frame(h, generator(2, "size")) for h in (96, 192))
    agree = small.label_ids == large.label_ids[1::2, 1::2]
    assert agree[2:-2, 2:-2].mean() > 0.93


def test_light_and_layout_vary(frames):
    brightness = [frame.image.mean() for frame in frames]
    assert np.std(brightness) > 5
    road = [(f.label_ids == labels.LABEL_IDS["road"]).mean() for f in frames]
    assert np.std(road) > 0.01


def test_disparity_encoding():
    disparity = np.array([[-1.0, 0.0, 1.0, 12.34, 1000.0]], np.float32)
    stored = cityscapes.encode_disparity(disparity)
    # 256 d + 1; unknown is 0; 16 bits are full at 255.99 pixels
    assert stored.tolist() == [[0, 1, 257, 3160, 65535]]
    assert stored.dtype == np.uint16


def test_disparity_falls_with_depth(frames):
    near = BASELINE * frames[0].camera.focal_length / 0.4
    assert frames[0].disparity.max() < near
