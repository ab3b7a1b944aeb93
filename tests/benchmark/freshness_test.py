"""One thing is changed in a finished run: what depends on it is asked for again."""

import dataclasses
import functools
import json
import pathlib
import shutil
import threading

import cv2
import numpy as np
import pytest

import tfds_builders  # noqa: F401  registers the datasets
from fs_tf import (
    benchmark,
    digests,
    files,
    losses,
    methods,
    models,
    runs,
    sample_world,
    training,
)
from fs_tf.methods import nearest_neighbors

WORLD = sample_world.SampleWorld(
    height=64, train_frames=4, val_frames=6, voc_train_images=30, voc_val_images=30
)
FRAMES = "datasets/cityscapes_frames/1.0.0"
STATIC = "datasets/fishyscapes/StaticGenerated/2.0.0"
ON_FRAMES = "cityscapes_frames_1.0.0.validation.result.json"
ON_STATIC = "fishyscapes_StaticGenerated_2.0.0.test.result.json"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world") / "world"
    sample_world.write_sample_world(folder, WORLD)
    return folder


@pytest.fixture(scope="module")
def finished(world, tmp_path_factory):
    """A finished run: without a segmenter, with one, with a retrained one, fitted."""
    settings = benchmark.Settings(
        cityscapes=str(world / "cityscapes"),
        voc=str(world / "VOCdevkit"),
        training="smoke",
        methods=("random", "entropy", "void_classifier", "knn_density"),
    )
    folder = tmp_path_factory.mktemp("finished") / "run"
    benchmark.run(settings, folder)
    return settings, folder


def stale(settings, folder):
    """What the run asks to delete first, relative to its folder."""
    with pytest.raises(runs.Stale) as caught:
        benchmark.run(settings, folder)
    assert "Delete" in str(caught.value) and "\n" not in str(caught.value)
    found = map(pathlib.Path, caught.value.found)
    return {path.relative_to(folder).as_posix() for path in found}


def written(folder):
    """When every file of what takes long was written."""
    parts = ("datasets", "segmenters", "densities", "submissions", "results")
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns
        for part in parts
        for path in (folder / part).rglob("*")
        if path.is_file() and not path.name.endswith(".lock")
    }


def deleted(names, folder):
    for name in names:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_a_pixel_of_a_validation_frame(finished, world, tmp_path):
    """Goes all the way: data, the fit on them and results are made anew, no weights."""
    settings, original = finished
    source = tmp_path / "cityscapes"
    shutil.copytree(world / "cityscapes", source)
    settings = dataclasses.replace(settings, cityscapes=str(source))
    folder = shutil.copytree(original, tmp_path / "run")
    before = written(folder)
    benchmark.run(settings, folder)  # another folder of the same content
    assert written(folder) == before

    lines = (folder / STATIC / "provenance-validation.jsonl").read_text().splitlines()
    frame = json.loads(lines[0])["basedata_id"]
    (path,) = (source / "leftImg8bit" / "val").rglob(f"{frame}_*.png")
    image = cv2.imread(str(path))
    size = path.stat().st_size
    options = [cv2.IMWRITE_PNG_COMPRESSION, 0]
    cv2.imwrite(str(path), image, options)
    plain = path.stat().st_size
    image[30, 30] ^= 1
    cv2.imwrite(str(path), image, options)
    assert path.stat().st_size == plain != size  # the size alone would not tell

    asked = [stale(settings, folder)]
    deleted(asked[-1], folder)
    asked.append(stale(settings, folder))
    deleted(asked[-1], folder)
    asked.append(stale(settings, folder))
    deleted(asked[-1], folder)
    assert asked == [{FRAMES}, {STATIC}, {"submissions/knn_density"}]
    # The frames changed for mIoU; what was pasted into the other half did not.
    measured = ("entropy", "void_classifier")
    asked = stale(settings, folder)
    assert asked == {f"results/{name}/{ON_FRAMES}" for name in measured}
    deleted(asked, folder)
    benchmark.run(settings, folder)
    after = written(folder)
    kept = {name for name in before if after.get(name) == before[name]}
    assert {name for name in before if name.startswith("segmenters/")} <= kept
    for name in ("random", *measured):
        of_method = {n for n in before if n.startswith(f"submissions/{name}/")}
        assert of_method | {f"results/{name}/{ON_STATIC}"} <= kept
    anew = ("datasets/cityscapes_frames", "submissions/knn_density")
    assert not any(name.startswith(anew) for name in kept)


