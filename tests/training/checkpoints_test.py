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


def test_a_continued_run_removes_what_an_earlier_one_left(variable, saved):
    # Those of a writer that was killed, and of somebody who keeps a copy.
    (saved / "ckpt-12_temp").mkdir()
    (saved / "ckpt-12.data-00000-of-00001").write_bytes(b"half")
    (saved / "ckpt-9 (1).index").write_bytes(b"copy")
    moved = saved.rename(saved.with_name("moved"))
    found = opened(variable, moved)
    assert found.newest.name == "ckpt-10"
    found.save(11)
    left = {path.name.partition(".")[0] for path in moved.iterdir()}
    assert left == {"ckpt-10", "ckpt-11", "ckpt-9 (1)"}


@pytest.mark.parametrize("name", ["lr=[0.1]", "a [b] ü c", "x*", "x?", "x\\y"])
def test_folders_with_names_like_patterns(name, variable, tmp_path):
    found = opened(variable, tmp_path / name / "saved")
    # What the pattern would match, too.
    opened(tf.Variable(-1.0), tmp_path / "lr=0" / "saved").save(3)
    for step in (1, 2, 3):
        variable.assign(step)
        found.save(step)
    variable.assign(0)
    again = opened(variable, tmp_path / name / "saved")
    assert again.newest == tmp_path / name / "saved" / "ckpt-3"
    again.restore(again.newest)
    assert variable.numpy() == 3
    again.save(4)
    kept = (tmp_path / name / "saved").glob("*.index")
    assert sorted(path.stem for path in kept) == ["ckpt-3", "ckpt-4"]


def test_a_new_folder_holds_none(variable, tmp_path):
    assert opened(variable, tmp_path / "new").newest is None


def test_a_folder_that_cannot_be_written_is_named(variable, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="cannot write to '.*file' .*: make room or mend"):
        opened(variable, tmp_path / "file").save(1)
