"""Pasting changes what the layer covers, and nothing else."""

import numpy as np
import pytest

from fs_tf import labels as label_ids
from fs_tf.overlay.scene import Layer, grown, paste, scene_of_frame


def scene(size=(20, 30), label=7):
    rng = np.random.default_rng(0)
    image = rng.integers(0, 255, (*size, 3), np.uint8)
    return scene_of_frame(image, np.full(size, label, np.uint8))


def layer(alpha, top=3, left=4, value=200.0, **changes):
    alpha = np.asarray(alpha, np.float32)
    rgb = np.full((*alpha.shape, 3), value, np.float32)
    return Layer(rgb, alpha, top, left, "dog", **changes)


def test_void_labels_are_void_in_the_mask():
    labels = np.array([[7, 0, 1, 26, 255, 9]], np.uint8)
    made = scene_of_frame(np.zeros((1, 6, 3), np.uint8), labels)
    assert made.mask.tolist() == [[0, 255, 255, 0, 255, 255]]


def test_blend_and_codes():
    before = scene()
    after = paste(layer([[1.0, 0.5, 0.25, 0.04]]), before)
    below = before.image[3, 4:8].astype(float)
    alpha = np.array([1, 0.5, 0.25, 0.04])[:, None]
    expected = np.rint(below + alpha * (200 - below))
    np.testing.assert_allclose(after.image[3, 4:8], expected, atol=1)
    # Opaque and half belong to the object, a quarter is neither, 4 % is the scene.
    assert after.mask[3, 4:8].tolist() == [1, 1, 255, 0]


def test_outside_of_alpha_nothing_changes():
    before = scene()
    alpha = np.zeros((6, 7))
    alpha[2:4, 2:5] = 1
    after = paste(layer(alpha), before)
    inside = np.zeros((20, 30), bool)
    inside[5:7, 6:9] = True
    np.testing.assert_array_equal(after.image[~inside], before.image[~inside])
    assert (after.mask[~inside] == 0).all() and (after.mask[inside] == 1).all()


@pytest.mark.parametrize("label", [1, 2, 3], ids=["ego", "border", "outside"])
def test_the_ego_vehicle_and_image_border_stay_in_front(label):
    before = scene(label=label)
    after = paste(layer(np.ones((5, 5))), before)
    np.testing.assert_array_equal(after.image, before.image)
    assert (after.mask == label_ids.VOID).all()


def test_controls_are_in_distribution_and_objects_cover_void():
    on_void = paste(layer(np.ones((2, 2))), scene(label=0))
    assert (on_void.mask[3:5, 4:6] == label_ids.ANOMALY).all()
    control = paste(layer(np.ones((2, 2)), code=label_ids.IN_DISTRIBUTION), on_void)
    assert (control.mask[3:5, 4:6] == label_ids.IN_DISTRIBUTION).all()


def test_the_scene_given_is_not_written_to():
    before = scene()
    image, mask = before.image.copy(), before.mask.copy()
    paste(layer(np.ones((5, 5))), before)
    np.testing.assert_array_equal(before.image, image)
    np.testing.assert_array_equal(before.mask, mask)


def test_growing_pastes_the_same():
    before = scene()
    small = layer(np.full((4, 5), 0.7), top=1, left=0)
    large = grown(small, 3, before.size)
    assert large.alpha.shape == (8, 8)  # one row above, no column before
    assert (large.top, large.left) == (0, 0)
    np.testing.assert_array_equal(
        paste(large, before).image, paste(small, before).image
    )


def test_provenance_counts_the_pixels():
    after = paste(layer(np.ones((3, 5)), source="voc/1#2"), scene())
    note = after.notes[-1]
    assert (note["source"], note["pixels"], note["top"]) == ("voc/1#2", 15, 3)
