"""Files of weights come back whole or not at all."""

import h5py
import numpy as np
import pytest

from fs_tf import models


@pytest.fixture(scope="module")
def tiny():
    return models.build("tiny", num_classes=6, seed=1)


def test_weights_come_back(tiny, tmp_path):
    path = tmp_path / "new" / "a.weights.h5"
    models.save_weights(tiny, path)
    assert [file.name for file in path.parent.iterdir()] == ["a.weights.h5"]
    other = models.build("tiny", num_classes=6, seed=2, output_stride=8)
    models.load_weights(other, path)
    for wanted, found in zip(tiny.weights, other.weights, strict=True):
        np.testing.assert_array_equal(wanted, found)


def test_folded_weights_come_back_to_a_folded_segmenter_only(tiny, tmp_path):
    folded = models.fold_batch_norm(tiny)
    models.save_weights(folded, tmp_path / "a.weights.h5")
    with pytest.raises(ValueError, match="batch_norm 'folded', but .* 'separate'"):
        models.load_weights(tiny, tmp_path / "a.weights.h5")
    other = models.fold_batch_norm(models.build("tiny", num_classes=6, seed=2))
    models.load_weights(other, tmp_path / "a.weights.h5")
    for wanted, found in zip(folded.weights, other.weights, strict=True):
        np.testing.assert_array_equal(wanted, found)


def test_weights_of_another_segmenter_are_refused(tiny, tmp_path):
    path = tmp_path / "a.weights.h5"
    models.save_weights(tiny, path)
    with pytest.raises(ValueError, match="preset 'tiny', but .* 'mobilenet_v2'"):
        models.load_weights(models.build("mobilenet_v2", num_classes=6), path)
    with pytest.raises(ValueError, match="num_classes '6', but .* num_classes '19'"):
        models.load_weights(models.build("tiny"), path)


def test_truncated_or_foreign_files_are_refused(tiny, tmp_path):
    path = tmp_path / "a.weights.h5"
    models.save_weights(tiny, path)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(ValueError, match="truncated or no file of weights"):
        models.load_weights(tiny, path)
    with h5py.File(path, "w") as file:
        file["layers"] = 1
    with pytest.raises(ValueError, match="not written by `models.save_weights`"):
        models.load_weights(tiny, path)
    with pytest.raises(FileNotFoundError, match="train_segmenter"):
        models.load_weights(tiny, tmp_path / "absent.weights.h5")


def test_failed_write_leaves_the_old_file(tiny, tmp_path, monkeypatch):
    path = tmp_path / "a.weights.h5"
    path.write_bytes(b"old")

    def fail(partial):
        partial.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(tiny, "save_weights", fail)
    with pytest.raises(OSError, match="disk full"):
        models.save_weights(tiny, path)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.weights.h5"]


def test_other_endings_are_refused(tiny, tmp_path):
    with pytest.raises(ValueError, match="must end in '.weights.h5'; got .*a.h5"):
        models.save_weights(tiny, tmp_path / "a.h5")
