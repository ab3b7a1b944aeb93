"""Training of flows on small distributions."""

import dataclasses

import numpy as np
import pytest

from fs_tf.density import fit as fitting
from fs_tf.density import gaussian
from fs_tf.density.real_nvp import FlowConfig, RealNVP

SMALL = FlowConfig(steps=3, width=32)
QUICK = fitting.FitConfig(batch_size=200, learning_rate=5e-3, max_epochs=10)


def banana(count, seed):
    """float32 [count, 4]: two elements and, noisily, their squares."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, 2))
    squares = x**2 + rng.normal(0, 0.2, x.shape)
    return (np.concatenate([x, squares], axis=-1) + 5).astype(np.float32)


@pytest.fixture(scope="module")
def fitted():
    flow = RealNVP(4, SMALL, seed=1)
    report = fitting.fit(
        flow, banana(2000, 0), banana(300, 1), QUICK, np.random.default_rng(2)
    )
    return flow, report


def test_flow_beats_the_full_covariance_gaussian(fitted):
    _, report = fitted
    assert min(report.held_out_nll) < report.gaussian_nll - 1


def test_untrained_flow_is_the_full_covariance_gaussian(fitted):
    _, report = fitted
    assert report.held_out_nll[0] == pytest.approx(report.gaussian_nll, abs=1e-3)


def test_gaussian_nll_of_a_known_gaussian():
    # Entropy of N(0, diag(4, 1)) is log(2 pi e) + log(2) = 3.531.
    rng = np.random.default_rng(0)
    data = (rng.normal(size=(20_000, 2)) * [2, 1]).astype(np.float32)
    nll = gaussian.gaussian_nll(data[:10_000], data[10_000:], 0.0)
    assert nll == pytest.approx(3.531, abs=0.03)


def test_flow_keeps_the_best_epoch(fitted):
    flow, report = fitted
    assert report.held_out_nll[report.best_epoch] == min(report.held_out_nll)
    assert fitting.mean_nll(flow, banana(300, 1)) == pytest.approx(
        min(report.held_out_nll), abs=1e-3
    )


def test_normalized_nll_is_zero_on_average_and_high_far_away(fitted):
    flow, _ = fitted
    assert np.mean(flow.normalized_nll(banana(2000, 0))) == pytest.approx(0, abs=1e-3)
    # Zero and its square; zero and not its square, a usual value by itself.
    usual, odd = np.array([[5, 5, 5, 5], [5, 5, 5, 7]], np.float32)
    assert flow.normalized_nll(usual[None])[0] < 0
    assert flow.normalized_nll(odd[None])[0] > 3
    assert flow.normalized_nll(usual[None] + 100)[0] > 50


def test_same_seed_same_training():
    config = dataclasses.replace(QUICK, max_epochs=1)
    reports = []
    for _ in range(2):
        flow = RealNVP(4, SMALL, seed=0)
        rng = np.random.default_rng(3)
        reports.append(fitting.fit(flow, banana(200, 0), banana(100, 1), config, rng))
    assert reports[0].held_out_nll == pytest.approx(reports[1].held_out_nll, abs=1e-5)


def test_training_stops_when_held_out_nll_does_not_fall():
    flow = RealNVP(4, SMALL, seed=0)
    config = dataclasses.replace(QUICK, max_epochs=50, patience=2)
    # Held out from another distribution: fitting the training one only hurts.
    report = fitting.fit(
        flow, banana(200, 0), banana(100, 1) * 3, config, np.random.default_rng(0)
    )
    assert len(report.held_out_nll) == report.best_epoch + 1 + 2 < 50


def test_embeddings_with_dead_dimensions_and_exact_zeros():
    data = np.maximum(np.pad(banana(600, 0) - 5, ((0, 0), (0, 1))), 0)
    flow = RealNVP(5, SMALL, seed=0)
    config = dataclasses.replace(QUICK, max_epochs=2)
    report = fitting.fit(flow, data[:400], data[400:], config, np.random.default_rng(0))
    assert np.isfinite(report.held_out_nll).all()
    alive = data[:1] + np.array([0, 0, 0, 0, 1], np.float32)
    assert flow.normalized_nll(alive)[0] > 100


def test_nan_loss_keeps_the_best_weights():
    flow = RealNVP(4, SMALL, seed=0)
    config = dataclasses.replace(QUICK, learning_rate=float("nan"))
    held_out = banana(100, 1)
    with pytest.raises(ValueError, match="must be finite; got nan in epoch 1"):
        fitting.fit(flow, banana(500, 0), held_out, config, np.random.default_rng(0))
    assert np.isfinite(fitting.mean_nll(flow, held_out))


@pytest.mark.parametrize(
    ("training", "held_out", "message"),
    [
        (np.zeros((9, 3)), np.zeros((9, 4)), r"shape \[N, 4\]; got \[9, 3\]"),
        (np.zeros((1, 4)), np.zeros((9, 4)), "at least 2 training embeddings; got 1"),
        (np.zeros((9, 4)), np.zeros((0, 4)), "at least 1 held-out embeddings; got 0"),
        (np.full((9, 4), np.nan), np.zeros((9, 4)), "must be finite; number 0"),
    ],
)
def test_bad_embeddings(training, held_out, message):
    flow = RealNVP(4, SMALL, seed=0)
    with pytest.raises(ValueError, match=message):
        fitting.fit(
            flow,
            training.astype(np.float32),
            held_out.astype(np.float32),
            QUICK,
            np.random.default_rng(0),
        )
