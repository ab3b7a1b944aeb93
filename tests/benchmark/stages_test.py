"""The whole road, end to end, on worlds small enough for a test."""

import dataclasses
import json
import shutil

import numpy as np
import pytest

import tfds_builders  # noqa: F401  registers the datasets
from fs_tf import benchmark, models, results, sample_world, training
from fs_tf.benchmark import stages

WORLD = sample_world.SampleWorld(
    height=64, train_frames=6, val_frames=6, voc_train_images=30, voc_val_images=30
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world") / "world"
    sample_world.write_sample_world(folder, WORLD)
    return folder


@pytest.fixture(scope="module")
def smoke(world):
    """Without a segmenter, with one, with a retrained one, with a fit."""
    return benchmark.Settings(
        cityscapes=str(world / "cityscapes"),
        voc=str(world / "VOCdevkit"),
        training="smoke",
        methods=("random", "entropy", "void_classifier", "knn_density"),
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


def without_runtime(table):
    return [line.split("|")[:5] + line.split("|")[6:] for line in table.splitlines()]


def modification_times(folder):
    kept = (
        "sample_world",
        "datasets",
        "segmenters",
        "densities",
        "submissions",
        "results",
    )
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
    scored = [r for r in found if r.dataset.startswith("fishyscapes/StaticGenerated")]
    assert {result.submission for result in scored} == set(smoke.methods)
    assert {result.split for result in scored} == {"test"}
    segmented = [r for r in found if r.dataset.startswith("cityscapes_frames")]
    assert {r.submission for r in segmented} == set(smoke.methods) - {"random"}
    assert {result.split for result in segmented} == {"validation"}


def test_what_is_fitted_and_what_is_measured_share_no_frame(finished):
    used = {}
    for path in (finished[0] / "datasets").rglob("provenance-*.jsonl"):
        notes = [json.loads(line) for line in path.read_text().splitlines()]
        frames = [note["basedata_id"] for note in notes]
        assert len(frames) == len(set(frames)) == 3  # of the six of the world
        used[path.stem] = set(frames)
    assert used.keys() == {"provenance-validation", "provenance-test"}
    assert not used["provenance-validation"] & used["provenance-test"]


def test_every_scheme_has_its_segmenter_and_all_share_densities(finished):
    folder, _ = finished
    weights = folder.glob("segmenters/*/segmenter.weights.h5")
    assert {path.parent.name for path in weights} == {"standard", "void_class"}
    samples = folder.glob("densities/*/embeddings/*/sample.npz")
    assert {path.parts[-4] for path in samples} == {"standard"}


def test_retraining_starts_from_the_standard_segmenter(finished):
    folder, _ = finished
    trained = {}
    for scheme, outputs in (("standard", 19), ("void_class", 20)):
        trained[scheme] = models.build("tiny", num_classes=outputs)
        path = folder / "segmenters" / scheme / "segmenter.weights.h5"
        models.load_weights(trained[scheme], path)
    fresh = models.build("tiny")
    kernels = [
        segmenter.encoder.blocks[5].expand.kernel.numpy()
        for segmenter in (trained["void_class"], trained["standard"], fresh)
    ]
    retraining = np.abs(kernels[0] - kernels[1]).max()
    # Two small steps against four large ones.
    assert 0 < retraining < 0.5 * np.abs(kernels[1] - kernels[2]).max()


def test_schemes_but_the_standard_one_retrain(smoke):
    for name, scheme in training.SCHEMES.items():
        table = training.CONFIGS if name == "standard" else training.RETRAINING
        assert smoke.training_config(scheme) == table["smoke"]


def test_a_finished_run_computes_nothing_again(finished, smoke):
    folder, table = finished
    before = modification_times(folder)
    assert benchmark.run(smoke, folder) == table
    assert modification_times(folder) == before


def test_an_interrupted_run_continues(finished, smoke, tmp_path, monkeypatch):
    few = dataclasses.replace(smoke, methods=("entropy",))
    with monkeypatch.context() as context:

        def interrupted(*_, **__):
            raise KeyboardInterrupt

        context.setattr(stages.evaluation, "evaluate", interrupted)
        with pytest.raises(KeyboardInterrupt):
            benchmark.run(few, tmp_path / "run")
    assert not (tmp_path / "run" / "index.html").exists()
    before = modification_times(tmp_path / "run")
    # More methods are still the same run.
    more = dataclasses.replace(smoke, methods=("random", "entropy"))
    table = benchmark.run(more, tmp_path / "run")
    assert "entropy" in table and "uniform noise" in table
    after = modification_times(tmp_path / "run")
    assert {path: after[path] for path in before} == before
    # Same seed: same dataset to the byte, and the same metrics of random.
    assert dataset_bytes(tmp_path / "run") == dataset_bytes(finished[0])
    metrics = [
        [
            result.metrics
            for result in results.load_all(folder / "results").values()
            if result.submission == "random"
        ]
        for folder in (tmp_path / "run", finished[0])
    ]
    assert metrics[0] == metrics[1] and metrics[0]


def test_a_deleted_submission_is_made_and_measured_again(finished, smoke):
    folder, table = finished
    random = folder / "submissions" / "random"
    shutil.rmtree(random)
    random.mkdir()
    with pytest.raises(
        FileExistsError, match="random' was .*: it is no whole submission. Delete"
    ):
        benchmark.run(smoke, folder)
    random.rmdir()
    again = benchmark.run(smoke, folder)
    assert without_runtime(again) == without_runtime(table)
    assert (random / "saved_model.pb").is_file()


def test_another_run_in_the_folder_is_refused(finished, smoke):
    other = dataclasses.replace(smoke, seed=1)
    with pytest.raises(FileExistsError, match="`seed` is 0, not 1"):
        benchmark.run(other, finished[0])


def test_a_folder_of_something_else_is_refused(smoke, tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"")
    with pytest.raises(FileExistsError, match="is not empty and holds no"):
        benchmark.run(smoke, tmp_path)


def test_seed_changes_the_dataset(finished, smoke, tmp_path):
    other = dataclasses.replace(smoke, seed=1, methods=("random",))
    benchmark.run(other, tmp_path / "run")
    one, two = dataset_bytes(finished[0]), dataset_bytes(tmp_path / "run")
    pasted = [name for name in one if name.startswith("fishyscapes")]
    assert len(pasted) == 2  # validation and test
    assert all(one[name] != two[name] for name in pasted)
    assert json.loads((tmp_path / "run" / "benchmark.json").read_text())["seed"] == 1


def test_without_data_a_world_is_rendered(finished, smoke, tmp_path, monkeypatch):
    def small(**parameters):
        assert parameters == {"height": 256, "seed": 0}  # that of the demo
        return WORLD

    monkeypatch.setattr(stages.sample_world, "SampleWorld", small)
    own = dataclasses.replace(smoke, cityscapes=None, voc=None, methods=("random",))
    table = benchmark.run(own, tmp_path / "run")
    assert "uniform noise" in table and "entropy" not in table
    assert dataset_bytes(tmp_path / "run") == dataset_bytes(finished[0])
    before = modification_times(tmp_path / "run")
    assert benchmark.run(own, tmp_path / "run") == table
    assert modification_times(tmp_path / "run") == before


def test_another_configuration_of_that_name_trains_anew(finished, smoke, monkeypatch):
    longer = dataclasses.replace(training.CONFIGS["smoke"], steps=5)
    monkeypatch.setitem(training.CONFIGS, "smoke", longer)
    with pytest.raises(
        FileExistsError, match="standard' was .* `config.steps` is 4, not 5"
    ):
        benchmark.run(smoke, finished[0])


def test_wrong_settings(world, tmp_path):
    with pytest.raises(ValueError, match="`cityscapes` and `voc` belong together"):
        benchmark.Settings(cityscapes=str(world))
    with pytest.raises(FileNotFoundError, match="There is no `voc` at"):
        benchmark.Settings(cityscapes=str(world), voc=str(tmp_path / "nothing"))
    for field in ("preset", "training"):
        with pytest.raises(KeyError, match="Unknown .* 'odd'. Known: "):
            benchmark.Settings(**{field: "odd"})
    with pytest.raises(ValueError, match="takes the weights as they are: give"):
        benchmark.Settings(training="imported")
    with pytest.raises(ValueError, match="`seed` must not be negative; got -1"):
        benchmark.Settings(seed=-1)
    with pytest.raises(ValueError, match="`methods` must name some of random, "):
        benchmark.Settings(methods=())
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
