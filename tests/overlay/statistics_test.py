"""The numbers that describe a dataset, on masks whose answer is known."""

import json

import cv2
import numpy as np
import pytest

from fs_tf.labels import EGO_VEHICLE
from fs_tf.overlay import statistics


def example(index, mask):
    return {
        "image_id": f"{index:04}".encode(),
        "basedata_id": b"frame",
        "mask": np.asarray(mask, np.uint8)[..., None],
    }


def masks():
    """Two masks of 64 x 128: the upper left quarter of one is anomalous."""
    first, second = np.zeros((64, 128), np.uint8), np.zeros((64, 128), np.uint8)
    first[:32, :64] = 1
    first[56:] = second[56:] = 255
    return [example(0, first), example(1, second)]


def test_share_chance_and_ego_vehicle():
    labels = np.zeros((64, 128), np.uint8)
    labels[30:, :10] = EGO_VEHICLE
    found = statistics.statistics(masks(), labels_of=lambda frame_id: labels)
    assert found.images == 2
    # 32 * 64 of 2 * 56 * 128 valid pixels; two rows of ten lie on the ego vehicle.
    assert found.anomalous == pytest.approx(32 * 64 / (2 * 56 * 128))
    assert found.on_ego_vehicle == 2 * 10
    assert (found.chance[:16, :32] == 0.5).all()
    assert (found.chance[16:28] == 0).all() and (found.chance[:16, 32:] == 0).all()
    assert np.isnan(found.chance[28:]).all()
    assert statistics.statistics(masks()).on_ego_vehicle is None


def test_lower_half_reads_the_provenance(tmp_path):
    steps = [
        {"category": "dog", "top": 40, "height": 10},
        {"category": "dog", "top": 0, "height": 20},
        {"stage": "fog"},
        {"category": "bird", "top": 22, "height": 20},  # centred in the middle
    ]
    path = tmp_path / "provenance.jsonl"
    lines = [{"image_id": "0000", "steps": steps}, {"image_id": "9999", "steps": steps}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = statistics.statistics(masks(), path).lower_half
    assert found == {"bird": (1.0, 1), "dog": (0.5, 2)}


def test_heat_map_is_a_picture():
    found = statistics.statistics(masks())
    png = np.frombuffer(statistics.heat_map(found.chance), np.uint8)
    picture = cv2.imdecode(png, cv2.IMREAD_COLOR)
    assert picture.shape == (512, 1024, 3)
    assert not picture[-64:].any()
    assert picture[0, 0].sum() > picture[300, 0].sum() > 0


def test_no_examples():
    with pytest.raises(ValueError, match="no examples to measure"):
        statistics.statistics([])
