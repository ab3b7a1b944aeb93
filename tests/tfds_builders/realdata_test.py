"""What is said about generated datasets holds on real frames and objects."""

import json

import numpy as np
import pytest
import tensorflow_datasets as tfds

import tfds_builders
from fs_tf import labels as label_ids
from fs_tf.overlay.sources.cityscapes import Cityscapes


def load(realdata, data_dir, name, **builder_kwargs):
    assert tfds_builders
    is_static = name == "StaticGenerated"
    objects, folder = ("voc", "VOCdevkit") if is_static else ("cutouts", "web_cutouts")
    return tfds.load(
        f"fishyscapes/{name}",
        data_dir=str(data_dir),
        builder_kwargs={
            objects: realdata / folder,
            "max_frame_uses": 100,
            **builder_kwargs,
        },
    )


def anomalous_share(examples):
    anomalies = sum(int((e["mask"] == 1).sum()) for e in examples)
    return anomalies / sum(int((e["mask"] != 255).sum()) for e in examples)


def test_share_of_anomalies_and_ego_vehicle(realdata, tmp_path):
    frames = Cityscapes(realdata / "cityscapes_256x512")
    splits = load(
        realdata,
        tmp_path,
        "StaticGenerated",
        cityscapes=frames.directory,
        num_validation=30,
        num_test=200,
    )
    examples = list(tfds.as_numpy(splits["test"]))
    assert 0.015 < anomalous_share(examples) < 0.035
    by_id = {frame.frame_id: frame for frame in frames.frames("val")}
    heat = np.zeros((256, 512))
    for example in examples:
        labels = frames.labels(by_id[example["basedata_id"].decode()])
        anomaly = example["mask"][..., 0] == label_ids.ANOMALY
        assert not (anomaly & (labels == label_ids.EGO_VEHICLE)).any()
        heat += anomaly
    # Coarse, as 200 images are few: every ninth of the picture above the hood.
    means = heat[:216].reshape(3, 72, 4, 128).mean(axis=(1, 3))
    assert means.min() > 0.4 * means.mean() and means.max() < 1.8 * means.mean()
    lines = next(tmp_path.rglob("provenance-test.jsonl")).read_text().splitlines()
    foggy = ["fog" in str(json.loads(line)["steps"][0].get("stage")) for line in lines]
    assert 0.12 < np.mean(foggy) < 0.4


@pytest.mark.parametrize("name", ["StaticGenerated", "WebMarch2019", "WebJune2019"])
def test_full_size_with_controls(realdata, tmp_path, name):
    splits = load(
        realdata,
        tmp_path,
        name,
        cityscapes=realdata / "cityscapes_1024x2048",
        num_validation=1,
        num_test=5,
        control_probability=0.5,
    )
    for example in tfds.as_numpy(splits["test"]):
        assert example["image_left"].shape == (1024, 2048, 3)
        assert set(np.unique(example["mask"])) <= {0, 1, 255}
    lines = next(tmp_path.rglob("provenance-test.jsonl")).read_text().splitlines()
    codes = {
        step["code"]
        for line in lines
        for step in json.loads(line)["steps"]
        if "code" in step
    }
    assert codes == {0, 1}
