"""Training learns, continues exactly, and stops in time."""

import dataclasses
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from fs_tf import data, models, training
from fs_tf.training import segmenter as loop
from fs_tf.training.checkpoints import Checkpoints

CONFIG = training.TrainingConfig(
    name="test",
    steps=6,
    batch_size=2,
    crop_size=(32, 64),
    scales=(1.0, 1.0, 0.25),
    learning_rate=0.05,
    summary_steps=1,
    checkpoint_steps=2,
)

SCHEME = training.SCHEMES["standard"]


def bright_and_dark(size=(4, 32, 64)):
    """Bright pixels are class 2, dark ones class 0."""
    rng = np.random.default_rng(0)
    bright = rng.random(size) < np.linspace(0, 0.8, size[-1])
    images = np.where(bright[..., None], 220, 30) * np.ones(3)
    return images, np.where(bright, 2, 0)


@pytest.fixture(scope="module")
def frames(frames_of):
    return frames_of(*bright_and_dark(), data.frames.SEGMENTATION)


@pytest.fixture
def frames_with_void(frames_of):
    """The lower third is red, and void."""
    images, labels = bright_and_dark()
    images[:, 22:], labels[:, 22:] = (220, 30, 30), 255
    return frames_of(images, labels, data.frames.SEGMENTATION)


def train(frames, directory, config=CONFIG, seed=0, scheme="standard"):
    scheme = training.SCHEMES[scheme]
    segmenter = models.build("tiny", num_classes=scheme.num_outputs, seed=1)
    training.train_segmenter(segmenter, frames, scheme, config, directory, seed)
    return segmenter


@pytest.fixture(scope="module")
def finished(frames, tmp_path_factory):
    """A finished run: its folder and the segmenter."""
    folder = tmp_path_factory.mktemp("finished") / "run"
    return folder, train(frames, folder)


def assert_same_weights(one, two):
    for left, right in zip(one.variables, two.variables, strict=True):
        if "seed_generator" not in left.path:  # the state of dropout is no weight
            np.testing.assert_array_equal(left.numpy(), right.numpy())


