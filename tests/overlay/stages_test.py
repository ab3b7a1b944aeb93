"""Laws of every stage, and what each one is for."""

import dataclasses

import numpy as np
import pytest

from fs_tf.overlay.alpha import smooth_alpha
from fs_tf.overlay.blur import depth_blur, radial_motion_blur
from fs_tf.overlay.color import adapt_brightness, color_noise, transfer_histogram
from fs_tf.overlay.glow import MAX_GLOW, glow
from fs_tf.overlay.scene import Layer, paste, scene_of_frame

# Stage factory, parameters that do something, parameters that do nothing.
STAGES = {
    "smooth_alpha": (smooth_alpha, {"radius": 0.03}, {"radius": 0}),
    "adapt_brightness": (adapt_brightness, {"strength": 0.6}, {"strength": 0}),
    "transfer_histogram": (transfer_histogram, {"strength": 0.6}, {"strength": 0}),
    "color_noise": (color_noise, {"sigma": 9.0}, {"sigma": 0}),
    "radial_motion_blur": (radial_motion_blur, {"strength": 0.1}, {"strength": 0}),
    "depth_blur": (depth_blur, {"strength": 0.02}, {"strength": 0}),
    "glow": (glow, {"strength": 0.8}, {"strength": 0}),
}


@pytest.fixture
def scene():
    """A dim, bluish scene."""
    rng = np.random.default_rng(0)
    image = rng.normal((50, 60, 90), 20, (100, 200, 3)).clip(0, 255).astype(np.uint8)
    return scene_of_frame(image, np.full((100, 200), 7, np.uint8))


@pytest.fixture
def layer():
    """A bright, reddish disc that the left image border cuts."""
    rng = np.random.default_rng(1)
    rgb = rng.normal((230, 200, 190), 30, (40, 30, 3)).clip(0, 255)
    rows, columns = np.mgrid[:40, :30]
    alpha = np.hypot(rows - 20, columns - 10) < 18
    return Layer(rgb.astype(np.float32), alpha.astype(np.float32), 20, 0, "cat")


@pytest.mark.parametrize("name", STAGES)
def test_shape_type_and_range_are_kept(name, scene, layer):
    factory, active, _ = STAGES[name]
    after = factory(**active)(layer, scene, np.random.default_rng(0))
    assert after.rgb.dtype == after.alpha.dtype == np.float32
    assert after.rgb.shape == (*after.alpha.shape, 3)
    assert np.isfinite(after.rgb).all() and np.isfinite(after.alpha).all()
    assert 0 <= after.rgb.min() and after.rgb.max() <= 255
    assert 0 <= after.alpha.min() and after.alpha.max() <= 1
    rows, columns = after.window
    assert 0 <= rows.start and rows.stop <= 100
    assert 0 <= columns.start and columns.stop <= 200


@pytest.mark.parametrize("name", STAGES)
def test_identity_parameters_change_nothing(name, scene, layer):
    factory, active, identity = STAGES[name]
    after = factory(**identity)(layer, scene, np.random.default_rng(0))
    np.testing.assert_array_equal(after.rgb, layer.rgb)
    np.testing.assert_array_equal(after.alpha, layer.alpha)
    # And the active parameters do change the picture.
    active_layer = factory(**active)(layer, scene, np.random.default_rng(0))
    assert (paste(active_layer, scene).image != paste(layer, scene).image).any()


@pytest.mark.parametrize("name", STAGES)
def test_same_generator_same_pixels_and_inputs_stay(name, scene, layer):
    factory, active, _ = STAGES[name]
    rgb, alpha = layer.rgb.copy(), layer.alpha.copy()
    first, second = (
        factory(**active)(layer, scene, np.random.default_rng(3)) for _ in range(2)
    )
    np.testing.assert_array_equal(first.rgb, second.rgb)
    np.testing.assert_array_equal(first.alpha, second.alpha)
    np.testing.assert_array_equal(layer.rgb, rgb)
    np.testing.assert_array_equal(layer.alpha, alpha)


@pytest.mark.parametrize("name", STAGES)
def test_provenance_names_the_stage(name, scene, layer):
    factory, active, _ = STAGES[name]
    after = factory(**active)(layer, scene, np.random.default_rng(0))
    assert after.notes[-1]["stage"] == name


