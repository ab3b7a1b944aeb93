"""The whole road, end to end, on worlds small enough for a test."""

import dataclasses
import json

import numpy as np
import pytest

import tfds_builders  # noqa: F401  registers the datasets
from fs_tf import benchmark, results, sample_world
from fs_tf.benchmark import stages


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world") / "world"
    size = sample_world.SampleWorld(
        height=64, train_frames=6, val_frames=6, voc_train_images=30, voc_val_images=30
    )
    sample_world.write_sample_world(folder, size)
    return folder


@pytest.fixture(scope="module", autouse=True)
def few_images():
    with pytest.MonkeyPatch.context() as context:
        context.setattr(stages, "VALIDATION_IMAGES", 5)
        yield


@pytest.fixture(scope="module")
def smoke(world):
    return benchmark.Settings(
        cityscapes=str(world / "cityscapes"),
        voc=str(world / "VOCdevkit"),
        training="smoke",
    )


@pytest.fixture(scope="module")
def finished(smoke, tmp_path_factory):
    """A finished run: its folder and the table."""
    folder = tmp_path_factory.mktemp("benchmark") / "run"
    return folder, benchmark.run(smoke, folder)


def dataset_bytes(folder):
    return {
        path.name: path.read_bytes()
        for path in sorted((folder / "datasets").rglob("*.tfrecord*"))
    }


def modification_times(folder):
    kept = ("datasets", "segmenters", "submissions", "results")
    return {
        path: path.stat().st_mtime_ns
        for part in kept
        for path in (folder / part).rglob("*")
        if path.is_file()
    }


def test_run_ends_with_table_page_and_figure(finished, smoke):
    folder, table = finished
    assert (folder / "index.html").stat().st_size > 10_000
    assert (folder / "examples.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "leaderboard.md").read_text() == table
    for method in smoke.chosen_methods:
        assert method.score in table
    found = results.load_all(folder / "results").values()
    assert {result.submission for result in found} == set(smoke.methods)
    for result in found:
        assert all(np.isfinite(value) for value in result.metrics.values())


def test_a_finished_run_computes_nothing_again(finished, smoke):
    folder, table = finished
    before = modification_times(folder)
    assert benchmark.run(smoke, folder) == table
    assert modification_times(folder) == before


def test_an_interrupted_run_continues(finished, smoke, tmp_path, monkeypatch):
    with monkeypatch.context() as context:

        def interrupted(*_):
            raise KeyboardInterrupt

        context.setattr(stages.evaluation, "evaluate", interrupted)
        with pytest.raises(KeyboardInterrupt):
            benchmark.run(smoke, tmp_path / "run")
    assert not (tmp_path / "run" / "index.html").exists()
    before = modification_times(tmp_path / "run")
    benchmark.run(smoke, tmp_path / "run")
    after = modification_times(tmp_path / "run")
    assert {path: after[path] for path in before} == before
    # Same seed: same dataset to the byte, and the same metrics of random.
    assert dataset_bytes(tmp_path / "run") == dataset_bytes(finished[0])
    name = "random"
    metrics = [
        [
            result.metrics
            for result in results.load_all(folder / "results").values()
            if result.submission == name
        ]
        for folder in (tmp_path / "run", finished[0])
    ]
    assert metrics[0] == metrics[1] and metrics[0]


def test_another_run_in_the_folder_is_refused(finished, smoke):
    other = dataclasses.replace(smoke, seed=1)
    with pytest.raises(FileExistsError, match="its `seed` is 0, not 1"):
        benchmark.run(other, finished[0])


def test_a_folder_of_something_else_is_refused(smoke, tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"")
    with pytest.raises(FileExistsError, match="is not empty and holds no"):
        benchmark.run(smoke, tmp_path)


def test_seed_changes_the_dataset(finished, smoke, tmp_path):
    other = dataclasses.replace(smoke, seed=1, methods=("random",))
    benchmark.run(other, tmp_path / "run")
    one, two = dataset_bytes(finished[0]), dataset_bytes(tmp_path / "run")
    [name] = [name for name in one if name.startswith("fishyscapes")]
    assert one[name] != two[name]
    assert json.loads((tmp_path / "run" / "benchmark.json").read_text())["seed"] == 1


def test_wrong_settings(world, tmp_path):
    with pytest.raises(ValueError, match="`cityscapes` and `voc` belong together"):
        benchmark.Settings(cityscapes=str(world))
    with pytest.raises(FileNotFoundError, match="There is no `voc` at"):
        benchmark.Settings(cityscapes=str(world), voc=str(tmp_path / "nothing"))
    for field in ("preset", "training"):
        with pytest.raises(KeyError, match="Unknown .* 'odd'. Known: "):
            benchmark.Settings(**{field: "odd"})
    with pytest.raises(KeyError, match="Unknown method 'odd'. Known: random"):
        benchmark.Settings(methods=("random", "odd"))


def test_a_folder_without_frames_names_what_is_missing(world, tmp_path):
    (tmp_path / "empty").mkdir()
    settings = benchmark.Settings(
        cityscapes=str(tmp_path / "empty"), voc=str(world / "VOCdevkit")
    )
    with pytest.raises((FileNotFoundError, ValueError), match="leftImg8bit"):
        benchmark.run(settings, tmp_path / "run")


def test_real_frames_give_a_table(realdata, tmp_path):
    settings = benchmark.Settings(
        cityscapes=str(realdata / "cityscapes_256x512"),
        voc=str(realdata / "VOCdevkit" / "VOC2007"),
        training="smoke",
        methods=("random", "entropy"),
    )
    table = benchmark.run(settings, tmp_path / "run")
    assert "entropy" in table
    by_dataset = {
        (result.submission, result.dataset.split("/")[0]): result
        for result in results.load_all(tmp_path / "run" / "results").values()
    }
    assert by_dataset["entropy", "cityscapes_frames"].counts["images"] == 134
    noise = by_dataset["random", "fishyscapes"]
    # Uniform noise has the AP of the anomalies' share of the pixels.
    share = noise.counts["positives"] / (
        noise.counts["positives"] + noise.counts["negatives"]
    )
    assert noise.metrics["AP"] == pytest.approx(share, rel=0.05)
    assert noise.metrics["FPR95"] == pytest.approx(0.95, abs=0.01)
