"""Every entry of METHODS keeps the contract, through export and reload."""

import numpy as np
import pytest
import tensorflow as tf

from fs_tf import methods, models
from fs_tf.submission import Submission, export

SIZES = ((40, 72), (33, 51))


@pytest.fixture(scope="module")
def segmenter():
    segmenter = models.build("tiny", seed=1)
    # As decided as a trained one: fresh weights give 19 nearly equal probabilities.
    for variable in segmenter.classifier.trainable_variables:
        variable.assign(variable * 300.0)
    return segmenter


def images(size, count=2):
    return np.random.default_rng(0).integers(0, 256, (count, *size, 3), np.uint8)


@pytest.mark.parametrize("method", methods.METHODS.values(), ids=lambda m: m.name)
def test_method_survives_export(method, segmenter, tmp_path):
    scorer = method.build(models.fold_batch_norm(segmenter))
    export(scorer, method, tmp_path / method.name)
    submission = Submission.load(tmp_path / method.name)
    assert submission.row == method.row
    assert submission.has_segmentation == scorer.has_segmentation
    unfolded = method.build(segmenter)
    for size in SIZES:
        batch = images(size)
        inputs = unfolded.preprocess(tf.constant(batch))
        eager = unfolded.score(inputs).numpy()
        for index, image in enumerate(batch):
            score = submission.anomaly_score(image)
            assert score.shape == size and score.dtype == np.float32
            difference = np.abs(score - eager[index]).max()
            assert difference <= 1e-4 * np.ptp(eager[index])
        if scorer.has_segmentation:
            segmentation = unfolded.segment(inputs)[0].numpy()
            found = submission.segmentation(batch[0])
            assert found.dtype == np.int32
            # Rounding may decide a tie, nothing more.
            assert np.mean(found != segmentation) < 0.01


@pytest.mark.parametrize("method", methods.METHODS.values(), ids=lambda m: m.name)
def test_rows_state_the_columns_of_table_1(method):
    assert set(method.row) == {"title", "score", "needs_retraining", "needs_ood_data"}
    assert len(method.description) > 40


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


def test_export_refuses_to_overwrite(tmp_path):
    method = methods.METHODS["random"]
    export(method.build(None), method, tmp_path / "random")
    with pytest.raises(FileExistsError, match="choose another directory"):
        export(method.build(None), method, tmp_path / "random")
    assert not list(tmp_path.glob("*.partial"))