def losses(directory):
    """Step -> loss, from the TensorBoard summaries; a later run's value wins."""
    found = {}
    for path in sorted(
        directory.glob("summaries/*"), key=lambda path: path.stat().st_mtime_ns
    ):
        for record in tf.data.TFRecordDataset(str(path)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            for value in event.summary.value:
                if value.tag == "loss":
                    found[event.step] = float(tf.make_ndarray(value.tensor))
    return found


@pytest.mark.parametrize("scheme", training.SCHEMES)
def test_loss_falls_and_weights_are_written(scheme, frames_with_void, tmp_path):
    config = dataclasses.replace(CONFIG, steps=24)
    segmenter = train(frames_with_void, tmp_path, config, scheme=scheme)
    history = losses(tmp_path)
    assert sorted(history) == list(range(1, 25))
    assert np.mean([history[s] for s in (22, 23, 24)]) < 0.75 * history[1]
    restored = models.build("tiny", segmenter.num_classes, seed=2)
    models.load_weights(restored, tmp_path / loop.WEIGHTS)
    assert_same_weights(segmenter, restored)


@pytest.fixture
def mixed_precision(request):
    training.set_precision(request.param)
    yield request.param
    training.set_precision("float32")


@pytest.mark.parametrize("mixed_precision", ["float16", "bfloat16"], indirect=True)
def test_mixed_precision_learns_in_float32_weights(mixed_precision, frames, tmp_path):
    segmenter = train(frames, tmp_path, dataclasses.replace(CONFIG, steps=24))
    assert segmenter.encoder.compute_dtype == mixed_precision
    assert all(v.dtype == "float32" for v in segmenter.trainable_variables)
    history = losses(tmp_path)
    assert np.mean([history[s] for s in (22, 23, 24)]) < 0.75 * history[1]


def test_an_encoder_of_rate_zero_stays_as_it_is(frames, tmp_path):
    config = dataclasses.replace(
        CONFIG, encoder_rate=0.0, frozen_batch_norm="encoder", steps=24
    )
    initial = models.build("tiny", num_classes=19, seed=1)
    trained = train(frames, tmp_path, config)
    assert_same_weights(trained.encoder, initial.encoder)
    history = losses(tmp_path)
    assert np.mean([history[s] for s in (22, 23, 24)]) < 0.75 * history[1]


def test_the_encoder_has_a_learning_rate_of_its_own(frames, tmp_path):
    def updates(rate):
        config = dataclasses.replace(CONFIG, steps=1, encoder_rate=rate)
        initial = models.build("tiny", num_classes=19, seed=1)
        trained = train(frames, tmp_path / str(rate), config)
        encoder = {v.path for v in trained.encoder.trainable_variables}
        return encoder, {
            new.path: new.numpy() - old.numpy()
            for new, old in zip(
                trained.trainable_variables, initial.trainable_variables, strict=True
            )
        }

    encoder, full = updates(1.0)
    _, reduced = updates(0.25)
    for path, update in full.items():
        wanted = update * (0.25 if path in encoder else 1.0)
        np.testing.assert_allclose(reduced[path], wanted, rtol=0.01, atol=1e-6)
    assert any(np.ptp(full[path]) > 0 for path in encoder)


@pytest.mark.parametrize(("balance", "wanted"), [(0.5, 0.5), (1.0, 1.0), (0.0, None)])
def test_rare_classes_weigh_more(balance, wanted, frames, tmp_path):
    seen = []

    def loss(labels, logits, class_weights):
        seen.append(class_weights)
        return SCHEME.loss(labels, logits, class_weights)

    config = dataclasses.replace(CONFIG, steps=1, class_balance=balance)
    scheme = dataclasses.replace(SCHEME, loss=loss)
    segmenter = models.build("tiny", seed=1)
    training.train_segmenter(segmenter, frames, scheme, config, tmp_path)
    if wanted is None:
        assert seen[0] is None
        return
    _, labels = bright_and_dark()
    shares = np.array([np.mean(labels == c) for c in range(19)])
    assert np.sum(shares * seen[0]) == pytest.approx(1)
    ratio = (shares[2] / shares[0]) ** -wanted
    assert ratio != pytest.approx(1, abs=0.01)
    assert seen[0][2] / seen[0][0] == pytest.approx(ratio)
    assert not seen[0][shares == 0].any()


@pytest.mark.parametrize("field", ["optimizer", "frozen_batch_norm"])
def test_unknown_choices_are_refused(field):
    with pytest.raises(ValueError, match=f"`{field}` must be one of .*; got 'odd'"):
        dataclasses.replace(CONFIG, **{field: "odd"})


def test_batch_norm_is_measured_before_the_first_step(frames, tmp_path):
    config = dataclasses.replace(
        CONFIG,
        steps=1,
        learning_rate=0.0,
        frozen_batch_norm="all",
        measure_batch_norm=True,
    )
    initial = models.build("tiny", num_classes=19, seed=1)
    trained = train(frames, tmp_path, config)
    norm, before = (s.encoder.roots[0].norm for s in (trained, initial))
    assert not np.allclose(norm.moving_mean, before.moving_mean)
    assert not np.allclose(norm.gamma, before.gamma)
    image = models.preprocess(next(frames.frames())[1][np.newaxis])
    wanted = initial(image)["encoder"]
    spread = np.std(wanted)
    np.testing.assert_allclose(trained(image)["encoder"], wanted, atol=1e-3 * spread)


# Measured batch norm, Adam's moments and dropout in the encoder, on top of all that
# the others do.
def test_a_killed_run_continues_with_identical_losses(
    frames, finished, tmp_path, monkeypatch
):
    config = dataclasses.replace(CONFIG, measure_batch_norm=True, optimizer="adam")

    def train_with_dropout(directory):
        train(frames, directory, config, scheme="dropout")

    train_with_dropout(tmp_path / "whole")
    update = loop.Trainer.update

    def killed(trainer, batch):
        if trainer.step == 5:  # after the checkpoint of step 4 and one more update
            raise KeyboardInterrupt
        return update(trainer, batch)

    with monkeypatch.context() as context:
        context.setattr(loop.Trainer, "update", killed)
        with pytest.raises(KeyboardInterrupt):
            train_with_dropout(tmp_path / "killed")
    assert not (tmp_path / "killed" / loop.WEIGHTS).exists()
    train_with_dropout(tmp_path / "killed")
    assert losses(tmp_path / "killed") == losses(tmp_path / "whole")
    assert losses(finished[0])[1] != losses(tmp_path / "whole")[1]  # dropout acts


def test_dirichlet_starts_where_its_loss_is_mild():
    scheme = training.SCHEMES["dirichlet_prior"]
    rng = np.random.default_rng(0)
    classes = rng.integers(0, 19, (1, 8, 8))
    # As a trained softmax has them: around zero, one from 5 to 20, on void as well.
    logits = rng.normal(0, 2, (1, 8, 8, 19))
    logits += rng.uniform(5, 20, (1, 8, 8, 1)) * np.eye(19)[classes]
    logits = tf.constant(logits, tf.float32)
    labels = np.where(rng.random((1, 8, 8)) < 0.5, 255, classes)
    plain, scaled = (
        float(scheme.loss(labels, logits * scale, None))
        for scale in (1.0, scheme.logit_scale)
    )
    assert scaled < 0.05 * plain


@pytest.mark.parametrize("scheme", ["max_entropy", "void_class", "dirichlet_prior"])
def test_schemes_that_learn_from_void_need_it(scheme, frames, tmp_path):
    with pytest.raises(ValueError, match=f"'{scheme}' learns from void pixels, but"):
        train(frames, tmp_path, scheme=scheme)
    assert not (tmp_path / loop.WEIGHTS).exists()


def test_every_configuration_says_how_it_retrains():
    assert training.RETRAINING.keys() == training.CONFIGS.keys()
    for name, retraining in training.RETRAINING.items():
        first = training.CONFIGS[name]
        assert retraining.steps < first.steps or first.steps == 0
        assert retraining.learning_rate < first.learning_rate
        rest = {"steps": first.steps, "learning_rate": first.learning_rate}
        assert dataclasses.replace(retraining, **rest) == first


def test_a_finished_run_is_loaded(frames, finished, monkeypatch):
    folder, first = finished
    monkeypatch.setattr(loop, "_run", None)  # would fail if called
    assert_same_weights(first, train(frames, folder))


def test_another_run_is_not_overwritten(frames, finished):
    with pytest.raises(FileExistsError, match="something else: `seed` is 0, not 1"):
        train(frames, finished[0], seed=1)


def test_how_often_it_reports_makes_no_other_run(frames, finished, monkeypatch):
    monkeypatch.setattr(loop, "_run", None)  # would fail if called
    for field in loop.REPORTING:
        config = dataclasses.replace(CONFIG, **{field: 5})
        assert_same_weights(finished[1], train(frames, finished[0], config))


def test_a_lost_summary_is_not_blamed_on_the_dataset(frames, tmp_path, monkeypatch):
    def lost(*_):
        raise tf.errors.NotFoundError(None, None, "summaries")

    monkeypatch.setattr(tf.summary, "scalar", lost)
    with pytest.raises(tf.errors.NotFoundError, match="summaries"):
        train(frames, tmp_path / "run")


def test_a_damaged_checkpoint_is_named(frames, finished, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(finished[0], folder)
    (folder / loop.WEIGHTS).unlink()
    [data_file] = folder.glob("checkpoints/ckpt-6.data*")
    data_file.write_bytes(data_file.read_bytes()[:1000])
    with pytest.raises(ValueError, match="ckpt-6' is damaged: delete 'ckpt-6"):
        train(frames, folder)
    # It goes on from the one before.
    for path in folder.glob("checkpoints/ckpt-6.*"):
        path.unlink()
    assert_same_weights(finished[1], train(frames, folder))


def test_several_gpus_share_one_strategy(monkeypatch):
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: [kind] * 2)
    monkeypatch.setattr(tf.distribute, "MirroredStrategy", object)
    training.distribution_strategy.cache_clear()
    try:
        first, second = (training.distribution_strategy() for _ in range(2))
        assert first is second and type(first) is object
    finally:
        training.distribution_strategy.cache_clear()


def test_no_steps_keep_the_weights(frames, tmp_path):
    trained = train(frames, tmp_path, dataclasses.replace(CONFIG, steps=0))
    assert_same_weights(trained, models.build("tiny", seed=1))
    restored = models.build("tiny", seed=2)
    models.load_weights(restored, tmp_path / loop.WEIGHTS)
    assert_same_weights(trained, restored)


def test_a_run_from_other_weights_is_another_run(frames, finished):
    with pytest.raises(FileExistsError, match="something else: `initial_weights` is"):
        training.train_segmenter(
            models.build("tiny", seed=2),
            *(frames, training.SCHEMES["standard"], CONFIG, finished[0], 0),
        )


def test_frozen_batch_norm_keeps_its_statistics(frames, finished, tmp_path):
    def statistics(part):
        return {v.path: v.numpy() for v in part.variables if "moving" in v.path}

    trained = {"none": finished[1]}
    for frozen in ("encoder", "all"):
        config = dataclasses.replace(CONFIG, steps=1, frozen_batch_norm=frozen)
        trained[frozen] = train(frames, tmp_path / frozen, config)
    before = statistics(models.build("tiny", seed=1))
    in_encoder = {path for path in before if "/encoder/" in path}
    expected = {"none": set(before), "encoder": set(before) - in_encoder, "all": set()}
    for frozen, segmenter in trained.items():
        after = statistics(segmenter)
        moved = {path for path in before if (before[path] != after[path]).any()}
        assert moved == expected[frozen]


def test_diverging_loss_stops_and_keeps_the_good_checkpoint(frames, tmp_path):
    # No clipping and a huge rate: the weights overflow within a few steps.
    config = dataclasses.replace(
        CONFIG, steps=40, learning_rate=1e30, clip_norm=1e30, checkpoint_steps=1
    )
    with pytest.raises(ValueError, match="Loss and weights must be finite; step"):
        train(frames, tmp_path, config)
    assert not (tmp_path / loop.WEIGHTS).exists()
    latest = Checkpoints(tf.train.Checkpoint(), tmp_path / "checkpoints").newest
    for name, _ in tf.train.list_variables(str(latest)):
        if name.startswith("model"):
            assert np.isfinite(tf.train.load_variable(str(latest), name)).all()


def test_weight_decay_alone_shrinks_kernels(frames_of, tmp_path, monkeypatch):
    # It refuses frames of void alone, which here keep the loss out of the way.
    monkeypatch.setattr(loop.requirements, "check", lambda *_: None)
    nothing = frames_of(
        np.zeros((2, 32, 64, 3)), np.full((2, 32, 64), 255), data.frames.SEGMENTATION
    )
    config = dataclasses.replace(CONFIG, steps=1, learning_rate=0.1, weight_decay=0.5)
    before = models.build("tiny", seed=1)
    after = train(nothing, tmp_path, config)
    pairs = zip(before.trainable_variables, after.trainable_variables, strict=True)
    for old, new in pairs:
        # Plain L2: w - rate * decay * w; no label gives no other gradient.
        factor = 1 - 0.1 * 0.5 if old.name == "weights" else 1.0
        clipped = config.clip_norm / _decay_norm(before, 0.5)
        factor = 1 - (1 - factor) * min(1.0, clipped)
        np.testing.assert_allclose(new.numpy(), old.numpy() * factor, rtol=1e-4)


def _decay_norm(segmenter, decay):
    kernels = [v for v in segmenter.trainable_variables if v.name == "weights"]
    return decay * np.sqrt(sum(np.sum(np.square(v.numpy())) for v in kernels))


def test_bad_settings():
    with pytest.raises(ValueError, match="`frozen_batch_norm` must be"):
        dataclasses.replace(CONFIG, frozen_batch_norm="some")
    with pytest.raises(ValueError, match="`class_balance` must lie .* got 2"):
        dataclasses.replace(CONFIG, class_balance=2)
    with pytest.raises(ValueError, match="`steps` must not be negative; got -1"):
        dataclasses.replace(CONFIG, steps=-1)
    with pytest.raises(ValueError, match="`batch_size` must be positive; got 0"):
        dataclasses.replace(CONFIG, batch_size=0)


MIRRORED = """
import sys
import numpy as np, tensorflow as tf
from fs_tf import data, models, training
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0],
    [tf.config.LogicalDeviceConfiguration()] * 2)
images = np.random.default_rng(0).integers(0, 256, (4, 32, 64, 3)).astype(np.uint8)
dataset = data.FrameDataset("arrays", "train", 4, "0", "segmentation_label",
    tf.data.Dataset.from_tensor_slices({"image_id": ["a", "b", "c", "d"],
        "image_left": images, "segmentation_label": images[..., :1] // 64}))
config = training.TrainingConfig("test", steps=2, batch_size=2, crop_size=(32, 64),
    scales=(1.0, 1.0, 0.25), learning_rate=0.01, frozen_batch_norm="all")
for count in 1, 2:
    devices = ["CPU:0", "CPU:1"][:count]
    with tf.distribute.MirroredStrategy(devices).scope():
        segmenter = models.build("tiny", seed=1)
        folder = f"{sys.argv[1]}/{count}"
        training.train_segmenter(
            segmenter, dataset, training.SCHEMES["standard"], config, folder)
    np.savez(folder + "/weights.npz", *[v.numpy() for v in segmenter.variables])
"""


def test_two_devices_train_as_one(tmp_path, repository):
    subprocess.run(
        [sys.executable, "-c", MIRRORED, str(tmp_path)],
        check=True,
        cwd=repository,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
    )
    results = [np.concatenate([v.numpy().ravel() for v in _fresh()])]
    for count in ("1", "2"):
        arrays = np.load(tmp_path / count / "weights.npz")
        results.append(np.concatenate([arrays[f].ravel() for f in arrays.files]))
    initial, one, two = results
    # Half the batch each: the same update, but for dropout's and rounding's noise.
    update = np.linalg.norm(one - initial)
    assert np.linalg.norm(two - one) < 0.2 * update


def _fresh():
    return models.build("tiny", seed=1).variables
