"""A tiny world, written once for all tests of this folder."""

import pytest

from fs_tf.sample_world import SampleWorld, write_sample_world

TINY = SampleWorld(
    height=64,
    seed=3,
    train_frames=3,
    val_frames=2,
    voc_train_images=3,
    voc_val_images=2,
    hazard_drives=1,
    hazard_frames=2,
)


@pytest.fixture(scope="session")
def tiny():
    """The parameters of `world`."""
    return TINY


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """A finished tiny world."""
    directory = tmp_path_factory.mktemp("sample") / "world"
    write_sample_world(directory, TINY)
    return directory
