"""Binaries do what they say; wrong input ends them with one sentence and no files."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from fs_tf import evaluation, metrics, models, results, sample_world

IMAGE = tf.TensorSpec([None, None, None, 3], tf.uint8, "image")


@pytest.fixture(scope="module")
def nameless(tmp_path_factory):
    """A SavedModel without the signature."""
    folder = tmp_path_factory.mktemp("models") / "nameless"
    module = tf.Module()
    module.double = tf.function(lambda image: image + image, input_signature=[IMAGE])
    tf.saved_model.save(module, str(folder))
    return folder


@pytest.fixture(scope="module")
def cityscapes(tmp_path_factory):
    """The smallest world."""
    folder = tmp_path_factory.mktemp("world") / "world"
    world = sample_world.SampleWorld(
        height=64, train_frames=2, val_frames=1, voc_train_images=0, voc_val_images=0
    )
    sample_world.write_sample_world(folder, world)
    return folder / "cityscapes"


def test_benchmark_without_the_folder(binary, tmp_path):
    finished = binary(
        *("benchmark", f"--output={tmp_path / 'run'}"),
        *("--cityscapes=nowhere", "--voc=nowhere"),
    )
    assert "There is no `cityscapes` at 'nowhere'" in finished.error
    assert not (tmp_path / "run").exists()


def test_evaluate_refuses_what_it_cannot_use(binary, nameless, cityscapes, tmp_path):
    folders = (f"--output={tmp_path / 'results'}", f"--data_dir={tmp_path / 'tfds'}")
    dataset = "--dataset=fishyscapes/StaticGenerated"
    finished = binary("evaluate", "--submission=nowhere", dataset, *folders)
    # Before it looks for the dataset, which may take long to make.
    assert "nowhere' holds no 'saved_model.pb'" in finished.error
    finished = binary("evaluate", f"--submission={nameless}", dataset, *folders)
    assert "needs the data of 'cityscapes'" in finished.error
    assert "builder_kwargs" in finished.error
    sources = json.dumps({"cityscapes": str(cityscapes)})
    finished = binary(
        *("evaluate", f"--submission={nameless}", *folders),
        *("--dataset=cityscapes_frames", f"--builder_kwargs={sources}"),
    )
    assert f"In '{nameless}', signature `serving_default` must map" in finished.error
    assert not list(tmp_path.rglob("*.result.json*"))


def test_train_segmenter(binary, cityscapes, tmp_path):
    finished = binary(
        *("train_segmenter", f"--cityscapes={cityscapes}", "--config=smoke"),
        *(f"--data_dir={tmp_path / 'tfds'}", f"--output={tmp_path / 'run'}"),
    )
    assert finished.returncode == 0, finished.stderr
    path = tmp_path / "run" / "segmenter.weights.h5"
    assert f"Trained weights: {path}" in finished.stdout
    models.load_weights(models.build("tiny"), path)
    assert list((tmp_path / "run").rglob("events.out.tfevents*"))
    assert re.search(r"4/4 .*loss=", finished.stderr)  # the progress bar
    finished = binary(
        *("train_segmenter", f"--output={tmp_path / 'other'}"),
        f"--initial_weights={tmp_path / 'nothing'}",
    )
    assert "No weights at" in finished.error
    assert not (tmp_path / "other").exists()


def scored(path, noise):
    """Writes a result and its summary: three images, more or less noisy scores."""
    rng = np.random.default_rng(0)
    mask = (rng.random((3, 20, 30)) < 0.2).astype(np.uint8)
    score = mask + noise * rng.standard_normal(mask.shape).astype(np.float32)
    pixels = metrics.AnomalyMetrics()
    pixels.update(mask, score, image_id=["a", "b", "c"])
    found = pixels.result()
    pixels.summary().save(evaluation.summary_path(path))
    results.Result(
        submission=path.parent.name,
        row={},
        dataset="fishyscapes/Static/3.0.0",
        split="validation",
        metrics={name: found[name] for name in ("AP", "FPR95", "AUROC")},
        counts={},
        curves={},
        intervals={},
        seconds_per_image=0.1,
        provenance={"dataset_sha256": "0"},
    ).save(path)
    return path


def test_compare(binary, tmp_path):
    good = scored(tmp_path / "good" / "static.result.json", 0.3)
    bad = scored(tmp_path / "bad" / "static.result.json", 0.6)
    finished = binary("compare", f"--first={good}", f"--second={bad}")
    assert finished.returncode == 0, finished.stderr
    lines = [line.split() for line in finished.stdout.splitlines()]
    assert [line[0] for line in lines] == ["AP", "FPR95", "AUROC"]
    for sign, line in zip((1, -1, 1), lines, strict=True):
        value, low, high = (sign * float(line[column]) for column in (1, 5, 7))
        assert min(value, low, high) > 0
    missing = binary("compare", f"--first={good}", "--second=nothing")
    assert "There is no file 'nothing'" in missing.error


def test_bench_methods(binary):
    names = ["max_probability", "bayesian_mutual_information", "flow_minimum"]
    finished = binary(
        *("bench_methods", "--preset=tiny", f"--methods={','.join(names)}"),
        *("--height=33", "--width=65", "--repetitions=1"),
    )
    assert finished.returncode == 0, finished.stderr
    _, forward, *others = finished.stdout.splitlines()
    assert forward.startswith("forward pass") and "1.00" in forward
    # What needs a fit has no cost on random weights.
    assert [line.split()[0] for line in others] == names[:2]
    assert "Give one of" in binary("bench_methods").error


def test_bench_models_refuses_an_unknown_preset(binary):
    finished = binary("bench_models", "--presets=resnet")
    assert "Unknown preset 'resnet'" in finished.error


def test_unknown_flags_and_arguments(binary):
    finished = binary("leaderboard", "--results=a", "--output=b", "stray")
    assert "unknown argument 'stray'" in finished.error
    finished = binary("leaderboard", "--results=a", "--nonsense=1")
    assert finished.returncode == 1 and "nonsense" in finished.stderr


def test_in_a_process_of_its_own(repository):
    finished = subprocess.run(
        [sys.executable, "-m", "experiments.leaderboard", "--results=a", "--output=b"],
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 1
    assert finished.stderr.startswith("Error: No '*.result.json' below 'a'")
    assert len(finished.stderr.splitlines()) == 1
