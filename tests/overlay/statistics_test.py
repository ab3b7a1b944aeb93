"""The numbers that describe a dataset, on masks whose answer is known."""

import json

import cv2
import numpy as np
import pytest

from fs_tf import errors
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


def provenance_of(path, *tops):
    """Writes one line with a dog of 20 rows for each top; all ids are the same."""
    lines = [
        {"image_id": "0000", "steps": [{"category": "dog", "top": top, "height": 20}]}
        for top in tops
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_splits_together_count_examples_not_ids(tmp_path):
    """Each split has an image 0000, the second of half the size."""
    first, second = masks()
    small = example(0, second["mask"][::2, ::2, 0])
    path = provenance_of(tmp_path / "p.jsonl", 10, 10)
    found = statistics.statistics([first, small], path)
    assert found.images == 2
    # Row 20 is above the middle of 64 rows, and below that of 32.
    assert found.lower_half == {"dog": (0.5, 2)}
    assert (found.chance[:16, :32] == 0.5).all()


def test_an_image_that_is_measured_twice_has_one_line(tmp_path):
    path = provenance_of(tmp_path / "p.jsonl", 40)
    found = statistics.statistics([masks()[0]] * 2, path)
    assert (found.images, found.lower_half) == (2, {"dog": (1.0, 2)})


@pytest.mark.parametrize(
    "line",
    [
        b'{"image_id": "0001", "st',
        b"",
        b"[1]",
        b"\xff\xfe",
        b'{"steps": []}',
        b'{"image_id": "1"}',
        b'{"image_id": ["1"], "steps": []}',
        b'{"image_id": "1", "steps": [{"category": "dog"}]}',
        b'{"image_id": "1", "steps": [{"category": "dog", "top": "1", "height": 1}]}',
        b'{"image_id": "1", "steps": 1}',
    ],
)
def test_damaged_provenance(line, tmp_path):
    path = provenance_of(tmp_path / "provenance-test.jsonl", 40)
    path.write_bytes(path.read_bytes() + line + b"\n")
    match = "Line 2 of '.*provenance-test.jsonl' is damaged: it must be JSON of"
    with pytest.raises(errors.BadValue, match=match):
        statistics.statistics(masks(), path)


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
