import numpy as np
import pytest

from fs_tf.sample_world import noise


@pytest.mark.parametrize("falloff", [1.0, 1.5])
def test_tile_has_no_seam(falloff):
    field = noise.tile(3, 128, falloff)
    inner = np.abs(np.diff(field, axis=1)).mean()
    seam = np.abs(field[:, 0] - field[:, -1]).mean()
    assert seam < 1.5 * inner
    assert field.std() == pytest.approx(1, abs=1e-3)


def test_noise_is_the_same_picture_at_another_size():
    small = noise.fractal_noise((40, 60), 4, seed=1, octaves=2)
    large = noise.fractal_noise((80, 120), 4, seed=1, octaves=2)
    apart = small - large.reshape(40, 2, 60, 2).mean((1, 3))
    assert np.abs(apart).mean() < 0.05 < small.std()


def test_seed_decides():
    first, again, other = (noise.fractal_noise((9, 9), 3, seed) for seed in (1, 1, 2))
    assert (first == again).all() and (first != other).any()
