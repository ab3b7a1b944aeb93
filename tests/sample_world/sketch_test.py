import numpy as np
import pytest

from fs_tf.sample_world.sketch import Sketch


def test_rectangle_covers_its_area_in_metres():
    sketch = Sketch(4.0, 2.0, 10)
    sketch.rectangle(1.0, 0.5, 3.0, 1.0, (200, 100, 50))
    assert sketch.pixels.shape == (20, 40, 4)
    # 2 m x 0.5 m = 1 square metre = 100 pixels; the rim is antialiased
    assert sketch.pixels[..., 3].sum() / 255 == pytest.approx(100, rel=0.35)
    rows, columns = np.nonzero(sketch.pixels[..., 3] == 255)
    assert rows.min() >= 9 and rows.max() <= 15  # y is up: 0.5..1.0 m from below
    assert columns.min() >= 9 and columns.max() <= 30
    assert sketch.pixels[12, 20].tolist() == [200, 100, 50, 255]


def test_rectangle_is_the_polygon_of_its_corners():
    first, second = Sketch(3, 3, 7), Sketch(3, 3, 7)
    first.rectangle(0.33, 0.71, 2.2, 2.9, (9, 99, 199))
    corners = [(0.33, 0.71), (2.2, 0.71), (2.2, 2.9), (0.33, 2.9)]
    second.polygon(corners, (9, 99, 199))
    assert (first.pixels == second.pixels).all()


def test_colours_stay_premultiplied():
    sketch = Sketch(2, 2, 20)
    sketch.ellipse(1, 1, 0.8, 0.5, (250, 200, 150), angle=30)
    sketch.multiply(np.full((40, 40), 3.0))
    sketch.grain(0.3, 2.0, seed=0)
    assert (sketch.pixels[..., :3] <= sketch.pixels[..., 3:]).all()


def test_pictures_stay_small_however_near():
    sketch = Sketch(20.0, 5.0, 1e6)
    assert max(sketch.pixels.shape) == 2048 and sketch.pixels.shape[0] == 512
