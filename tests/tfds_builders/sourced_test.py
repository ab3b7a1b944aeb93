"""What a dataset is made from: arguments, sources, seeds, and one build at a time."""

import json
import os
import pathlib
import subprocess
import sys

import cv2
import numpy as np
import pytest
import tensorflow_datasets as tfds

import tfds_builders
from fs_tf import data
from tfds_builders import checked_builder
from tfds_builders.fishyscapes import secret

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
LONG = "a long text that nobody guesses"


def load(name, tmp_path, **builder_kwargs):
    assert tfds_builders
    return tfds.load(
        name, data_dir=str(tmp_path / "data"), builder_kwargs=builder_kwargs
    )


@pytest.fixture
def static(cityscapes, voc):
    return {"cityscapes": cityscapes, "voc": voc, "num_validation": 2, "num_test": 3}


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("cityscapes_frames", "voc"),
        ("fishyscapes/Static", "num_test"),
        ("fishyscapes/LostAndFound", "cityscapes"),
        ("fishyscapes/StaticGenerated", "verify_hashes"),
        ("fishyscapes/WebJune2019", "voc"),
        ("fishyscapes/LostAndFoundAnnotated", "seed"),
        ("fishyscapes/LostAndFoundAnnotated", "maks"),
    ],
)
def test_a_dataset_takes_its_own_arguments_alone(name, argument, tmp_path):
    match = f"'{name}/[0-9.]+' takes no argument '{argument}'. It takes: .*[a-z]"
    with pytest.raises(ValueError, match=match) as caught:
        load(name, tmp_path, **{argument: 7})
    assert "\n" not in str(caught.value) and "Failed" not in str(caught.value)


def test_errors_show_no_secret(tmp_path):
    with pytest.raises(ValueError, match="^Unknown config 'Odd'") as caught:
        data.load("fishyscapes/Odd", "test", tmp_path, {"secret_seed": LONG})
    assert LONG not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ("", "secret_seed is empty, so that everybody could rebuild the hidden"),
        (" \n", "secret_seed is empty"),
        (
            "0123456789abcde",
            "has only 15 characters, 15 different ones, and can be guessed; at le",
        ),
        (12345, "has only 5 characters"),
        ("0" * 40, "has only 40 characters, 1 different ones, and can be guessed"),
        ("what a secret\udcff\udcfe!", "is no Unicode text, perhaps raw random bytes"),
        (True, "secret_seed must be text or a whole number; got bool"),
        (b"0123456789abcdef", "must be text or a whole number; got bytes"),
        (f"another {LONG}\n", "begins or ends with blanks, perhaps the line end of a"),
        (LONG, "secret_seed equals the public `seed`, so that it hides nothing"),
        (f"{LONG}\n", "secret_seed equals the public `seed`"),
    ],
)
def test_secrets_that_hide_nothing(given, match):
    with pytest.raises(ValueError, match=match) as caught:
        secret.secret_seed(given, LONG)
    assert "\n" not in str(caught.value)


def test_the_environment_holds_a_secret_too(monkeypatch, static, tmp_path):
    assert secret.secret_seed(None, 0) is None
    monkeypatch.setenv(secret.VARIABLE, "")
    with pytest.raises(ValueError, match=f"{secret.VARIABLE} in the environment is em"):
        load("fishyscapes/StaticGenerated", tmp_path, **static)
    assert not list(tmp_path.rglob("dataset_info.json"))
    monkeypatch.setenv(secret.VARIABLE, LONG)
    assert secret.secret_seed(None, 0) == LONG
    assert secret.secret_seed(False, 0) is None


def test_another_folder_of_the_same_content_is_the_same_source(
    static, cityscapes, tmp_path
):
    load("fishyscapes/StaticGenerated", tmp_path, **static)
    moved = cityscapes.rename(tmp_path / "moved")
    again = {**static, "cityscapes": moved}
    assert load("fishyscapes/StaticGenerated", tmp_path, **again)
    frame = next((moved / "gtFine" / "val").rglob("*.png"))
    labels = cv2.imread(str(frame), -1)
    labels[40, 40] = 8
    cv2.imwrite(str(frame), labels)
    match = (
        "`sources.cityscapes` is .*; its cityscapes came from '.*cityscapes'. Delete"
    )
    with pytest.raises(FileExistsError, match=match):
        load("fishyscapes/StaticGenerated", tmp_path, **again)


def test_training_frames_count_only_where_they_are_read(static, cityscapes, tmp_path):
    load("fishyscapes/StaticGenerated", tmp_path, **static)
    frame = next((cityscapes / "leftImg8bit" / "train").rglob("*.png"))
    cv2.imwrite(str(frame), 255 - cv2.imread(str(frame)))
    assert load("fishyscapes/StaticGenerated", tmp_path, **static)
    frames = {"cityscapes": cityscapes}
    load("cityscapes_frames", tmp_path, **frames)
    cv2.imwrite(str(frame), cv2.imread(str(frame)))
    assert load("cityscapes_frames", tmp_path, **frames)
    cv2.imwrite(str(frame), 255 - cv2.imread(str(frame)))
    with pytest.raises(FileExistsError, match="`sources.cityscapes` is"):
        load("cityscapes_frames", tmp_path, **frames)


