import dataclasses

import numpy as np

from fs_tf.sample_world import shadows
from fs_tf.sample_world.light import draw_light
from fs_tf.sample_world.thing import Thing, square

LIGHT = draw_light(np.random.default_rng(0))


def lit(things, sun, x, z):
    light = dataclasses.replace(LIGHT, sun=np.array(sun) / np.linalg.norm(sun))
    grid = np.array([[x]], np.float32), np.array([[z]], np.float32)
    return shadows.sample(shadows.shadow_map(things, light), *grid)[0, 0]


def test_shadow_falls_away_from_the_sun():
    pillar = Thing((), square(np.array([0.0, 0, 20.0]), 0.5), height=4.0)
    sun = (1.0, 1.0, 0.0)  # 45 degrees high, to the right: 4 m of shadow to the left
    assert lit([pillar], sun, -3.0, 20.0)[0] < 0.1
    assert lit([pillar], sun, 3.0, 20.0)[0] > 0.95
    assert lit([pillar], sun, -6.0, 20.0)[0] > 0.95
    assert lit([pillar], sun, -3.0, 23.0)[0] > 0.95


def test_sky_light_is_weak_only_below():
    pillar = Thing((), square(np.array([0.0, 0, 20.0]), 0.8), height=4.0)
    assert lit([pillar], (1.0, 1.0, 0.0), 0.0, 20.0)[1] < 0.5
    assert lit([pillar], (1.0, 1.0, 0.0), -3.0, 20.0)[1] > 0.95


def test_crown_shades_but_does_not_darken_its_foot():
    tree = Thing((), square(np.array([0.0, 0, 20.0]), 0.8), height=6.0, foot=4.0)
    below = lit([tree], (1.0, 1.0, 0.0), 0.0, 20.0)
    assert below[1] > 0.95 and below[0] > 0.95  # the crown's shadow lies 4 m aside
    assert lit([tree], (1.0, 1.0, 0.0), -5.0, 20.0)[0] < 0.1


def test_off_the_map_everything_is_lit():
    assert (lit([], (0.0, 1.0, 0.0), 500.0, 800.0) == 1).all()
