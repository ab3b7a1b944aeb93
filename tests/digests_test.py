"""Content is known by digests: equal where content is, another where it is not."""

import os

import numpy as np
import pytest
from PIL import Image

from fs_tf import digests

CODE = '''"""What it is for."""

X = 1  # why


def f(x):
    """What it returns."""
    return x + X  # "a # b"
'''


def test_code_is_what_computes():
    same = CODE.replace("# why", "# another reason").replace("What it", "All it")
    assert digests.what_computes(same) == digests.what_computes(CODE)
    assert digests.what_computes(CODE) == "X = 1\ndef f(x):\n    return x + X"
    for other in ("X = 2", "X = 1.0"):
        changed = CODE.replace("X = 1", other)
        assert digests.what_computes(changed) != digests.what_computes(CODE)
    text = 'x = """not # a docstring"""\ny = "#"'
    assert digests.what_computes(text) == text


def test_code_of_packages_and_modules():
    both = digests.of_code("labels.py", "metrics")
    assert both != digests.of_code("labels.py") != digests.of_code("metrics")
    with pytest.raises(FileNotFoundError):
        digests.of_code("nothing.py")


def test_folders_count_by_names_and_contents(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name / "a").mkdir(parents=True)
        (tmp_path / name / "a" / "x.txt").write_text("x")
        (tmp_path / name / "y.txt").write_text("y")
    one, two = tmp_path / "one", tmp_path / "two"
    assert digests.of_folder(one) == digests.of_folder(two)
    (two / ".DS_Store").write_text("noise")
    (two / "Thumbs.db").write_text("noise")
    assert digests.of_folder(one) == digests.of_folder(two)
    (two / "y.txt").rename(two / "z.txt")
    assert digests.of_folder(one) != digests.of_folder(two)


@pytest.mark.parametrize("size", [(8, 8), (700, 900)])
def test_a_pixel_changes_the_sample_of_a_png_of_equal_size(size, tmp_path):
    """Whatever lies between the samples, the end holds a checksum of all of it."""
    image = np.random.default_rng(0).integers(0, 256, size, np.uint8)
    found = []
    for change in (0, 1):
        image[size[0] // 3, size[1] // 3] ^= change
        path = tmp_path / f"{change}.png"
        Image.fromarray(image).save(path, compress_level=0)
        found.append((os.path.getsize(path), digests.of_sample(path)))
    assert found[0][0] == found[1][0] and found[0][1] != found[1][1]


def test_pixels_count_by_value():
    image = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert digests.of_pixels(image) == digests.of_pixels(np.asfortranarray(image))
    for other in (image + 1, image.reshape(4, 3), image.astype(np.int16)):
        assert digests.of_pixels(image) != digests.of_pixels(other)


def test_json_counts_by_value():
    assert digests.of_json({"a": 1, "b": [2]}) == digests.of_json({"b": [2], "a": 1})
    assert digests.of_json({"a": 1}) != digests.of_json({"a": 2})