def luma(rgb):
    return float(rgb.mean(axis=(0, 1)) @ (0.299, 0.587, 0.114))


@pytest.mark.parametrize("strength", [0.3, 0.6, 1.0])
def test_brightness_goes_the_asked_share_of_the_way(strength, scene, layer):
    layer = dataclasses.replace(layer, alpha=np.ones_like(layer.alpha))
    after = adapt_brightness(strength)(layer, scene, None)
    target = luma(scene.image[layer.window].astype(float))
    expected = (1 - strength) * luma(layer.rgb) + strength * target
    assert luma(after.rgb) == pytest.approx(expected, abs=0.5)


def distribution_distance(rgb, image):
    """Largest difference of the cumulative histograms, over the channels."""
    levels = np.arange(256)
    share = [
        [
            np.searchsorted(np.sort(v[..., c].ravel()), levels) / v[..., c].size
            for c in range(3)
        ]
        for v in (rgb, image)
    ]
    return np.abs(np.array(share[0]) - share[1]).max()


def test_histogram_moves_towards_that_of_the_scene(scene, layer):
    layer = dataclasses.replace(layer, alpha=np.ones_like(layer.alpha))
    distances = [
        distribution_distance(
            transfer_histogram(strength)(layer, scene, None).rgb, scene.image
        )
        for strength in (0, 0.3, 0.7, 1.0)
    ]
    assert distances == sorted(distances, reverse=True)
    # A fifth of the object's red is saturated at one value, which no map spreads.
    assert distances[0] > 0.9 and distances[-1] < 0.15


def test_smoothing_fades_inwards_but_not_at_the_image_border(scene, layer):
    after = smooth_alpha(0.03)(layer, scene, None)
    assert (after.alpha <= layer.alpha).all()
    partial = (after.alpha > 0.05) & (after.alpha < 0.95)
    assert partial.sum() > 60
    assert after.alpha[20, 0] == 1  # cut by the image border, not faded there


def test_a_soft_cutout_keeps_its_alpha(scene, layer):
    soft = dataclasses.replace(layer, is_soft=True)
    np.testing.assert_array_equal(
        smooth_alpha(0.03)(soft, scene, None).alpha, soft.alpha
    )


def test_noise_has_the_asked_deviation(scene, layer):
    grey = dataclasses.replace(layer, rgb=np.full((40, 30, 3), 128, np.float32))
    noise = color_noise(5.0)(grey, scene, np.random.default_rng(0)).rgb - 128
    assert noise.std() == pytest.approx(5, rel=0.05)


def test_radial_blur_smears_along_the_ray_from_the_vanishing_point(scene):
    # Right of the vanishing point, at its height: rays run along the rows.
    square = Layer(
        np.full((20, 20, 3), 200, np.float32),
        np.ones((20, 20), np.float32),
        33,
        170,
        "cat",
    )
    after = radial_motion_blur(0.1)(square, scene, None)
    middle = after.alpha.shape[0] // 2
    across = np.abs(np.diff(after.alpha[middle])).max()
    along = np.abs(np.diff(after.alpha[:, after.alpha.shape[1] // 2])).max()
    assert across < 0.5 < along


def test_depth_blur_grows_with_distance(scene):
    def blurred(top):
        alpha = np.zeros((20, 20), np.float32)
        alpha[5:15, 5:15] = 1
        square = Layer(np.full((20, 20, 3), 9, np.float32), alpha, top, 50, "cat")
        return depth_blur(0.03)(square, scene, None).alpha.max()

    assert blurred(30) < blurred(55) < blurred(75)
    assert blurred(80) == 1  # stands on the lower border: sharp


def test_glow_brightens_around_bright_objects_only(scene, layer):
    alpha = np.ones((10, 10), np.float32)
    white = Layer(np.full((10, 10, 3), 255, np.float32), alpha, 40, 90, "cat")
    black = dataclasses.replace(white, rgb=np.zeros((10, 10, 3), np.float32))
    after = paste(glow(0.8, radius=0.03)(white, scene, None), scene)
    around = np.s_[38:40, 90:100]
    assert after.image[around].mean() > scene.image[around].mean() + 10
    dark = glow(0.8, radius=0.03)(black, scene, None)
    np.testing.assert_array_equal(dark.alpha, black.alpha)
    # The shine itself is not the object.
    assert MAX_GLOW < 0.5 and (after.mask == 1).sum() == 100
