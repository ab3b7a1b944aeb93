"""The contract, held against good and bad SavedModels."""

import errno
import json

import numpy as np
import pytest
import tensorflow as tf

from fs_tf import errors
from fs_tf.submission import Submission, contract

IMAGE = tf.TensorSpec([None, None, None, 3], tf.uint8, "image")


def red(image):
    return tf.cast(image[..., 0], tf.float32)


def save(directory, serve, spec=IMAGE, key="serving_default", **more):
    module = tf.Module()
    module.serve = tf.function(serve, input_signature=[spec])
    signatures = {key: module.serve}
    for name, function in more.items():
        function = tf.function(function, input_signature=[spec])
        setattr(module, name, function)
        signatures[name] = function
    tf.saved_model.save(module, str(directory), signatures)
    return directory


def image(height=5, width=7):
    return np.arange(height * width * 3, dtype=np.uint8).reshape(height, width, 3)


def test_score_and_segmentation_of_a_stranger(tmp_path):
    save(
        tmp_path / "stranger",
        lambda image: {"anomaly_score": red(image)},
        segmentation=lambda image: {
            "segmentation": tf.cast(image[..., 1] % 19, tf.int32)
        },
    )
    submission = Submission.load(tmp_path / "stranger")
    assert submission.name == "stranger" and submission.row == {}
    for size in ((5, 7), (8, 3)):
        pixels = image(*size)
        np.testing.assert_array_equal(
            submission.anomaly_score(pixels), pixels[..., 0].astype(np.float32)
        )
        np.testing.assert_array_equal(
            submission.segmentation(pixels), pixels[..., 1] % 19
        )


@pytest.mark.parametrize("name", ["lr=[0.1]", "a [b] ü c", "x*?", "x\\y"])
def test_folders_with_names_like_patterns(name, tmp_path):
    """Variables are read when it is loaded, and this file when it is called."""
    (tmp_path / "offset.txt").write_text("2", encoding="utf-8")
    module = tf.Module()
    module.factor = tf.Variable(3.0)
    module.offset = tf.saved_model.Asset(str(tmp_path / "offset.txt"))

    @tf.function(input_signature=[IMAGE])
    def serve(image):
        offset = tf.strings.to_number(tf.io.read_file(module.offset.asset_path))
        return {"anomaly_score": module.factor * red(image) + offset}

    module.serve = serve
    tf.saved_model.save(module, str(tmp_path / name / "mine"), serve)
    (tmp_path / "offset.txt").unlink()
    submission = Submission.load(tmp_path / name / "mine")
    assert submission.name == "mine"
    expected = 3 * image()[..., 0].astype(np.float32) + 2
    np.testing.assert_array_equal(submission.anomaly_score(image()), expected)


