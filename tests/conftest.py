"""Fixtures shared by all tests."""

import pathlib

import pytest

import fs_tf  # noqa: F401  before TensorFlow, whose kernels it chooses

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> pathlib.Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def realdata() -> pathlib.Path:
    """The folder with real frames and objects; skips where it is absent."""
    path = REPOSITORY.parent / "shared" / "realdata"
    if not path.is_dir():
        pytest.skip("needs real data in ../shared/realdata, which is absent here")
    return path


@pytest.fixture(scope="session")
def parity() -> pathlib.Path:
    """The folder with reference logits of DeepLab; skips where it is absent."""
    path = REPOSITORY.parent / "shared" / "deeplab_parity"
    if not path.is_dir():
        pytest.skip("needs ../shared/deeplab_parity, which is absent here")
    return path


@pytest.fixture(scope="session")
def frames_of():
    """Makes a FrameDataset from arrays, as TFDS would serve them."""
    import numpy as np
    import tensorflow as tf

    from fs_tf import data

    def make(images, targets, target, digest="0", name="arrays/1.0.0"):
        ids = [f"frame_{index:03}" for index in range(len(images))]
        examples = tf.data.Dataset.from_tensor_slices(
            {
                "image_id": ids,
                "image_left": np.asarray(images, np.uint8),
                target: np.asarray(targets, np.uint8)[..., None],
            }
        )
        return data.FrameDataset(
            name=name,
            split="validation",
            size=len(ids),
            digest=digest,
            target=target,
            examples=examples,
        )

    return make
