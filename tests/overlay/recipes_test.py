"""Every recipe: same pixels anywhere, and untouched pixels where it says so."""

import hashlib
import os
import pathlib
import subprocess
import sys

import cv2
import numpy as np
import pytest

from fs_tf import labels as label_ids
from fs_tf.overlay import seeds
from fs_tf.overlay.recipe import render
from fs_tf.overlay.recipes import RECIPES
from fs_tf.overlay.scene import Cutout, scene_of_frame

SIZE = (128, 256)
# A published dataset must not change: these move only with a new recipe.
GOLDEN = {
    "static": "f8552b6f90a4bd55",
    "web_march_2019": "22d3a6556022bf41",
    "web_june_2019": "3d868819e374a34d",
}


def scene():
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    image = np.dstack([(rows + columns) % 200, 255 - rows, columns // 2 + 40])
    labels = np.full(SIZE, label_ids.LABEL_IDS["road"], np.uint8)
    labels[:30] = label_ids.LABEL_IDS["sky"]
    labels[30:60, :90] = label_ids.LABEL_IDS["building"]
    labels[50:70, 200:220] = label_ids.UNLABELED
    labels[-14:] = label_ids.EGO_VEHICLE
    return scene_of_frame(image.astype(np.uint8), labels)


def cutouts():
    rows, columns = np.mgrid[:60, :80]
    alpha = (np.hypot(rows - 30, columns - 40) < 28).astype(np.float32)
    rgb = np.dstack([rows * 4, columns * 3, 255 - rows * 4]).astype(np.uint8)
    return [Cutout(rgb, alpha, name, name) for name in ("dog", "aeroplane")]


def rendered(name, index):
    rng = seeds.generator("golden", name, str(index))
    return render(scene(), cutouts(), RECIPES[name], rng)


def digest(name):
    found = hashlib.sha256()
    for index in range(6):
        made = rendered(name, index)
        found.update(made.image.tobytes() + made.mask.tobytes())
    return found.hexdigest()[:16]


@pytest.mark.parametrize("name", RECIPES)
def test_golden_pixels(name):
    assert digest(name) == GOLDEN[name]


def test_pixels_do_not_depend_on_the_processor():
    """An older processor, without the wide registers, makes the same pixels."""
    program = (
        "import importlib.util, sys\n"
        "spec = importlib.util.spec_from_file_location('recipes_test', sys.argv[1])\n"
        "module = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\n"
        "assert {n: module.digest(n) for n in module.RECIPES} == module.GOLDEN\n"
    )
    older = {
        "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 X86_V3 X86_V4 AVX512F AVX512_ICL",
        "OPENCV_CPU_DISABLE": "AVX512-SKX,AVX2,AVX",
        "OPENCV_IPP": "disabled",
    }
    root = pathlib.Path(__file__).resolve().parents[2]
    subprocess.run(
        [sys.executable, "-c", program, __file__],
        env={**os.environ, **older, "PYTHONPATH": str(root)},
        check=True,
        capture_output=True,
    )


@pytest.mark.parametrize("name", RECIPES)
def test_inputs_stay_and_repeat(name):
    first, second = rendered(name, 0), rendered(name, 0)
    np.testing.assert_array_equal(first.image, second.image)
    assert first.notes == second.notes
    assert (rendered(name, 1).image != first.image).any()


@pytest.mark.parametrize("name", RECIPES)
def test_pixels_outside_of_objects_and_fog_are_untouched(name):
    before, clear = scene(), 0
    for index in range(12):
        after = rendered(name, index)
        ego = before.labels == label_ids.EGO_VEHICLE
        assert (after.mask[ego] == label_ids.VOID).all()
        if any(note.get("stage") == "fog" for note in after.notes):
            continue
        clear += 1
        np.testing.assert_array_equal(after.image[ego], before.image[ego])
        touched = np.zeros(SIZE, bool)
        for note in after.notes:
            rows = slice(note["top"], note["top"] + note["height"])
            touched[rows, note["left"] : note["left"] + note["width"]] = True
        outside = ~touched
        np.testing.assert_array_equal(after.image[outside], before.image[outside])
        np.testing.assert_array_equal(after.mask[outside], before.mask[outside])
        # Where the mask is as before, at most a faint fringe was blended in.
        same = (after.mask == label_ids.IN_DISTRIBUTION) & touched
        change = np.abs(after.image[same].astype(int) - before.image[same])
        assert change.max(initial=0) <= 13
    assert clear > 3


@pytest.mark.parametrize("name", RECIPES)
def test_objects_are_surrounded_by_void_not_by_objects(name):
    """Next to an anomaly lies void or the object's hard end, in every image."""
    for index in range(6):
        mask = rendered(name, index).mask
        anomaly = (mask == label_ids.ANOMALY).astype(np.uint8)
        assert anomaly.any()
        grown = cv2.dilate(anomaly, np.ones((9, 9))) > 0
        assert (mask[grown & (anomaly == 0)] == label_ids.VOID).mean() > 0.05


def test_june_is_softer_than_march():
    def halo(name):
        """Pixels that neither the object nor the scene owns."""
        before = scene().mask
        return sum(
            ((rendered(name, index).mask == label_ids.VOID) & (before == 0)).sum()
            for index in range(8)
        )

    assert halo("web_june_2019") > 1.05 * halo("web_march_2019")