def test_row_is_read_and_unknown_keys_are_left(tmp_path):
    save(tmp_path / "model", lambda image: {"anomaly_score": red(image)})
    row = {"title": "Große ↓", "needs_ood_data": True}
    path = tmp_path / "model" / contract.METADATA_FILE
    text = json.dumps({**row, "homepage": "https://example.org"}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    assert Submission.load(tmp_path / "model").row == row


@pytest.mark.parametrize(
    "text, match",
    [
        ("{", "not valid JSON"),
        ("[]", "one JSON object"),
        ('{"title": 3}', "`title` in .* must be str; got 3"),
        ('{"needs_ood_data": "no"}', "`needs_ood_data` in .* must be bool"),
    ],
)
def test_bad_metadata(tmp_path, text, match):
    save(tmp_path / "model", lambda image: {"anomaly_score": red(image)})
    (tmp_path / "model" / contract.METADATA_FILE).write_text(text)
    with pytest.raises(ValueError, match=match):
        Submission.load(tmp_path / "model")


BAD_SIGNATURES = {
    "no signature": (
        dict(serve=lambda image: {"anomaly_score": red(image)}, key="other"),
        "signature `serving_default` must map .* the model has",
    ),
    "other input name": (
        dict(
            serve=lambda image: {"anomaly_score": red(image)},
            spec=tf.TensorSpec([None, None, None, 3], tf.uint8, "x"),
        ),
        "it takes",
    ),
    "float input": (
        dict(
            serve=lambda image: {"anomaly_score": image[..., 0]},
            spec=tf.TensorSpec([None, None, None, 3], tf.float32, "image"),
        ),
        "it takes",
    ),
    "fixed size": (
        dict(
            serve=lambda image: {"anomaly_score": red(image)},
            spec=tf.TensorSpec([None, 64, 64, 3], tf.uint8, "image"),
        ),
        "it takes",
    ),
    "other output name": (
        dict(serve=lambda image: {"score": red(image)}),
        "it returns",
    ),
    "double output": (
        dict(serve=lambda image: {"anomaly_score": tf.cast(red(image), tf.float64)}),
        "it returns",
    ),
    "float segmentation": (
        dict(
            serve=lambda image: {"anomaly_score": red(image)},
            segmentation=lambda image: {"segmentation": red(image)},
        ),
        "signature `segmentation` must map .* it returns",
    ),
}


@pytest.mark.parametrize("name", BAD_SIGNATURES)
def test_bad_signatures(tmp_path, name):
    arguments, match = BAD_SIGNATURES[name]
    save(tmp_path / "model", **arguments)
    with pytest.raises(ValueError, match=match):
        Submission.load(tmp_path / "model")


BAD_OUTPUTS = {
    "NaN": (
        lambda image: tf.where(image[..., 0] == 9, np.nan, red(image)),
        "must be finite; got nan at row 0, column 3 of submission 'model', "
        "image 'frankfurt'",
    ),
    "half size": (lambda image: red(image)[:, ::2], r"must be float32 \[1, 5, 7\]"),
    "channel": (lambda image: red(image)[..., None], r"got float32 \[1, 5, 7, 1\]"),
    "failing": (
        lambda image: tf.reshape(red(image), [1, 4, 4]),
        "The model failed on submission 'model', image 'frankfurt'",
    ),
}


@pytest.mark.parametrize("name", BAD_OUTPUTS)
def test_bad_outputs(tmp_path, name):
    score, match = BAD_OUTPUTS[name]
    save(tmp_path / "model", lambda image: {"anomaly_score": score(image)})
    with pytest.raises(ValueError, match=match):
        Submission.load(tmp_path / "model").anomaly_score(image(), "frankfurt")


def test_a_failing_model_says_why(tmp_path):
    def picky(image):
        tf.debugging.assert_less(tf.shape(image)[1], 3, message="too tall")
        return {"anomaly_score": red(image)}

    save(tmp_path / "model", picky)
    match = "failed on submission 'model', image 'jena': assertion failed: .too tall"
    with pytest.raises(ValueError, match=match):
        Submission.load(tmp_path / "model").anomaly_score(image(), "jena")


def test_segmentation_outside_the_train_ids(tmp_path):
    save(
        tmp_path / "model",
        lambda image: {"anomaly_score": red(image)},
        segmentation=lambda image: {"segmentation": tf.cast(image[..., 0], tf.int32)},
    )
    with pytest.raises(ValueError, match=r"train ids 0\.\.18; got 102"):
        Submission.load(tmp_path / "model").segmentation(image())


def test_bad_images(tmp_path):
    save(tmp_path / "model", lambda image: {"anomaly_score": red(image)})
    submission = Submission.load(tmp_path / "model")
    for bad in (np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((4, 4))):
        with pytest.raises(ValueError, match=r"`image` must be uint8 \[H, W, 3\]"):
            submission.anomaly_score(bad)
    with pytest.raises(ValueError, match="has no `segmentation` signature"):
        submission.segmentation(image())


def test_missing_and_damaged_models(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no 'saved_model.pb'"):
        Submission.load(tmp_path)
    save(tmp_path / "model", lambda image: {"anomaly_score": red(image)})
    (tmp_path / "model" / "saved_model.pb").write_bytes(b"not a model")
    with pytest.raises(ValueError, match="damaged SavedModel, delete it and export"):
        Submission.load(tmp_path / "model")


@pytest.mark.parametrize("error, expected, match", [
    (MemoryError("all taken"), MemoryError, "^all taken$"),
    (PermissionError(errno.EACCES, "no", "name"), PermissionError, "name"),
    (tf.errors.PermissionDeniedError(None, None, "a; no"), errors.CannotAccess,
     "model' cannot be read .*a; no.*mend the permissions"),
])  # fmt: skip
def test_what_the_system_refuses_is_not_called_damaged(
    tmp_path, monkeypatch, error, expected, match
):
    def fail(_):
        raise error

    save(tmp_path / "model", lambda image: {"anomaly_score": red(image)})
    monkeypatch.setattr(tf.saved_model, "load", fail)
    with pytest.raises(expected, match=match):
        Submission.load(tmp_path / "model")
