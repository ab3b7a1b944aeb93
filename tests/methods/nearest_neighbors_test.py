"""Nearest neighbours: what is stored is dense, and the best layer is chosen."""

import numpy as np
import pytest
import sklearn.metrics
import tensorflow as tf

from fs_tf import models
from fs_tf.methods import nearest_neighbors

CONFIG = nearest_neighbors.NeighborsConfig(k=3, stored=500, sampled=800)
SCORERS = (nearest_neighbors.Density, nearest_neighbors.RelativeClassDensity)


@pytest.fixture
def fitted(fit_once):
    """Makes the fitted scorer of a kind."""
    return lambda kind: fit_once(kind, CONFIG)


def score(scorer, images):
    return scorer.score(models.preprocess(tf.constant(images))).numpy()


@pytest.mark.parametrize("kind", SCORERS)
def test_the_chosen_layer_is_the_best_on_validation(
    kind, fitted, segmenter, validation
):
    scorer = fitted(kind)
    details = scorer.details
    precision = details["validation_AP"]
    assert tuple(precision) == segmenter.preset.embedding_layers
    assert len(set(precision.values())) > 1
    assert precision[details["layer"]] == max(precision.values())
    assert (details["k"], details["stored"], details["sampled"]) == (3, 500, 800)
    found, truth = [], []
    for _, image, mask in validation.frames():
        found.append(score(scorer, image[None])[0][mask != 255])
        truth.append(mask[mask != 255])
    wanted = sklearn.metrics.average_precision_score(
        np.concatenate(truth), np.concatenate(found)
    )
    # The graph rounds otherwise than the eager call.
    assert precision[details["layer"]] == pytest.approx(wanted, abs=2e-3)


def test_a_stored_embedding_is_denser_than_a_far_one(
    segmenter, train, validation, tmp_path, photos
):
    config = nearest_neighbors.NeighborsConfig(k=1, stored=10_000, sampled=10_000)
    scorer = nearest_neighbors.Density(segmenter, config)
    scorer.fit(train(), validation, tmp_path)
    # The share of the foreign pieces is 0.143 of the pixels.
    assert max(scorer.details["validation_AP"].values()) > 0.3
    # Every embedding is its own nearest neighbour: exp(1 - 1) is the largest density.
    known = score(scorer, photos())
    np.testing.assert_allclose(known, -1, atol=1e-4)
    foreign = score(scorer, photos(seed=7))
    assert (foreign >= -1 - 1e-6).all() and (foreign <= -np.exp(-2)).all()
    assert foreign.mean() > known.mean() + 1e-3
    outputs = segmenter(models.preprocess(tf.constant(photos())))
    opposite = scorer.index.density(-outputs[scorer.layer])
    assert (opposite < scorer.index.density(outputs[scorer.layer])).numpy().all()


def test_relative_density_compares_the_prediction_with_the_patches(
    tiny, train, validation, tmp_path, photos
):
    segmenter = tiny()
    scorer = nearest_neighbors.RelativeClassDensity(segmenter, CONFIG)
    scorer.fit(train(label=4), validation, tmp_path)
    # Every patch shows class 4 alone; the bias decides the prediction everywhere.
    for predicted, wanted in ((4, -1), (5, 0)):
        segmenter.classifier.bias.assign(1000.0 * np.eye(19)[predicted])
        np.testing.assert_allclose(score(scorer, photos(seed=7)), wanted, atol=1e-6)


def test_relative_density_is_a_share(fitted, photos):
    found = score(fitted(nearest_neighbors.RelativeClassDensity), photos(seed=7))
    assert found.shape == (4, 64, 128)
    assert (found >= -1 - 1e-6).all() and (found <= 1e-6).all()
    assert np.ptp(found) > 0


@pytest.mark.parametrize("kind", SCORERS)
def test_fewer_embeddings_than_neighbours_are_refused(
    kind, segmenter, train, validation, directory
):
    config = nearest_neighbors.NeighborsConfig(k=501, stored=500, sampled=800)
    with pytest.raises(ValueError, match="got k = 501 and .* embeddings"):
        kind(segmenter, config).fit(train(), validation, directory)


def test_no_layer_is_chosen_without_anomalies(
    segmenter, train, without_anomalies, directory, photos
):
    scorer = nearest_neighbors.Density(segmenter, CONFIG)
    with pytest.raises(ValueError, match="'arrays/1.0.0', .* has no anomalous pixel"):
        scorer.fit(train(), without_anomalies, directory)
    with pytest.raises(ValueError, match="Density must be fitted before it scores"):
        score(scorer, photos(count=1))
