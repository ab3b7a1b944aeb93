"""Generated datasets: reproducible, hidden where asked, never half done."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import tensorflow_datasets as tfds

import tfds_builders
from tfds_builders.fishyscapes import secret
from tfds_builders.fishyscapes.configs import CONFIGS
from tfds_builders.fishyscapes.generated import GeneratedConfig

NAMES = [config.name for config in CONFIGS if isinstance(config, GeneratedConfig)]
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def sources(cityscapes, voc):
    return {"cityscapes": cityscapes, "voc": voc}


@pytest.fixture
def web_sources(cityscapes, cutouts):
    return {"cityscapes": cityscapes, "cutouts": cutouts}


def load(data_dir, name="StaticGenerated", **builder_kwargs):
    assert tfds_builders
    counts = {"num_validation": 3, "num_test": 5}
    return tfds.load(
        f"fishyscapes/{name}",
        data_dir=str(data_dir),
        builder_kwargs={**counts, **builder_kwargs},
    )


def records(data_dir):
    """The bytes of the record files by name."""
    return {
        path.name: path.read_bytes()
        for path in sorted(pathlib.Path(data_dir).rglob("*.tfrecord*"))
    }


@pytest.mark.parametrize("name", NAMES)
def test_examples_and_provenance(name, sources, web_sources, tmp_path):
    chosen = sources if name == "StaticGenerated" else web_sources
    splits = load(tmp_path, name, **chosen)
    for split, count in (("validation", 3), ("test", 5)):
        examples = list(tfds.as_numpy(splits[split]))
        assert [int(e["image_id"]) for e in examples] == list(range(count))
        lines = next(tmp_path.rglob(f"provenance-{split}.jsonl")).read_text()
        notes = [json.loads(line) for line in lines.splitlines()]
        for example, note in zip(examples, notes, strict=True):
            assert example["image_left"].shape == (64, 128, 3)
            assert set(np.unique(example["mask"])) <= {0, 1, 255}
            assert (example["mask"] == 1).any()
            assert not (example["mask"][-8:] == 1).any()  # the ego vehicle
            assert note["image_id"].encode() == example["image_id"]
            assert note["basedata_id"].encode() == example["basedata_id"]
            pasted = [step for step in note["steps"] if "source" in step]
            assert pasted and {"category", "top", "left", "stages"} <= set(pasted[0])


def test_splits_share_neither_frames_nor_objects(sources, tmp_path):
    load(tmp_path, **sources)
    frames, objects, classes = {}, {}, {}
    for split in ("validation", "test"):
        lines = next(tmp_path.rglob(f"provenance-{split}.jsonl")).read_text()
        notes = [json.loads(line) for line in lines.splitlines()]
        steps = [s for n in notes for s in n["steps"] if "source" in s]
        frames[split] = {note["basedata_id"] for note in notes}
        objects[split] = {step["source"] for step in steps}
        classes[split] = {step["category"] for step in steps}
    for found in (frames, objects, classes):
        assert found["test"] and not found["validation"] & found["test"]


def test_same_seed_same_bytes_whatever_the_processes(sources, tmp_path):
    for run, processes in (("a", 1), ("b", 2), ("c", 1)):
        seed = 2 if run == "c" else 1
        load(tmp_path / run, seed=seed, processes=processes, **sources)
    first = records(tmp_path / "a")
    assert len(first) == 2 and first == records(tmp_path / "b")
    other = records(tmp_path / "c")
    assert all(first[name] != other[name] for name in first)


def test_a_secret_hides_the_test_split_only(sources, tmp_path, monkeypatch):
    load(tmp_path / "public", **sources)
    load(tmp_path / "flag", secret_seed="long random text", **sources)
    monkeypatch.setenv(secret.VARIABLE, "long random text")
    load(tmp_path / "environment", **sources)
    public, flag = records(tmp_path / "public"), records(tmp_path / "flag")
    assert flag == records(tmp_path / "environment")
    same = {name.split(".")[0]: public[name] == flag[name] for name in public}
    assert same == {"fishyscapes-validation": True, "fishyscapes-test": False}


def test_the_seed_is_stored_nowhere(sources, tmp_path):
    load(tmp_path, secret_seed="correct horse battery", seed=987654321, **sources)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    dataset = [path for path in files if "fishyscapes" in path.parts]
    assert len(dataset) >= 5
    for path in dataset:
        content = path.read_bytes()
        assert b"correct horse" not in content and b"987654321" not in content


def test_loads_again_without_sources_but_not_as_something_else(sources, tmp_path):
    load(tmp_path, seed=1, **sources)
    again = tfds.load("fishyscapes/StaticGenerated", data_dir=str(tmp_path))
    assert {split: len(found) for split, found in again.items()} == {
        "validation": 3,
        "test": 5,
    }
    assert load(tmp_path, seed=1)  # the same settings, without sources
    for change, match in (
        (
            {"num_test": 6},
            "something else: `num_test` is 5, not 6. Delete it, and",
        ),
        ({"seed": 2}, r"`seed` is [0-9a-f]{8}\.\.\., not [0-9a-f]{8}\.\.\.\. Delete"),
        ({"image_size": (32, 64)}, r"`image_size` is None, not \[32, 64\]"),
    ):
        with pytest.raises(FileExistsError, match=match) as caught:
            load(tmp_path, **{"seed": 1, **change})
        assert "\n" not in str(caught.value)


def test_controls(layouts, cityscapes, sources, tmp_path):
    image, labels = layouts.street(np.random.default_rng(0))
    labels[30:45, 60:90] = 26
    layouts.write_frame(cityscapes, "train", "jena_000009_000019", image, labels)
    splits = load(
        tmp_path, num_test=20, control_probability=1.0, max_frame_uses=9, **sources
    )
    has_anomaly = [
        bool((example["mask"] == 1).any()) for example in tfds.as_numpy(splits["test"])
    ]
    assert any(has_anomaly) and not all(has_anomaly)


def test_image_size(sources, tmp_path):
    splits = load(tmp_path, image_size=(48, 96), num_test=0, **sources)
    assert set(splits) == {"validation"}
    example = next(iter(tfds.as_numpy(splits["validation"])))
    assert example["image_left"].shape == (48, 96, 3)


def test_skipped_files_are_listed_beside_the_dataset(web_sources, cutouts, tmp_path):
    (cutouts / "zebra_1.png").write_bytes(b"nonsense")
    load(tmp_path / "data", "WebJune2019", **web_sources)
    (listed,) = (tmp_path / "data").rglob("skipped.txt")
    assert "zebra_1.png' is not a complete PNG" in listed.read_text()


def assert_fails(error, match, data_dir, name="StaticGenerated", **kwargs):
    with pytest.raises(error, match=match) as caught:
        load(data_dir, name, **kwargs)
    assert "\n" not in str(caught.value) and "Failed to encode" not in str(caught.value)
    assert not list(data_dir.rglob("dataset_info.json"))


def test_too_few_frames(sources, tmp_path):
    match = "num_test=1000 images need 335 frames .* there are 8; lower the counts"
    assert_fails(ValueError, match, tmp_path / "d", num_test=1000, **sources)


def test_wrong_voc_directory(sources, tmp_path):
    kwargs = {**sources, "voc": tmp_path / "nowhere"}
    match = "voc='.*nowhere' is not a folder; pass the folder of the data"
    assert_fails(FileNotFoundError, match, tmp_path / "d", **kwargs)
    kwargs = {**sources, "voc": sources["cityscapes"]}
    match = "holds no Pascal VOC: expected 'SegmentationObject'"
    assert_fails(FileNotFoundError, match, tmp_path / "d", **kwargs)


def test_no_validation_frames(sources, cityscapes, tmp_path):
    (cityscapes / "leftImg8bit" / "val").rename(tmp_path / "away")
    match = "has no frames in 'leftImg8bit/val'"
    assert_fails(FileNotFoundError, match, tmp_path / "d", **sources)


def test_empty_cutout_folder(web_sources, tmp_path):
    (tmp_path / "none").mkdir()
    kwargs = {**web_sources, "cutouts": tmp_path / "none"}
    match = "has no usable cutout of a class that Cityscapes lacks"
    assert_fails(ValueError, match, tmp_path / "d", "WebMarch2019", **kwargs)


def test_cutouts_of_each_release(cityscapes, cutouts, layouts, tmp_path):
    """The folder of the release is taken, from the user's and the manual folder."""
    manual = tmp_path / "manual"
    march = manual / "web_march_2019"
    layouts.write_png(march / "goat_1.png", layouts.disc((9, 9, 9)))
    layouts.write_png(march / "goat_2.png", layouts.disc((99, 9, 9)))
    config = tfds.download.DownloadConfig(manual_dir=manual)

    def prepare(name, data_dir, **sources):
        return tfds.load(
            f"fishyscapes/{name}",
            data_dir=str(data_dir),
            builder_kwargs={"num_validation": 1, "num_test": 1, **sources},
            download_and_prepare_kwargs={"download_config": config},
        )

    frames = {"cityscapes": cityscapes}
    prepare("WebMarch2019", tmp_path / "a", **frames)
    prepare("WebMarch2019", tmp_path / "b", cutouts=manual, **frames)
    assert records(tmp_path / "a") == records(tmp_path / "b")
    notes = next((tmp_path / "a").rglob("provenance-test.jsonl")).read_text()
    assert "web/goat_" in notes
    match = "manual' has no folder 'web_june_2019'; put the RGBA PNGs of that release"
    with pytest.raises(FileNotFoundError, match=match):
        prepare("WebJune2019", tmp_path / "c", **frames)


