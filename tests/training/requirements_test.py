"""What a run needs is checked before it trains."""

import types

import keras
import numpy as np
import pytest
import tensorflow as tf

from fs_tf import data, training
from fs_tf.training import requirements

CONFIG = training.CONFIGS["smoke"]  # batches of two


@pytest.fixture
def frames(frames_of):
    def with_labels(label):
        shape = (2, 16, 16)
        images, labels = np.full((*shape, 3), 90), np.full(shape, label)
        return frames_of(images, labels, data.frames.SEGMENTATION)

    return with_labels


def check(frames, scheme="standard"):
    requirements.check(frames, training.SCHEMES[scheme], CONFIG)


def several(monkeypatch, count):
    strategy = types.SimpleNamespace(num_replicas_in_sync=count)
    monkeypatch.setattr(tf.distribute, "get_strategy", lambda: strategy)


def test_labels_of_nothing_but_void(frames):
    check(frames(3))
    with pytest.raises(ValueError, match="No pixel of 'arrays.* has a train class"):
        check(frames(255))
    with pytest.raises(ValueError, match="'void_class' learns from void pixels, but"):
        check(frames(3), "void_class")


def test_devices_share_batches_evenly(frames, monkeypatch):
    several(monkeypatch, 2)
    check(frames(3))
    several(monkeypatch, 3)
    with pytest.raises(ValueError, match="3 devices cannot share batches of 2 evenly"):
        check(frames(3))


def test_float16_stays_on_one_device(frames, monkeypatch):
    monkeypatch.setattr(
        keras.mixed_precision,
        "dtype_policy",
        lambda: keras.DTypePolicy("mixed_float16"),
    )
    check(frames(3))
    several(monkeypatch, 2)
    with pytest.raises(ValueError, match="float16 trains on one device, not on 2"):
        check(frames(3))
