"""Flows of layers are fitted once, kept, and continued layer by layer."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
import tensorflow as tf

from fs_tf import data, models, training
from fs_tf.density import fit, gaussian, held_out
from fs_tf.density.real_nvp import FlowConfig
from fs_tf.training import flows

LAYERS = ("low_level", "aspp")
CONFIG = training.DensityConfig(
    embeddings=400,
    held_out=0.3,
    flow=FlowConfig(steps=2, width=16),
    training=fit.FitConfig(batch_size=64, max_epochs=3, noise=0.1),
)


@pytest.fixture(scope="module")
def segmenter():
    return models.build("tiny", seed=1)


@pytest.fixture
def street(frames_of):
    """Makes frames of random images with random labels."""

    def make(count=4):
        rng = np.random.default_rng(0)
        images = rng.integers(0, 256, (count, 64, 128, 3), np.uint8)
        labels = rng.integers(0, 19, (count, 64, 128), np.uint8)
        return frames_of(images, labels, data.frames.SEGMENTATION)

    return make


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("densities")


@pytest.fixture(scope="module")
def made():
    return {}


@pytest.fixture
def fitted(segmenter, street, directory, made):
    """As the training leaves them: made once, never read."""
    if not made:
        made |= training.fit_flows(segmenter, street(), LAYERS, CONFIG, directory, 3)
    return made


def files(folder):
    return {
        path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()
    }


def nll(flow, queries=16):
    rng = np.random.default_rng(1)
    points = rng.normal(0, 2, (queries, flow.dimension)).astype(np.float32)
    return flow.normalized_nll(points).numpy()


def test_a_second_call_reads_what_the_first_one_fitted(
    fitted, segmenter, street, directory, monkeypatch
):
    before = files(directory)
    monkeypatch.setattr(flows.fit, "fit", None)  # would fail if called
    second = training.fit_flows(segmenter, street(), LAYERS, CONFIG, directory, 3)
    assert files(directory) == before
    assert tuple(fitted) == tuple(second) == LAYERS
    for layer in LAYERS:
        (flow, report), (again, report_again) = fitted[layer], second[layer]
        assert report == report_again
        np.testing.assert_array_equal(nll(flow), nll(again))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.json", b""),
        ("report.json", b"{}"),
        ("report.json", b'{"held_out_nll": [1.0], "odd": 1}'),
        ("flow.weights.h5", b"no weights"),
    ],
)
def test_damaged_flows_are_named(
    name, content, fitted, segmenter, street, directory, tmp_path
):
    del fitted  # leaves the directory full
    shutil.copytree(directory, tmp_path / "run")
    (tmp_path / "run" / "flows" / LAYERS[0] / name).write_bytes(content)
    with pytest.raises(ValueError, match=f"{LAYERS[0]}' is damaged: delete that"):
        training.fit_flows(segmenter, street(), LAYERS, CONFIG, tmp_path / "run", 3)


def test_all_stale_flows_are_told_at_once(
    fitted, segmenter, street, directory, tmp_path
):
    del fitted  # leaves the directory full
    shutil.copytree(directory, tmp_path / "run")
    config = dataclasses.replace(CONFIG, held_out=CONFIG.held_out / 2)
    told = ".*".join(f"{layer}' was made from something else" for layer in LAYERS)
    with pytest.raises(FileExistsError, match=told):
        training.fit_flows(segmenter, street(), LAYERS, config, tmp_path / "run", 3)


def test_flows_that_the_system_cannot_read_are_not_called_damaged(
    fitted, segmenter, street, directory, tmp_path
):
    del fitted  # leaves the directory full
    shutil.copytree(directory, tmp_path / "run")
    path = tmp_path / "run" / "flows" / LAYERS[0] / "report.json"
    path.unlink()
    path.mkdir()
    with pytest.raises(IsADirectoryError):
        training.fit_flows(segmenter, street(), LAYERS, CONFIG, tmp_path / "run", 3)


def test_an_infinite_loss_names_its_layer(segmenter, street, tmp_path):
    wild = dataclasses.replace(CONFIG.training, learning_rate=1e6)
    config = dataclasses.replace(CONFIG, training=wild)
    message = f"Layer '{LAYERS[0]}': The loss .* Lower .* Delete '.*{LAYERS[0]}' before"
    with pytest.raises(ValueError, match=message):
        training.fit_flows(segmenter, street(), LAYERS[:1], config, tmp_path, 3)


def test_an_interrupted_fit_continues_with_the_next_layer(
    fitted, segmenter, street, tmp_path, monkeypatch
):
    fit_one = flows.fit.fit
    calls = []

    def killed_in_the_second(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return fit_one(*args)

    with monkeypatch.context() as context:
        context.setattr(flows.fit, "fit", killed_in_the_second)
        with pytest.raises(KeyboardInterrupt):
            training.fit_flows(segmenter, street(), LAYERS, CONFIG, tmp_path, 3)
    before = files(tmp_path)
    assert (tmp_path / "flows" / LAYERS[0] / "report.json") in before
    found = training.fit_flows(segmenter, street(), LAYERS, CONFIG, tmp_path, 3)
    after = files(tmp_path)
    assert {path: after[path] for path in before} == before
    # And the result is that of a run that nobody stopped.
    for layer in LAYERS:
        (flow, report), (wanted, wanted_report) = found[layer], fitted[layer]
        assert report == wanted_report
        np.testing.assert_array_equal(nll(flow), nll(wanted))


@pytest.mark.parametrize("layer", LAYERS)
def test_reports_say_what_the_flow_does(layer, fitted, directory):
    flow, report = fitted[layer]
    assert report.held_out_nll[report.best_epoch] == min(report.held_out_nll)
    stored = json.loads((directory / "flows" / layer / "report.json").read_text())
    assert stored == json.loads(json.dumps(dataclasses.asdict(report)))
    sample = np.load(directory / "embeddings" / layer / "sample.npz")
    rng = np.random.default_rng(3)
    train, stop = held_out.held_out_split(sample["frames"], CONFIG.held_out, rng)
    assert not set(sample["frames"][train]) & set(sample["frames"][stop])
    rows = sample["embeddings"]
    assert fit.mean_nll(flow, rows[stop]) == pytest.approx(
        min(report.held_out_nll), rel=1e-5
    )
    # Normalised: the mean over the training embeddings is zero (eq. 8).
    normalized = flow.normalized_nll(rows[train]).numpy()
    assert abs(normalized.mean()) <= 1e-3 * np.abs(normalized).max()
    regularization = CONFIG.training.noise**2 * rows[train].var(axis=0).mean()
    assert report.gaussian_nll == pytest.approx(
        gaussian.gaussian_nll(rows[train], rows[stop], regularization), rel=1e-5
    )


def test_a_flow_scores_the_maps_of_its_layer(fitted, segmenter, street):
    _, image, _ = next(street().frames())
    outputs = segmenter(models.preprocess(tf.constant(image[None])))
    for layer, (flow, _) in fitted.items():
        maps = outputs[layer]
        found = flow.normalized_nll(maps).numpy()
        assert found.shape == maps.shape[:3]
        rows = tf.reshape(maps, [-1, maps.shape[-1]])
        np.testing.assert_allclose(
            found.ravel(), flow.normalized_nll(rows), rtol=1e-4, atol=1e-3
        )


def test_flows_of_other_settings_are_refused(fitted, segmenter, street, directory):
    wider = dataclasses.replace(CONFIG, flow=FlowConfig(steps=2, width=17))
    with pytest.raises(FileExistsError, match="`config.flow.width` is 16, not 17"):
        training.fit_flows(segmenter, street(), LAYERS, wider, directory, 3)
    with pytest.raises(FileExistsError, match="`seed` is 3, not 4"):
        training.fit_flows(segmenter, street(), LAYERS, CONFIG, directory, 4)


def test_one_frame_cannot_be_split(segmenter, street, tmp_path):
    with pytest.raises(ValueError, match=r"at least two groups \(images\); got 1"):
        training.fit_flows(segmenter, street(1), LAYERS, CONFIG, tmp_path)


def test_unknown_layers_list_the_known_ones(segmenter, street, tmp_path):
    with pytest.raises(KeyError, match="Unknown feature of 'tiny' 'odd'. Known: .*asp"):
        training.fit_flows(segmenter, street(), ["odd"], CONFIG, tmp_path)
