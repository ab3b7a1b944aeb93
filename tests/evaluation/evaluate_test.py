"""The evaluator's numbers, files and refusals."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
import sklearn.metrics
import tensorflow as tf

from fs_tf import data, errors, results
from fs_tf.evaluation import compare, evaluate, result_path, summary_path

IMAGE = tf.TensorSpec([None, None, None, 3], tf.uint8, "image")


def submission(directory, scale=1.0, with_classes=True):
    """Scores by the red channel, classifies by the green one."""
    module = tf.Module()
    module.score = tf.function(
        lambda image: {"anomaly_score": scale * tf.cast(image[..., 0], tf.float32)},
        input_signature=[IMAGE],
    )
    signatures = {"serving_default": module.score}
    if with_classes:
        module.segment = tf.function(
            lambda image: {"segmentation": tf.cast(image[..., 1], tf.int32)},
            input_signature=[IMAGE],
        )
        signatures["segmentation"] = module.segment
    tf.saved_model.save(module, str(directory), signatures)
    return directory


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 19, (5, 12, 20, 3), np.uint8)


@pytest.fixture
def anomalies(frames_of, images):
    masks = np.random.default_rng(1).choice([0, 1, 255], (5, 12, 20), p=[0.7, 0.2, 0.1])
    return frames_of(images, masks, data.frames.MASK)


def test_anomaly_metrics_equal_scikit_learn(anomalies, images, tmp_path):
    result = evaluate(submission(tmp_path / "red"), anomalies, tmp_path / "results")
    masks = np.stack([mask for _, _, mask in anomalies.frames()])
    valid = masks != 255
    truth, score = masks[valid] == 1, images[..., 0][valid]
    expected = sklearn.metrics.average_precision_score(truth, score)
    assert result.metrics["AP"] == pytest.approx(expected, abs=1e-12)
    expected = sklearn.metrics.roc_auc_score(truth, score)
    assert result.metrics["AUROC"] == pytest.approx(expected, abs=1e-12)
    assert result.counts["images"] == 5
    assert result.counts["positives"] == truth.sum()
    assert result.counts["negatives"] == (~truth).sum()
    low, high = result.intervals["AP"]
    assert low <= result.metrics["AP"] <= high
    assert result.seconds_per_image > 0
    assert max(result.curves["recall"]) == 1.0


def test_segmentation_is_measured_on_class_labels(frames_of, images, tmp_path):
    labels = images[..., 1].copy()
    labels[:, :3] = 255
    frames = frames_of(images, labels, data.frames.SEGMENTATION)
    folder = submission(tmp_path / "green")
    assert evaluate(folder, frames, tmp_path / "a").metrics["mIoU"] == 1.0
    labels[:, 6:9] = (labels[:, 6:9] + 1) % 19
    frames = frames_of(images, labels, data.frames.SEGMENTATION)
    assert 0.3 < evaluate(folder, frames, tmp_path / "b").metrics["mIoU"] < 0.7


def test_result_is_written_once_and_read_again(anomalies, tmp_path):
    folder = submission(tmp_path / "red")
    first = evaluate(folder, anomalies, tmp_path / "results")
    path = result_path(tmp_path / "results", folder, anomalies)
    assert path.name == "arrays_1.0.0.validation.result.json"
    assert results.Result.load(path) == first
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "seconds_per_image": 123.0}))
    assert evaluate(folder, anomalies, tmp_path / "results").seconds_per_image == 123.0


def test_another_submission_or_dataset_of_that_name_is_refused(
    anomalies, frames_of, images, tmp_path
):
    evaluate(submission(tmp_path / "red"), anomalies, tmp_path / "results")
    other = submission(tmp_path / "other" / "red", scale=2.0)
    with pytest.raises(
        FileExistsError,
        match="result.json' was made from something else: `submission_sha256` is",
    ):
        evaluate(other, anomalies, tmp_path / "results")
    changed = frames_of(images, images[..., 0] % 2, data.frames.MASK, digest="1")
    with pytest.raises(
        FileExistsError, match="`dataset_sha256` is '0', not '1'. Delete it"
    ):
        evaluate(tmp_path / "red", changed, tmp_path / "results")


def test_a_failing_submission_leaves_no_result(frames_of, images, tmp_path):
    images[3, 2, 1, 0] = 200
    module = tf.Module()
    module.score = tf.function(
        lambda image: {
            "anomaly_score": tf.where(
                image[..., 0] == 200, np.inf, tf.cast(image[..., 0], tf.float32)
            )
        },
        input_signature=[IMAGE],
    )
    tf.saved_model.save(
        module, str(tmp_path / "bad"), {"serving_default": module.score}
    )
    frames = frames_of(images, images[..., 0] % 2, data.frames.MASK)
    match = "got inf at row 2, column 1 of submission 'bad', image 'frame_003'"
    with pytest.raises(ValueError, match=match):
        evaluate(tmp_path / "bad", frames, tmp_path / "results")
    assert not list((tmp_path / "results").rglob("*.json"))


def test_no_anomaly_at_all_is_undefined_not_zero(frames_of, images, tmp_path):
    frames = frames_of(images, np.zeros((5, 12, 20)), data.frames.MASK)
    result = evaluate(submission(tmp_path / "red"), frames, tmp_path / "results")
    assert np.isnan([result.metrics["AP"], result.metrics["FPR95"]]).all()
    path = result_path(tmp_path / "results", tmp_path / "red", frames)
    assert np.isnan(results.Result.load(path).metrics["AP"])


def test_missing_parts(anomalies, frames_of, images, tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no 'saved_model.pb'"):
        evaluate(tmp_path / "nothing", anomalies, tmp_path / "results")
    folder = submission(tmp_path / "red", with_classes=False)
    frames = frames_of(images, images[..., 1], data.frames.SEGMENTATION)
    with pytest.raises(ValueError, match="has no `segmentation` signature"):
        evaluate(folder, frames, tmp_path / "results")


def test_compare_tells_a_difference_from_chance(anomalies, frames_of, images, tmp_path):
    output = tmp_path / "results"
    one, two = (
        submission(tmp_path / name, scale) for name, scale in (("up", 1), ("down", -1))
    )
    first, second = evaluate(one, anomalies, output), evaluate(two, anomalies, output)
    paths = [result_path(output, folder, anomalies) for folder in (one, two)]
    found = compare(*paths)["AP"]
    difference = first.metrics["AP"] - second.metrics["AP"]
    assert found.value == pytest.approx(difference, abs=1e-12)
    assert found.low <= found.value <= found.high
    same = compare(paths[0], paths[0])["AP"]
    assert (same.value, same.low, same.high) == (0, 0, 0)
    masks = np.roll(images[..., 0] % 2, 1, axis=0)
    other = frames_of(images, masks, data.frames.MASK, name="other/1.0.0")
    evaluate(one, other, output)
    with pytest.raises(ValueError, match="Only results on the same dataset compare"):
        compare(paths[0], result_path(output, one, other))


def test_compare_says_which_file_is_missing(anomalies, tmp_path):
    output = tmp_path / "results"
    folder = submission(tmp_path / "red")
    evaluate(folder, anomalies, output)
    path = result_path(output, folder, anomalies)
    with pytest.raises(FileNotFoundError, match="no file '.*nothing.result.json'"):
        compare(path, tmp_path / "nothing.result.json")
    [summary] = path.parent.glob("*.summary")
    summary.unlink()
    with pytest.raises(FileNotFoundError, match="no file '.*summary': .*evaluate"):
        compare(path, path)


@pytest.mark.parametrize("damage", [None, b"", b"fs_tf metrics\n"])
def test_a_result_without_its_summary_is_measured_again(anomalies, tmp_path, damage):
    output, folder = tmp_path / "results", submission(tmp_path / "red")
    first = evaluate(folder, anomalies, output)
    path = result_path(output, folder, anomalies)
    summary = summary_path(path)
    whole = summary.read_bytes()
    summary.unlink()
    if damage is not None:
        summary.write_bytes(damage)
    again = evaluate(folder, anomalies, output)
    assert again.metrics == first.metrics
    assert summary.read_bytes() == whole
    assert results.Result.load(path) == again


def test_compare_refuses_the_summary_of_another_result(anomalies, tmp_path):
    output = tmp_path / "results"
    one, two = (submission(tmp_path / name, s) for name, s in (("up", 1), ("down", -1)))
    paths = []
    for folder in (one, two):
        evaluate(folder, anomalies, output)
        paths.append(result_path(output, folder, anomalies))
    shutil.copy(summary_path(paths[1]), summary_path(paths[0]))
    match = "up/.*summary' is not the summary of '.*: delete both and evaluate again"
    with pytest.raises(errors.BadValue, match=match):
        compare(*paths)


@pytest.mark.parametrize("digest", ["1", None])
def test_compare_refuses_other_images_of_one_name(anomalies, tmp_path, digest):
    output, folder = tmp_path / "results", submission(tmp_path / "red")
    result = evaluate(folder, anomalies, output)
    path = result_path(output, folder, anomalies)
    provenance = {**result.provenance, "dataset_sha256": digest}
    other = tmp_path / "other.result.json"
    kept = {name: value for name, value in provenance.items() if value}
    dataclasses.replace(result, provenance=kept).save(other)
    shutil.copy(summary_path(path), summary_path(other))
    with pytest.raises(errors.BadValue, match=f"is 0 in '.*', {digest} in '.*other"):
        compare(path, other)


def test_undefined_metrics_belong_to_their_summary(frames_of, images, tmp_path):
    frames = frames_of(images, np.zeros((5, 12, 20)), data.frames.MASK)
    folder = submission(tmp_path / "red")
    first = evaluate(folder, frames, tmp_path / "results")
    again = evaluate(folder, frames, tmp_path / "results")
    assert again.seconds_per_image == first.seconds_per_image
    path = result_path(tmp_path / "results", folder, frames)
    assert np.isnan(compare(path, path)["AP"].value)


def test_an_output_that_cannot_be_written_shows_before_the_first_image(
    anomalies, tmp_path
):
    (tmp_path / "results").write_text("")
    unread = dataclasses.replace(anomalies, examples=None)
    with pytest.raises(OSError, match="results"):
        evaluate(submission(tmp_path / "red"), unread, tmp_path / "results")


def test_components_are_measured_on_request(frames_of, tmp_path):
    images = np.zeros((2, 60, 60, 3), np.uint8)
    images[:, 10:40, 10:40] = 200
    masks = (images[..., 0] > 0).astype(np.uint8)
    frames = frames_of(images, masks, data.frames.MASK)
    folder = submission(tmp_path / "red")
    output = tmp_path / "results"
    assert "sIoU" not in evaluate(folder, frames, output).metrics
    found = evaluate(folder, frames, output, components=True).metrics
    assert (found["sIoU"], found["PPV"], found["F1"]) == (1, 1, 1)
    # Once measured they stay, whether asked for or not.
    assert evaluate(folder, frames, output).metrics == found
    summary_path(result_path(output, folder, frames)).unlink()
    assert evaluate(folder, frames, output).metrics == found
