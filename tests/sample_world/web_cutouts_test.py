import cv2
import numpy as np
import pytest

from fs_tf.sample_world import web_cutouts


@pytest.mark.parametrize("name", web_cutouts.CUTOUTS)
def test_cutout_is_almost_opaque_inside_and_empty_around(world, name):
    cutout = cv2.imread(str(world / f"web_cutouts/{name}.png"), cv2.IMREAD_UNCHANGED)
    assert cutout.dtype == np.uint8 and cutout.shape[2] == 4
    alpha = cutout[..., 3]
    assert not alpha[0].any() and not alpha[-1].any() and not alpha[:, 0].any()
    inside = cv2.erode((alpha > 200).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert inside.any() and (alpha[inside] >= 245).mean() > 0.99
    assert len(np.unique(alpha[inside])) > 2  # smooth, not all 255
    border = (alpha > 20) & (alpha < 235)
    assert border.any() and border.mean() < 0.1


def test_colour_is_not_darkened_by_the_border():
    cutout = web_cutouts.draw_cutout("sailboat", np.random.default_rng(0))
    soft = (cutout[..., 3] > 60) & (cutout[..., 3] < 200)
    solid = cutout[..., 3] > 245
    assert cutout[soft][:, :3].mean() > 0.6 * cutout[solid][:, :3].mean()
