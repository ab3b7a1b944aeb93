"""Segmenters and frames that methods are fitted on."""

import dataclasses

import numpy as np
import pytest

from fs_tf import data, models

# Of different strides; every layer more costs seconds of tracing.
LAYERS = ("low_level", "aspp")


@pytest.fixture(scope="session")
def tiny():
    """Makes a segmenter that offers two layers for embeddings."""

    def make(num_classes=19):
        made = models.build("tiny", num_classes=num_classes, seed=1)
        made.preset = dataclasses.replace(made.preset, embedding_layers=LAYERS)
        return made

    return make


@pytest.fixture(scope="module")
def segmenter(tiny):
    return tiny()


@pytest.fixture(scope="module")
def confident_segmenter(tiny):
    """Its random logits are so large that probabilities are not all alike."""
    segmenter = tiny()
    for variable in segmenter.classifier.trainable_variables:
        variable.assign(variable * 300.0)
    return segmenter


@pytest.fixture(scope="session")
def photos():
    """Makes smooth random images, so that frames differ in more than noise."""

    def make(seed=0, count=4):
        rng = np.random.default_rng(seed)
        coarse = rng.integers(0, 256, (count, 8, 16, 3), np.uint8)
        return coarse.repeat(8, axis=1).repeat(8, axis=2)

    return make


@pytest.fixture
def train(frames_of, photos):
    """Makes training frames with random labels, or with one."""

    def make(label=None):
        labels = np.random.default_rng(1).integers(0, 19, (4, 64, 128))
        if label is not None:
            labels[:] = label
        digest = "random" if label is None else str(label)
        return frames_of(photos(), labels, data.frames.SEGMENTATION, digest)

    return make


@pytest.fixture
def validation(frames_of, photos):
    """Training images with foreign pieces, which are the anomalies."""
    images, masks = photos(), np.zeros((4, 64, 128), np.uint8)
    images[:, 16:48, 32:64] = photos(seed=7)[:, 16:48, 32:64]
    masks[:, 16:48, 32:64] = 1
    masks[:, :8] = 255
    return frames_of(images, masks, data.frames.MASK)


@pytest.fixture
def without_anomalies(frames_of, photos):
    """Validation frames that no method can choose by."""
    masks = np.zeros((4, 64, 128))
    return frames_of(photos(), masks, data.frames.MASK, "without anomalies")


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("densities")


@pytest.fixture(scope="module")
def made():
    return {}


@pytest.fixture
def fit_once(segmenter, train, validation, directory, made):
    """Makes the fitted scorer of a kind, once for all tests of a module."""

    def make(kind, config):
        if kind not in made:
            made[kind] = kind(segmenter, config)
            made[kind].fit(train(), validation, directory, 0)
        return made[kind]

    return make
