"""Fog follows Koschmieder's law over measured or modelled depth."""

import numpy as np
import pytest

from fs_tf.labels import EGO_VEHICLE, LABEL_IDS
from fs_tf.overlay.depth import FAR, depth_from_disparity, depth_from_ground_plane
from fs_tf.overlay.fog import airlight, fog, foggy, transmittance
from fs_tf.overlay.scene import scene_of_frame
from fs_tf.overlay.sources.cityscapes import Cityscapes

SIZE = (128, 256)


def labels():
    made = np.full(SIZE, LABEL_IDS["road"], np.uint8)
    made[:30] = LABEL_IDS["sky"]
    made[30:60] = LABEL_IDS["building"]
    made[-12:] = EGO_VEHICLE
    return made


def scene(depth=None):
    rng = np.random.default_rng(0)
    image = rng.normal(90, 10, (*SIZE, 3)).clip(0, 255).astype(np.uint8)
    image[:30] = (200, 210, 220)
    return scene_of_frame(image, labels(), depth)


def test_zero_probability_changes_nothing():
    before = scene()
    after = fog(0.0)(before, np.random.default_rng(0))
    assert after is before


def test_as_often_as_asked():
    rng, before = np.random.default_rng(0), scene()
    foggy_ones = sum(bool(fog(0.3)(before, rng).notes) for _ in range(200))
    assert 40 < foggy_ones < 80


def test_the_law_in_eight_bits():
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (20, 30, 3), np.uint8)
    through = rng.integers(0, 256, (20, 30), np.uint8)
    light = np.array([200, 210, 220], np.uint8)
    t = through[..., None] / 255
    np.testing.assert_allclose(
        foggy(image, through, light), image * t + light * (1 - t), atol=1.01
    )


def test_full_transmittance_is_exact():
    image = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, 2)
    clear = np.full((16, 16), 255, np.uint8)
    np.testing.assert_array_equal(foggy(image, clear, np.full(3, 200, np.uint8)), image)


def test_measured_depth_is_used():
    """Where depth is uniform, t = exp(-beta * depth) everywhere."""
    made = scene(lambda: np.full(SIZE, 50, np.float32))
    through = transmittance(made, 0.01)
    np.testing.assert_allclose(through, 255 * np.exp(-0.5), atol=1)
    after = fog(1.0)(made, np.random.default_rng(0))
    assert after.notes[0]["depth"] == "disparity"


def test_near_the_camera_it_is_clear_and_the_mask_stays():
    before = scene()
    after = fog(1.0)(before, np.random.default_rng(0))
    change = np.abs(after.image.astype(int) - before.image)
    assert change[-12:].max() < 15 < change[35:55].mean()
    np.testing.assert_array_equal(after.mask, before.mask)
    assert after.notes[0]["depth"] == "ground plane"


def test_fog_thickens_with_distance_without_steps():
    through = transmittance(scene(), 0.01).astype(float)
    road = through[64:-13, 128]
    assert (np.diff(road) >= -1).all() and road[-1] > road[0] + 30


def excess_steps(clear, fogged, axis):
    """By how many grey levels neighbours differ more than without the fog."""

    def steps(image):
        return np.abs(np.diff(image.astype(int).mean(axis=2), axis=axis))

    return steps(fogged) - steps(clear)


def test_fog_draws_no_lines():
    before = scene()
    after = fog(1.0)(before, np.random.default_rng(0))
    for axis in (0, 1):
        excess = excess_steps(before.image[:-12], after.image[:-12], axis)
        assert excess.max() < 16


def test_fog_draws_no_lines_on_real_frames(realdata):
    source = Cityscapes(realdata / "cityscapes_256x512")
    for index, frame in enumerate(source.frames("val")[::20]):
        image, ids = source.image_and_labels(frame)
        before = scene_of_frame(image, ids)
        after = fog(1.0)(before, np.random.default_rng(index))
        assert after.notes
        for axis in (0, 1):
            excess = excess_steps(image, after.image, axis)
            assert np.quantile(excess, 0.999) < 10 and excess.max() < 60


def test_airlight_is_the_colour_of_the_sky():
    made = scene()
    np.testing.assert_allclose(airlight(made.image, made.labels), (200, 210, 220))
    no_sky = np.full(SIZE, 7, np.uint8)
    assert (airlight(np.zeros((*SIZE, 3), np.uint8), no_sky) == 160).all()


def test_depth_from_disparity():
    disparity = np.full(SIZE, 256 * 10 + 1, np.uint16)  # ten pixels
    disparity[80:90, 100:120] = 0
    depth = depth_from_disparity(disparity, labels(), baseline=0.2, focal=2000)
    # 0.2 * 2000 / 10 = 40 metres, the hole included; sky is far.
    np.testing.assert_allclose(depth[30:], 40, rtol=1e-4)
    assert (depth[:30] == FAR).all()


def test_holes_are_filled_from_what_is_around_them():
    disparity = np.zeros((64, 64), np.uint16)
    disparity[:, :20], disparity[:, 44:] = 256 * 4 + 1, 256 * 8 + 1
    depth = depth_from_disparity(disparity, np.full((64, 64), 7), 0.2, 2000)
    assert ((50 - 1e-2 <= depth) & (depth <= 100 + 1e-2)).all()
    assert depth[32, 22] > depth[32, 42]


def test_no_disparity_at_all_is_far_away():
    depth = depth_from_disparity(np.zeros((8, 8), np.uint16), np.full((8, 8), 7), 1, 1)
    assert (depth == FAR).all()


def test_ground_plane_model():
    depth = depth_from_ground_plane(labels())
    road = depth[61:, 0]
    assert (np.diff(road) < 0).all()  # nearer further down
    # Row r is CAMERA_HEIGHT * focal / (r + 0.5 - horizon) away: the ratio of two rows
    # is that of their distances to the horizon, here 0.43 * 128 = 55.04.
    assert road[9] / road[39] == pytest.approx((100.5 - 55.04) / (70.5 - 55.04), 1e-3)
    assert (depth[40] == depth[59]).all() and depth[59, 0] <= 80
    assert (depth[:30] == FAR).all() and (depth[-12:] < 6).all()
