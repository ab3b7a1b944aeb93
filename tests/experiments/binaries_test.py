"""Wrong input ends every binary with one sentence, a non-zero exit and no files."""

import json
import os
import subprocess
import sys

import pytest
import tensorflow as tf

from fs_tf import sample_world

IMAGE = tf.TensorSpec([None, None, None, 3], tf.uint8, "image")


def run(repository, name, *arguments):
    return subprocess.run(
        [sys.executable, "-m", f"experiments.{name}", *arguments],
        cwd=repository,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
    )


def error_of(finished):
    """The one line after which the binary ended."""
    assert finished.returncode == 1, finished.stderr
    assert "Traceback" not in finished.stderr
    [line] = [x for x in finished.stderr.splitlines() if x.startswith("Error: ")]
    return line


@pytest.fixture(scope="module")
def nameless(tmp_path_factory):
    """A SavedModel without the signature."""
    folder = tmp_path_factory.mktemp("models") / "nameless"
    module = tf.Module()
    module.double = tf.function(lambda image: image + image, input_signature=[IMAGE])
    tf.saved_model.save(module, str(folder))
    return folder


def test_benchmark_without_the_folder(repository, tmp_path):
    finished = run(
        *(repository, "benchmark", f"--output={tmp_path / 'run'}"),
        *("--cityscapes=nowhere", "--voc=nowhere"),
    )
    assert "There is no `cityscapes` at 'nowhere'" in error_of(finished)
    assert not (tmp_path / "run").exists()


def test_evaluate_refuses_what_it_cannot_use(repository, nameless, tmp_path):
    folders = (f"--output={tmp_path / 'results'}", f"--data_dir={tmp_path / 'tfds'}")
    dataset = "--dataset=fishyscapes/StaticGenerated"
    message = error_of(
        run(repository, "evaluate", f"--submission={nameless}", dataset, *folders)
    )
    assert "needs the data of 'voc'" in message and "builder_kwargs" in message
    world = sample_world.SampleWorld(
        height=64, train_frames=1, val_frames=1, voc_train_images=0, voc_val_images=0
    )
    sample_world.write_sample_world(tmp_path / "world", world)
    sources = json.dumps({"cityscapes": str(tmp_path / "world" / "cityscapes")})
    message = error_of(
        run(
            *(repository, "evaluate", f"--submission={nameless}", *folders),
            *("--dataset=cityscapes_frames", f"--builder_kwargs={sources}"),
        )
    )
    assert f"In '{nameless}', signature `serving_default` must map" in message
    assert not list(tmp_path.rglob("*.result.json*"))


def test_unknown_flags_and_arguments(repository, tmp_path):
    finished = run(repository, "leaderboard", "--results=a", "--output=b", "stray")
    assert finished.returncode == 1
    assert "unknown argument 'stray'" in finished.stderr
    finished = run(repository, "leaderboard", "--results=a", "--nonsense=1")
    assert finished.returncode == 1 and "nonsense" in finished.stderr
