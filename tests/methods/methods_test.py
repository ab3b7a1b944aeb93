"""Every entry of METHODS keeps the contract, through fit, export and reload."""

import functools
import json

import numpy as np
import pytest
import tensorflow as tf

from fs_tf import data, errors, methods, models, training
from fs_tf.submission import Submission, contract, export

SIZES = ((40, 72), (33, 51))


@pytest.fixture(scope="module")
def segmenter(tiny):
    """Makes one decided as if trained: fresh probabilities are nearly equal."""

    @functools.cache
    def make(outputs, is_folded=False):
        if is_folded:
            return models.fold_batch_norm(make(outputs))
        made = tiny(outputs)
        for variable in made.classifier.trainable_variables:
            variable.assign(variable * 300.0)
        return made

    return make


def images(size, count=2):
    return np.random.default_rng(0).integers(0, 256, (count, *size, 3), np.uint8)


@pytest.fixture
def train(frames_of):
    # As large as the patches of the deepest embeddings, which thus differ in class.
    blocks = np.random.default_rng(1).integers(0, 19, (4, 4, 8))
    labels = blocks.repeat(16, axis=1).repeat(16, axis=2)
    return frames_of(images((64, 128), 4), labels, data.frames.SEGMENTATION)


@pytest.fixture
def validation(frames_of):
    masks = np.zeros((4, 64, 128))
    masks[:, 20:40, 30:60] = 1
    masks[:, :5] = 255
    return frames_of(images((64, 128), 4)[::-1], masks, data.frames.MASK)


@pytest.fixture(scope="module")
def densities(tmp_path_factory):
    """Shared by all methods, as in the benchmark: samples and flows are made once."""
    return tmp_path_factory.mktemp("densities")


def assert_close(found, wanted):
    assert found.shape == wanted.shape and found.dtype == np.float32
    assert np.isfinite(found).all()
    assert np.abs(found - wanted).max() <= 1e-4 * np.ptp(wanted)


@pytest.mark.parametrize("method", methods.METHODS.values(), ids=lambda m: m.name)
def test_method_survives_export(
    method, segmenter, train, validation, densities, tmp_path
):
    outputs = training.SCHEMES[method.scheme].num_outputs
    scorer = method.build(segmenter(outputs, is_folded=True))
    scorer.fit(train, validation, densities, 0)
    export(scorer, method, tmp_path / method.name)
    submission = Submission.load(tmp_path / method.name)
    assert submission.row == method.row
    metadata = tmp_path / method.name / contract.METADATA_FILE
    details = json.loads(metadata.read_text())["details"]
    assert details == scorer.details
    assert submission.has_segmentation == (method.name != "random")
    is_fitted = type(scorer).fit is not methods.AnomalyScorer.fit
    # Folding changes nothing; what is fitted belongs to the folded segmenter.
    eager = scorer if is_fitted else method.build(segmenter(outputs))
    score = submission._signatures[contract.SCORE_SIGNATURE]
    for size in SIZES:
        batch = images(size)
        inputs = eager.preprocess(tf.constant(batch))
        wanted = eager.score(inputs).numpy()
        assert np.ptp(wanted) > 0
        assert_close(score(image=tf.constant(batch))[contract.SCORE].numpy(), wanted)
        assert_close(submission.anomaly_score(batch[1]), wanted[1])
        if submission.has_segmentation:
            found = submission.segmentation(batch[0])
            assert found.dtype == np.int32
            # Rounding may decide a tie, nothing more.
            assert np.mean(found != eager.segment(inputs)[0].numpy()) < 0.01


@pytest.mark.parametrize("method", methods.METHODS.values(), ids=lambda m: m.name)
def test_rows_state_the_columns_of_table_1(method):
    assert set(method.row) == {"title", "score", "needs_retraining", "needs_ood_data"}
    assert len(method.description) > 40
    scheme = training.SCHEMES[method.scheme]
    assert method.needs_retraining == (scheme.name != "standard")
    # Who trains on void has seen out-of-distribution data.
    assert method.needs_ood_data or not scheme.needs_void


def test_rows_of_the_table_differ():
    rows = [(method.family, method.score) for method in methods.METHODS.values()]
    assert len(set(rows)) == len(rows)


FITTED = [name for name in methods.METHODS if name.startswith(("knn", "flow"))]


@pytest.mark.parametrize("name", FITTED)
def test_what_is_fitted_does_not_score_before(name, segmenter):
    scorer = methods.METHODS[name].build(segmenter(19))
    with pytest.raises(ValueError, match="must be fitted before it scores") as caught:
        scorer.score(scorer.preprocess(tf.constant(images((33, 33), 1))))
    assert not isinstance(caught.value, errors.UserError)  # no user can cause it


def test_random_follows_the_content_alone():
    scorer = methods.METHODS["random"].build(None)
    batch = images((16, 24), count=3)
    together = scorer.score(scorer.preprocess(batch)).numpy()
    for index in range(3):
        alone = scorer.score(scorer.preprocess(batch[index : index + 1])).numpy()[0]
        np.testing.assert_array_equal(alone, together[index])
    assert (together[0] != together[1]).mean() > 0.99
    assert 0.4 < together.mean() < 0.6 and together.min() >= 0 and together.max() < 1
    changed = batch[:1].copy()
    changed[0, 0, 0, 0] ^= 1
    assert (scorer.score(scorer.preprocess(changed))[0] != together[0]).numpy().any()


def test_the_segmentation_of_a_void_classifier_is_never_void():
    made = models.build("tiny", num_classes=20, seed=1)
    bias = np.zeros(20, np.float32)
    bias[[7, 19]] = 500, 1000  # void first, class 7 second, everywhere
    made.classifier.bias.assign(bias)
    scorer = methods.METHODS["void_classifier"].build(made)
    inputs = scorer.preprocess(tf.constant(images((33, 33), 1)))
    assert (scorer.segment(inputs).numpy() == 7).all()
    assert (scorer.score(inputs).numpy() > 100).all()


def test_export_refuses_to_overwrite(tmp_path):
    method = methods.METHODS["random"]
    export(method.build(None), method, tmp_path / "random")
    with pytest.raises(FileExistsError, match="choose another directory"):
        export(method.build(None), method, tmp_path / "random")
    assert [path.name for path in tmp_path.iterdir()] == ["random"]


@pytest.mark.parametrize("error, expected, match", [
    (tf.errors.InvalidArgumentError(None, None, "a bad graph"),
     tf.errors.InvalidArgumentError, "a bad graph"),
    (tf.errors.ResourceExhaustedError(None, None, "no space"),
     errors.CannotAccess, "random' .no space.: make room"),
])  # fmt: skip
def test_only_what_cannot_be_written_asks_for_room(
    tmp_path, monkeypatch, error, expected, match
):
    def fail(*_):
        raise error

    monkeypatch.setattr(tf.saved_model, "save", fail)
    method = methods.METHODS["random"]
    with pytest.raises(expected, match=match):
        export(method.build(None), method, tmp_path / "random")
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_fails_leaves_nothing(tmp_path):
    method = methods.METHODS["random"]
    scorer = method.build(None)

    def fail(inputs):
        raise ValueError("no graph")

    scorer.score = fail
    with pytest.raises(ValueError, match="no graph"):
        export(scorer, method, tmp_path / "random")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError) as caught:
        export(method.build(None), method, tmp_path / "file" / "random")
    assert caught.value.filename.startswith(str(tmp_path / "file"))
