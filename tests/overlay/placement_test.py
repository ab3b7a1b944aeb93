"""Objects lie anywhere but on the ego vehicle, each category where it is likelier."""

import numpy as np
import pytest

from fs_tf import labels as label_ids
from fs_tf.overlay.drawing import category_shares
from fs_tf.overlay.placement import DoesNotFit, place_anywhere
from fs_tf.overlay.scene import Cutout, paste, scene_of_frame

SIZE = (64, 128)


def scene(ego_rows=8):
    labels = np.full(SIZE, 7, np.uint8)
    if ego_rows:
        labels[-ego_rows:] = label_ids.EGO_VEHICLE
    return scene_of_frame(np.zeros((*SIZE, 3), np.uint8), labels)


def cutout(category="chair", size=(30, 40)):
    rgb = np.full((*size, 3), 200, np.uint8)
    return Cutout(rgb, np.ones(size, np.float32), category)


def heat(place, categories, count, ego_rows=8):
    rng, below = np.random.default_rng(0), scene(ego_rows)
    total = np.zeros(SIZE)
    for index in range(count):
        category = categories[index % len(categories)]
        total += paste(place(cutout(category), below, rng), below).mask == 1
    return total / count


def test_every_pixel_is_about_as_likely_and_the_ego_vehicle_never():
    found = heat(place_anywhere(), ["chair"], 3000)
    assert found[-8:].max() == 0
    # Means of 8x8 blocks, whose noise is small; corners are the least likely.
    blocks = found[:56].reshape(7, 8, 16, 8).mean(axis=(1, 3))
    assert blocks.min() > 0.4 * blocks.mean() and blocks.max() < 1.6 * blocks.mean()


@pytest.mark.parametrize(
    ("category", "is_lower"), [("dog", True), ("bird", False), ("aeroplane", False)]
)
def test_vertical_preference_of_a_category(category, is_lower):
    found = heat(place_anywhere(), [category], 600, ego_rows=0)
    lower = found[32:].sum() / found.sum()
    assert (0.58 < lower < 0.72) if is_lower else (0.28 < lower < 0.42)


def test_ego_vehicle_does_not_weaken_the_preference():
    """Of mammals 65 % lie below, even where little of the lower half shows."""
    rng, below, place = np.random.default_rng(0), scene(ego_rows=20), place_anywhere()
    lower = 0
    for _ in range(1000):
        mask = paste(place(cutout("dog"), below, rng), below).mask
        rows = np.flatnonzero((mask == label_ids.ANOMALY).any(axis=1))
        lower += rows[0] + rows[-1] + 1 >= SIZE[0]
    assert 0.6 < lower / 1000 < 0.7


def test_without_preference_both_halves_are_equal():
    found = heat(place_anywhere(half_probability=0.5), ["dog"], 600, ego_rows=0)
    assert 0.45 < found[32:].sum() / found.sum() < 0.55


def test_shares_balance_the_halves():
    names = ["cat", "cow", "dog", "bird", "sofa"]
    shares = dict(zip(names, category_shares(names), strict=True))
    assert shares["cat"] + shares["cow"] + shares["dog"] == pytest.approx(0.4)
    assert shares["bird"] == pytest.approx(0.4)
    assert shares["sofa"] == pytest.approx(0.2)
    np.testing.assert_allclose(category_shares(["cat", "sofa"]), 0.5)


def test_scale_is_the_share_of_the_height():
    rng = np.random.default_rng(0)
    place = place_anywhere(scale=(0.25, 0.25), min_visible=1.0)
    layer = place(cutout(), scene(0), rng)
    assert np.sqrt(layer.alpha.size) == pytest.approx(16, abs=0.6)


def test_small_photographs_are_not_blown_up():
    place = place_anywhere(scale=(0.9, 0.9), max_enlargement=2, min_visible=1.0)
    layer = place(cutout(size=(8, 10)), scene(0), np.random.default_rng(0))
    assert layer.alpha.shape == (16, 20)


def test_enough_of_the_object_is_visible():
    rng, below = np.random.default_rng(1), scene()
    place = place_anywhere(scale=(0.3, 0.3), min_visible=0.5)
    whole = (0.3 * 64) ** 2
    for _ in range(200):
        layer = place(cutout(), below, rng)
        assert (layer.alpha > 0.5).sum() >= 0.48 * whole


def test_colours_around_the_object_do_not_bleed_in():
    rgb = np.full((40, 40, 3), 255, np.uint8)
    alpha = np.zeros((40, 40), np.float32)
    alpha[10:30, 10:30] = 1
    rgb[10:30, 10:30] = 50
    layer = place_anywhere(min_visible=1.0)(
        Cutout(rgb, alpha, "cat"), scene(0), np.random.default_rng(0)
    )
    np.testing.assert_allclose(layer.rgb[layer.alpha > 0.02], 50, atol=1)


def test_no_room():
    full = scene_of_frame(
        np.zeros((*SIZE, 3), np.uint8), np.full(SIZE, label_ids.EGO_VEHICLE, np.uint8)
    )
    with pytest.raises(DoesNotFit, match="found no place in a scene of 64x128"):
        place_anywhere()(cutout(), full, np.random.default_rng(0))
