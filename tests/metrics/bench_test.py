"""The benchmark compares the same pixels and notices a wrong number."""

import numpy as np
import pytest

from fs_tf.metrics import bench


@pytest.fixture(autouse=True)
def small_images(monkeypatch):
    monkeypatch.setattr(bench, "HEIGHT", 256)
    monkeypatch.setattr(bench, "WIDTH", 512)
    monkeypatch.setattr(bench, "BLOCK", 3)


def test_images_have_all_kinds_of_pixels_and_repeat():
    mask, score = bench.image(3)
    assert set(np.unique(mask)) == {0, 1, 255}
    assert len(np.unique(score)) > 0.99 * score.size
    np.testing.assert_array_equal(bench.image(3)[1], score)
    assert (bench.image(4)[1] != score).any()


def test_blocks_measure_every_image():
    measured = bench.measure_exact(7)
    assert measured.result["images"] == 7
    assert measured.rate > 0


def test_lines_give_ratios_in_one_run():
    lines = list(bench.run([2, 5], reference_images=3))
    text = "\n".join(lines)
    assert "2 images, exact : scikit-learn:" in text
    assert text.count("x memory per pixel") == 4
    assert "5 images, exact : scikit-learn, one sort:" in text
    assert "cost per pixel, 5 : 2 images:" in text
    assert "peak memory +" in lines[0]


def test_ratios_are_per_pixel():
    exact = bench.Measurement("exact", 200, 8.0, 400, {})
    reference = bench.Measurement("slow", 10, 20.0, 1000, {})
    # 25 : 0.5 images per second, 2 : 100 bytes per image.
    assert bench._ratios(exact, reference) == (
        "200 images, exact : slow: 50.0 x pixels/s, 0.0200 x memory per pixel"
    )


def test_a_difference_stops_the_benchmark(monkeypatch):
    wrong = bench.Measurement("exact", 3, 1.0, 0, dict.fromkeys(bench.NAMES, 0.5))
    monkeypatch.setattr(bench, "measure_exact", lambda number: wrong)
    with pytest.raises(ArithmeticError, match="differ from scikit-learn"):
        list(bench.run([3], reference_images=3))


def test_peak_memory_sees_an_allocation():
    with bench._PeakMemory() as memory:
        array = np.ones(400 << 20, np.uint8)  # earlier tests' arrays may go meanwhile
    assert memory.growth >= 300 << 20
    del array
