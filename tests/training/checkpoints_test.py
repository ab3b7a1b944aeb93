"""Checkpoints of a training run, on one variable."""

import pytest
import tensorflow as tf

from fs_tf.training import checkpoints


@pytest.fixture
def variable():
    return tf.Variable(0.0)


def opened(variable, folder):
    return checkpoints.Checkpoints(tf.train.Checkpoint(value=variable), folder)


@pytest.fixture
def saved(variable, tmp_path):
    """Three were saved; the oldest is gone."""
    found = opened(variable, tmp_path / "saved")
    for step in (8, 9, 10):
        variable.assign(step)
        found.save(step)
    variable.assign(0)
    return tmp_path / "saved"


def test_the_newest_of_the_last_two_is_found(variable, saved):
    found = opened(variable, saved)
    assert sorted(path.stem for path in saved.glob("*.index")) == ["ckpt-10", "ckpt-9"]
    found.restore(found.newest)
    assert found.newest.name == "ckpt-10" and variable.numpy() == 10


@pytest.mark.parametrize("content", [None, "", "xx yy"])
def test_files_tell_without_tensorflows_list(content, variable, saved):
    (saved / "checkpoint").unlink()
    if content is not None:
        (saved / "checkpoint").write_text(content)
    found = opened(variable, saved)
    found.restore(found.newest)
    assert variable.numpy() == 10
    found.save(11)
    assert found.newest.name == "ckpt-11"


def test_a_new_folder_holds_none(variable, tmp_path):
    assert opened(variable, tmp_path / "new").newest is None


def test_a_folder_that_cannot_be_written_is_named(variable, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="cannot write to '.*file' .*: make room or mend"):
        opened(variable, tmp_path / "file").save(1)