def test_what_an_older_version_made_is_no_match(static, tmp_path):
    load("fishyscapes/StaticGenerated", tmp_path, **static)
    (path,) = tmp_path.rglob(checked_builder.MADE_FROM_FILE)
    path.unlink()
    with pytest.raises(FileExistsError, match="made by an older version of fs_tf"):
        load("fishyscapes/StaticGenerated", tmp_path, **static)
    assert load("fishyscapes/StaticGenerated", tmp_path)  # as it is, if asked for that


def masks_of(lost_and_found, folder, values):
    """One mask for each value, of frames with hazards."""
    folder.mkdir()
    frames = sorted((lost_and_found / "leftImg8bit" / "test").rglob("*.png"))
    for frame, value in zip(frames, values, strict=False):
        mask = np.zeros((64, 128), np.uint8)
        mask[10:30, 10:30] = value
        stem = frame.name.removesuffix("_leftImg8bit.png")
        cv2.imwrite(str(folder / f"{stem}_labels.png"), mask)
    return {"lost_and_found": lost_and_found, "masks": folder}


def test_masks_without_any_anomaly_are_refused(lost_and_found, tmp_path):
    name = "fishyscapes/LostAndFoundAnnotated"
    sources = masks_of(lost_and_found, tmp_path / "masks", [255, 255])
    match = (
        "No mask of '.*', split 'test', has an anomalous pixel, whose value is 1; 255"
    )
    with pytest.raises(ValueError, match=match):
        load(name, tmp_path, **sources)
    assert not list(tmp_path.rglob("dataset_info.json"))


def test_a_mask_that_may_mean_something_else_is_told(lost_and_found, tmp_path, caplog):
    name = "fishyscapes/LostAndFoundAnnotated"
    sources = masks_of(lost_and_found, tmp_path / "masks", [1, 255, 0])
    with caplog.at_level("WARNING", "absl"):
        load(name, tmp_path, **sources)
    assert "1 masks (0001) have no anomaly (1) but void (255)." in caplog.text


def test_labels_that_are_all_void_are_refused(cityscapes, tmp_path, caplog):
    paths = sorted((cityscapes / "gtFine" / "train").rglob("*.png"))
    cv2.imwrite(str(paths[0]), np.zeros((64, 128), np.uint8))
    with caplog.at_level("WARNING", "absl"):
        load("cityscapes_frames", tmp_path / "some", cityscapes=cityscapes)
    assert "(jena_000000_000019) are void alone" in caplog.text
    for path in paths:
        cv2.imwrite(str(path), np.zeros((64, 128), np.uint8))
    match = "Every pixel of 'cityscapes_frames/1.0.0', split 'train', is void"
    with pytest.raises(ValueError, match=match):
        load("cityscapes_frames", tmp_path / "all", cityscapes=cityscapes)


def test_two_builds_in_one_folder_wait_for_each_other(static, tmp_path):
    sources = {name: str(static[name]) for name in ("cityscapes", "voc")}
    arguments = {**sources, "num_validation": 2, "num_test": 40, "processes": 1}
    arguments["max_frame_uses"] = 20
    program = (
        "import sys, json, tensorflow_datasets as tfds, tfds_builders\n"
        "found = tfds.load('fishyscapes/StaticGenerated', data_dir=sys.argv[1],"
        " builder_kwargs=json.loads(sys.argv[2]))\n"
        "print('COUNT', len(found['test']))"
    )
    command = [sys.executable, "-c", program, tmp_path / "data", json.dumps(arguments)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    builds = [
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    for build in builds:
        output, error = build.communicate(timeout=300)
        assert build.returncode == 0, error.decode()
        assert b"COUNT 40" in output
    folder = tmp_path / "data" / "fishyscapes" / "StaticGenerated"
    assert [path.name for path in folder.iterdir() if path.is_dir()] == ["2.0.0"]
    assert not list((tmp_path / "data").rglob("*.unfinished"))


@pytest.mark.parametrize("value", [[], "nothing", None])
def test_a_damaged_note_of_the_sources_is_no_match(value, static, tmp_path):
    load("fishyscapes/StaticGenerated", tmp_path, **static)
    (path,) = tmp_path.rglob(checked_builder.MADE_FROM_FILE)
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "sources": value, "folders": value}))
    with pytest.raises(FileExistsError, match="`sources.cityscapes` is None, not"):
        load("fishyscapes/StaticGenerated", tmp_path, **static)