def test_a_constant_of_a_method(finished, monkeypatch):
    config = nearest_neighbors.NeighborsConfig(k=3)
    build = functools.partial(nearest_neighbors.Density, config=config)
    changed = dataclasses.replace(methods.METHODS["knn_density"], build=build)
    monkeypatch.setitem(methods.METHODS, "knn_density", changed)
    assert stale(*finished) == {"submissions/knn_density"}


def test_the_weights_of_a_segmenter(finished, tmp_path):
    settings, original = finished
    folder = shutil.copytree(original, tmp_path / "run")
    for scheme, outputs, expected in (
        ("void_class", 20, {"submissions/void_classifier"}),
        ("standard", 19, {"segmenters/void_class"}),
    ):
        other = models.build("tiny", num_classes=outputs, seed=9)
        models.save_weights(other, folder / "segmenters" / scheme / training.WEIGHTS)
        assert stale(settings, folder) == expected


def test_a_constant_of_a_loss_and_of_a_scheme(finished, monkeypatch):
    scheme = training.SCHEMES["void_class"]
    for changed in (
        dataclasses.replace(scheme, dropout_rate=0.1),
        dataclasses.replace(scheme, logit_scale=0.5),
        dataclasses.replace(scheme, loss=losses.max_entropy),
    ):
        monkeypatch.setitem(training.SCHEMES, "void_class", changed)
        assert stale(*finished) == {"segmenters/void_class"}


def test_another_version_of_the_code(finished, monkeypatch):
    of_code = digests.of_code

    def newer(part):
        return lambda *names: of_code(*names) + (part if part in names else "")

    expected = {
        "models": {"segmenters/standard"},
        "methods/nearest_neighbors.py": {"submissions/knn_density"},
        "methods/base.py": {
            *("submissions/random", "submissions/entropy"),
            *("submissions/void_classifier", "submissions/knn_density"),
        },
        "overlay/recipes": {STATIC},
        "overlay/sources/cityscapes.py": {FRAMES},
    }
    for part, wanted in expected.items():
        monkeypatch.setattr(digests, "of_code", newer(part))
        assert stale(*finished) == wanted
    monkeypatch.setattr(digests, "of_code", newer("evaluation/measure.py"))
    assert {path.split("/")[0] for path in stale(*finished)} == {"results"}


def test_rows_that_are_not_asked_for_are_checked_too(finished, tmp_path, monkeypatch):
    """They stand in the same table."""
    settings, original = finished
    folder = shutil.copytree(original, tmp_path / "run")
    fewer = dataclasses.replace(settings, methods=("random",))
    other = models.build("tiny", num_classes=20, seed=9)
    path = folder / "segmenters" / "void_class" / training.WEIGHTS
    models.save_weights(other, path)
    assert stale(fewer, folder) == {"submissions/void_classifier"}
    path.unlink()
    assert stale(fewer, folder) == {"submissions/void_classifier"}
    shutil.rmtree(folder / "submissions" / "void_classifier")
    assert stale(fewer, folder) == {"results/void_classifier"}
    shutil.rmtree(folder / "results" / "void_classifier")
    table = benchmark.run(fewer, folder)
    assert "uniform noise" in table and "void classifier" not in table


def test_a_constant_of_the_training(finished, monkeypatch):
    longer = dataclasses.replace(training.RETRAINING["smoke"], steps=3)
    monkeypatch.setitem(training.RETRAINING, "smoke", longer)
    assert stale(*finished) == {"segmenters/void_class"}


def test_another_seed_and_other_objects(finished, world, tmp_path):
    settings, folder = finished
    assert stale(dataclasses.replace(settings, seed=1), folder) == {"."}
    objects = shutil.copytree(world / "VOCdevkit", tmp_path / "VOCdevkit")
    photograph = sorted((objects / "VOC2012" / "JPEGImages").iterdir())[0]
    cv2.imwrite(str(photograph), np.zeros_like(cv2.imread(str(photograph))))
    other = dataclasses.replace(settings, voc=str(objects))
    assert stale(other, folder) == {STATIC}


def test_two_runs_do_not_share_a_folder(finished):
    settings, folder = finished
    holds, ends = threading.Event(), threading.Event()

    def hold():
        with files.lock(folder / "run"):
            holds.set()
            ends.wait()

    other = threading.Thread(target=hold)
    other.start()
    assert holds.wait(60)
    try:
        with pytest.raises(FileExistsError, match="Another process works in '.*run'"):
            benchmark.run(settings, folder)
    finally:
        ends.set()
        other.join()
