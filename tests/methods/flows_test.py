"""Scores of flows, against the flows themselves and scikit-learn."""

import dataclasses

import numpy as np
import pytest
import sklearn.linear_model
import sklearn.metrics
import sklearn.pipeline
import sklearn.preprocessing
import tensorflow as tf

from fs_tf import models, training
from fs_tf.density import fit
from fs_tf.density.real_nvp import FlowConfig
from fs_tf.methods import flows, perturbation

CONFIG = training.DensityConfig(
    embeddings=400,
    held_out=0.3,
    flow=FlowConfig(steps=2, width=16),
    training=fit.FitConfig(batch_size=64, max_epochs=2, noise=0.1),
)


@pytest.fixture
def fitted(fit_once):
    """Makes the fitted scorer of a kind; all share the flows."""
    return lambda kind: fit_once(kind, CONFIG)


@pytest.fixture(scope="module")
def inputs(photos):
    return models.preprocess(tf.constant(photos(seed=3, count=2)[:, :40, :72]))


def test_nlls_are_those_of_the_flows_less_their_mean(
    fitted, segmenter, train, inputs, directory
):
    scorer = fitted(flows.Minimum)
    layers = segmenter.preset.embedding_layers
    kept = training.fit_flows(segmenter, train(), layers, CONFIG, directory, 0)
    assert scorer.layers == layers == tuple(kept)
    outputs = segmenter(inputs)
    nlls = scorer.nlls(inputs).numpy()
    assert nlls.shape == (2, 40, 72, len(layers))
    for index, layer in enumerate(layers):
        flow, report = kept[layer]
        maps = flow.negative_log_likelihood(outputs[layer]) - report.training_nll
        full_size = models.resize_to_image(maps[..., None], inputs)[..., 0].numpy()
        error = np.abs(nlls[..., index] - full_size).max()
        assert error <= 1e-4 * np.ptp(full_size)
        stored = scorer.details["mean_nll_in_nats"][layer]
        assert stored["held_out"] == min(report.held_out_nll)
        assert stored["held_out_of_a_gaussian"] == report.gaussian_nll


def test_the_minimum_is_that_of_all_layers(fitted, inputs):
    scorer = fitted(flows.Minimum)
    nlls = scorer.nlls(inputs).numpy()
    np.testing.assert_array_equal(scorer.score(inputs), nlls.min(axis=-1))
    assert len(np.unique(nlls.argmin(axis=-1))) > 1  # no layer decides alone


def pooled(frames, value):
    """Valid pixels of all frames: (values, whether they are anomalies)."""
    values, truth = [], []
    for _, image, mask in frames.frames():
        found = value(models.preprocess(tf.constant(image[None]))).numpy()[0]
        values.append(found[mask != 255])
        truth.append(mask[mask != 255] == 1)
    return np.concatenate(values), np.concatenate(truth)


def test_the_single_layer_is_the_best_on_validation(fitted, validation, inputs):
    scorer = fitted(flows.SingleLayer)
    [layer] = scorer.layers
    precision = scorer.details["validation_AP"]
    assert len(precision) == 2 and len(set(precision.values())) > 1
    assert precision[layer] == max(precision.values())
    assert scorer.details["layers"] == [layer]
    found, truth = pooled(validation, scorer.score)
    wanted = sklearn.metrics.average_precision_score(truth, found)
    # The graph rounds otherwise than the eager call.
    assert precision[layer] == pytest.approx(wanted, abs=2e-3)
    # It is one of the layers' NLLs, as it is.
    every = fitted(flows.Minimum)
    alone = every.nlls(inputs)[..., every.layers.index(layer)]
    np.testing.assert_allclose(scorer.score(inputs), alone, rtol=1e-4, atol=1e-3)


def test_logistic_regression_is_that_of_scikit_learn(fitted, validation):
    scorer = fitted(flows.LogisticRegression)
    nlls, truth = pooled(validation, scorer.nlls)
    assert len(nlls) < flows.REGRESSION_PIXELS  # so all of them are used
    wanted = sklearn.pipeline.make_pipeline(
        sklearn.preprocessing.StandardScaler(),
        sklearn.linear_model.LogisticRegression(class_weight="balanced"),
    ).fit(nlls, truth)
    found, _ = pooled(validation, scorer.score)
    odds = wanted.decision_function(nlls)
    assert np.abs(found - odds).max() <= 1e-2 * np.ptp(odds)
    assert len(scorer.details["weights"]) == len(scorer.layers) == 2


def test_a_regression_on_fewer_pixels_is_about_the_same(
    fitted, segmenter, train, validation, directory, monkeypatch
):
    whole = fitted(flows.LogisticRegression)
    monkeypatch.setattr(flows, "REGRESSION_PIXELS", 4000)
    part = flows.LogisticRegression(segmenter, CONFIG)
    part.fit(train(), validation, directory, 0)
    assert part.details["weights"] != whole.details["weights"]
    one, two = (pooled(validation, scorer.score)[0] for scorer in (whole, part))
    assert np.corrcoef(one, two)[0, 1] > 0.95


@pytest.mark.parametrize("kind", [flows.SingleLayer, flows.LogisticRegression])
def test_a_perturbed_twin_does_not_look_at_validation_again(
    kind, fitted, segmenter, train, validation, directory
):
    wanted = fitted(kind)
    nothing = dataclasses.replace(validation, examples=None)
    twin = perturbation.Perturbed(kind(segmenter, CONFIG))
    twin.fit(train(), nothing, directory, 0)
    assert twin.details == {**wanted.details, "epsilon": twin.config.epsilon}
    # Other frames are not those.
    others = dataclasses.replace(nothing, digest="others")
    with pytest.raises(AttributeError, match="NoneType"):
        kind(segmenter, CONFIG).fit(train(), others, directory, 0)


@pytest.mark.parametrize(
    ("kind", "match"),
    [
        (flows.SingleLayer, "'arrays/1.0.0', .* has no anomalous pixel"),
        (flows.LogisticRegression, "with and without anomaly; got 0 anomalous"),
    ],
)
def test_validation_without_anomalies_is_refused(
    kind, match, segmenter, train, without_anomalies, directory
):
    with pytest.raises(ValueError, match=match):
        kind(segmenter, CONFIG).fit(train(), without_anomalies, directory, 0)


def test_the_minimum_needs_no_anomalies(
    segmenter, train, without_anomalies, directory, inputs
):
    scorer = flows.Minimum(segmenter, CONFIG)
    scorer.fit(train(), without_anomalies, directory, 0)
    assert np.isfinite(scorer.score(inputs)).all()


@pytest.mark.parametrize(
    "kind", [flows.SingleLayer, flows.Minimum, flows.LogisticRegression]
)
def test_nothing_scores_before_it_is_fitted(kind, segmenter, inputs):
    with pytest.raises(ValueError, match=f"{kind.__name__} must be fitted before"):
        kind(segmenter, CONFIG).score(inputs)