def test_broken_frame_in_the_middle(sources, cityscapes, tmp_path):
    path = next((cityscapes / "gtFine" / "val").rglob("*000003*"))
    path.write_bytes(path.read_bytes()[:60])
    match = f"{path.name}' is not a complete PNG"
    assert_fails(ValueError, match, tmp_path / "d", max_frame_uses=1, **sources)


def test_a_killed_build_leaves_nothing_that_loads_and_continues(sources, tmp_path):
    """Kills a build halfway, from outside, as a full disk or a night would."""
    kwargs = {"num_validation": 0, "num_test": 400, "max_frame_uses": 50, "seed": 3}
    arguments = {**kwargs, **{k: str(v) for k, v in sources.items()}, "processes": 1}
    program = (
        "import tensorflow_datasets as tfds, tfds_builders\n"
        f"tfds.load('fishyscapes/StaticGenerated', data_dir={str(tmp_path / 'k')!r},"
        f" builder_kwargs={arguments!r})"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    folder = tmp_path / "k" / "fishyscapes"
    while process.poll() is None and len(list(folder.rglob("*.part"))) < 20:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = len(list(folder.rglob("*.part")))
    assert 20 <= done < 400 and not list(folder.rglob("dataset_info.json"))
    with pytest.raises(Exception, match="is missing or empty|not found"):
        tfds.load("fishyscapes/StaticGenerated", data_dir=str(tmp_path / "k"))
    # Finished parts are used: their time stamps stay, and the result is the same.
    parts = {path: path.stat().st_mtime_ns for path in folder.rglob("*.part")}
    load(tmp_path / "k", **{**kwargs, **sources}, processes=2)
    load(tmp_path / "whole", **{**kwargs, **sources}, processes=2)
    assert parts and records(tmp_path / "k") == records(tmp_path / "whole")
    assert not list(folder.rglob("*.part"))
