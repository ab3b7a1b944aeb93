"""Connected components equal those of OpenCV."""

import cv2
import numpy as np
import pytest

from fs_tf.metrics.connected import connected_components


@pytest.mark.parametrize("density", [0, 0.1, 0.35, 0.5, 0.7, 1])
@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (30, 1), (7, 2), (25, 40)])
def test_components_equal_opencv(shape, density):
    rng = np.random.default_rng(4)
    for _ in range(10):
        is_member = rng.random(shape) < density
        found, areas = connected_components(is_member)
        count, expected = cv2.connectedComponents(
            is_member.astype(np.uint8), connectivity=8
        )
        # The same partition, whatever the numbers of the components.
        pairs = set(zip(found.flat, expected.flat, strict=True)) | {(0, 0)}
        assert len(pairs) == len(areas) == count
        np.testing.assert_array_equal(found > 0, is_member)
        inside = np.bincount(found.ravel(), minlength=count)[1:]
        np.testing.assert_array_equal(areas, [0, *inside])


def test_a_spiral_and_a_comb_are_one_component():
    # Parts that meet only late, in the last row or the innermost turn.
    comb = np.zeros((50, 101), bool)
    comb[:, ::2] = comb[-1] = True
    spiral = np.zeros((41, 41), bool)
    for turn in range(0, 20, 2):
        low, high = turn, 40 - turn
        spiral[low, max(low - 2, 0) : high + 1] = spiral[high, low : high + 1] = True
        spiral[low : high + 1, high] = spiral[low + 2 : high + 1, low] = True
    for is_member in (comb, spiral, spiral.T, comb[::-1]):
        _, areas = connected_components(is_member)
        assert areas.tolist() == [0, is_member.sum()]
