"""Saved metrics come back to the bit, or not at all."""

import numpy as np
import pytest

from fs_tf import errors
from fs_tf.metrics import (
    AnomalyMetrics,
    ComponentMetrics,
    SegmentationMetrics,
    Summary,
    state,
)


def anomaly(images):
    metrics = AnomalyMetrics()
    metrics.update(*images, image_id=list("abcdefgh"))
    return metrics


def component(images):
    metrics = ComponentMetrics(min_true=4, min_predicted=3)
    metrics.update(*images, image_id=list("abcdefgh"))
    return metrics


def segmentation(images):
    metrics = SegmentationMetrics()
    metrics.update(images[0], (images[0] % 19).astype(np.int32))
    return metrics


METRICS = [anomaly, component, segmentation]


@pytest.mark.parametrize("make", METRICS)
def test_a_loaded_state_goes_on_as_the_saved_one(make, images, tmp_path):
    metrics = make(images)
    metrics.save(tmp_path / "deep" / "state")
    loaded = type(metrics).load(tmp_path / "deep" / "state")
    np.testing.assert_equal(loaded.result(), metrics.result())
    loaded.merge(metrics)
    metrics.merge(metrics)
    np.testing.assert_equal(loaded.result(), metrics.result())
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["state"]


def test_a_loaded_anomaly_state_has_names_and_sizes(images, breakdowns, tmp_path):
    metrics = anomaly(images)
    metrics.save(tmp_path / "state")
    loaded = AnomalyMetrics.load(tmp_path / "state")
    np.testing.assert_equal(breakdowns(loaded), breakdowns(metrics))


def test_an_empty_state_is_still_empty_when_loaded(tmp_path):
    AnomalyMetrics().save(tmp_path / "state")
    with pytest.raises(ValueError, match="at least one image"):
        AnomalyMetrics.load(tmp_path / "state").result()


@pytest.mark.parametrize("make", METRICS)
def test_every_truncation_is_refused(make, images, tmp_path):
    metrics = make(images)
    path = tmp_path / "state"
    metrics.save(path)
    content = path.read_bytes()
    for length in {0, 5, 20, 40, len(content) // 2, len(content) - 1}:
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match="must be a complete state of version 1"):
            type(metrics).load(path)
    path.write_bytes(content + b"\0")
    with pytest.raises(ValueError, match=r"holds \d+ bytes instead of \d+"):
        type(metrics).load(path)


@pytest.mark.parametrize("make", METRICS)
def test_one_changed_byte_is_refused(make, images, tmp_path):
    metrics = make(images)
    path = tmp_path / "state"
    metrics.save(path)
    content = bytearray(path.read_bytes())
    content[len(content) - 30] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="its checksum does not match its content"):
        type(metrics).load(path)


@pytest.mark.parametrize("make", METRICS)
def test_a_header_without_its_fields_is_refused(make, images, tmp_path):
    metrics = make(images)
    path = tmp_path / "state"
    metrics.save(path)
    content = path.read_bytes()
    assert b'"image' in content
    path.write_bytes(content.replace(b'"image', b'"imago', 1))
    with pytest.raises(ValueError, match="of version 1 .* its header is damaged"):
        type(metrics).load(path)


def test_a_header_that_does_not_fit_its_payload_is_refused(images, tmp_path):
    path = tmp_path / "state"
    state.write(path, "AnomalyMetrics", {"image_ids": [], "runs": [[0, 1]]}, [], 0)
    with pytest.raises(errors.UserError, match="of version 1 .* its header is damaged"):
        AnomalyMetrics.load(path)


def test_another_version_or_kind_is_refused(images, tmp_path, monkeypatch):
    path = tmp_path / "state"
    anomaly(images).save(path)
    with pytest.raises(ValueError, match="not a state of ComponentMetrics"):
        ComponentMetrics.load(path)
    with pytest.raises(ValueError, match="not a state of Summary"):
        Summary.load(path)
    monkeypatch.setattr(state, "VERSION", 2)
    with pytest.raises(ValueError, match="it is of version 1, not 2"):
        AnomalyMetrics.load(path)
    path.write_text("{}")
    with pytest.raises(ValueError, match="does not begin as a saved state does"):
        AnomalyMetrics.load(path)
    with pytest.raises(FileNotFoundError):
        AnomalyMetrics.load(tmp_path / "absent")


def test_a_failed_save_leaves_the_old_state(images, tmp_path, monkeypatch):
    metrics = anomaly(images)
    path = tmp_path / "state"
    metrics.save(path)
    before = path.read_bytes()

    def interrupted(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(state.zlib, "crc32", interrupted)
        with pytest.raises(KeyboardInterrupt):
            metrics.save(path)
    assert path.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["state"]
