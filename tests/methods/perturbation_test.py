"""The step on the input, on scores whose gradient is known."""

import numpy as np
import tensorflow as tf

from fs_tf.methods import METHODS, base, perturbation, softmax

STEP = perturbation.PerturbationConfig(epsilon=0.01)
STAY = perturbation.PerturbationConfig(epsilon=0.0)


class Weighted(base.SegmenterScorer):
    """sum(w * x), to a power; remembers the inputs it has seen."""

    def __init__(self, weights, power=1):
        super().__init__(segmenter=None)
        self.weights = tf.constant(weights, tf.float32)
        self.power = power
        self.seen = []
        self.fitted = None

    def score(self, inputs):
        self.seen.append(inputs)
        return tf.reduce_sum(self.weights * inputs, axis=-1) ** self.power

    def segment(self, inputs):
        self.seen.append(inputs)
        return tf.zeros(tf.shape(inputs)[:3], tf.int32)

    def fit(self, *arguments):
        self.fitted = arguments

    @property
    def details(self):
        return {"power": self.power}


def weights_and_inputs(count=2, size=(6, 9)):
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(*size, 3))
    weights[0, 0] = 0  # no gradient, no step
    inputs = rng.uniform(-1, 1, (count, *size, 3))
    return weights.astype(np.float32), tf.constant(inputs, tf.float32)


def test_the_input_moves_by_epsilon_against_the_gradient():
    weights, inputs = weights_and_inputs()
    scorer = Weighted(weights)
    found = perturbation.Perturbed(scorer, STEP).score(inputs)
    moved = scorer.seen[-1].numpy()
    np.testing.assert_array_equal(moved, inputs - np.float32(0.01) * np.sign(weights))
    # Every pixel falls by epsilon times the sum of the absolute weights.
    wanted = Weighted(weights).score(inputs) - 0.01 * np.abs(weights).sum(-1)
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_epsilon_zero_changes_nothing():
    weights, inputs = weights_and_inputs()
    found = perturbation.Perturbed(Weighted(weights), STAY).score(inputs)
    np.testing.assert_array_equal(found, Weighted(weights).score(inputs))


def test_the_segmentation_is_that_of_the_input_as_it_is():
    weights, inputs = weights_and_inputs()
    scorer = Weighted(weights)
    perturbation.Perturbed(scorer, STEP).segment(inputs)
    np.testing.assert_array_equal(scorer.seen[-1], inputs)


def test_images_of_a_batch_do_not_see_each_other():
    weights, inputs = weights_and_inputs(count=3)
    # A square has another gradient for every image.
    scorer = perturbation.Perturbed(Weighted(weights, power=2), STEP)
    together = scorer.score(inputs)
    for index in range(3):
        alone = scorer.score(inputs[index : index + 1])[0]
        np.testing.assert_allclose(together[index], alone, atol=1e-6)


def test_it_fits_and_describes_the_scorer_within():
    scorer = Weighted(*weights_and_inputs()[:1])
    perturbed = perturbation.Perturbed(scorer, STEP)
    perturbed.fit("train", "validation", "directory", 5)
    assert scorer.fitted == ("train", "validation", "directory", 5)
    assert perturbed.details == {"power": 1, "epsilon": 0.01}


def test_odin_raises_the_largest_probability_on_average(confident_segmenter):
    odin = METHODS["max_probability_perturbed"].build(confident_segmenter)
    images = np.random.default_rng(0).integers(0, 256, (2, 40, 72, 3), np.uint8)
    inputs = odin.preprocess(tf.constant(images))
    plain = softmax.MaxProbability(confident_segmenter, perturbation.ODIN_TEMPERATURE)
    before = plain.score(inputs).numpy()
    after = odin.score(inputs).numpy()
    assert (after.mean(axis=(1, 2)) < before.mean(axis=(1, 2))).all()
    # By the first-order change: epsilon times the sum of the absolute gradient.
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        mean = tf.reduce_mean(plain.score(inputs), axis=(1, 2))
    slope = np.abs(tape.gradient(mean, inputs)).sum(axis=(1, 2, 3))
    fall = (before - after).mean(axis=(1, 2))
    np.testing.assert_allclose(fall, odin.config.epsilon * slope, rtol=0.5)


def test_temperature_divides_the_logits(confident_segmenter):
    inputs = tf.zeros((1, 33, 33, 3))
    logits = confident_segmenter(inputs)["logits"].numpy().astype(np.float64) / 10
    p = np.exp(logits - logits.max(-1, keepdims=True))
    p /= p.sum(-1, keepdims=True)
    found = softmax.MaxProbability(confident_segmenter, temperature=10.0).score(inputs)
    np.testing.assert_allclose(found, np.log(1 - p.max(-1)), rtol=1e-3)


def test_every_flow_has_its_perturbed_row():
    flows = [m for m in METHODS.values() if m.name.startswith("flow")]
    plain = [m for m in flows if not m.name.endswith("_perturbed")]
    assert len(plain) == 3 and len(flows) == 6
    for method in plain:
        perturbed = METHODS[f"{method.name}_perturbed"]
        assert perturbed.family == method.family
        assert perturbed.needs_ood_data == method.needs_ood_data
        assert isinstance(perturbed.build(None).scorer, type(method.build(None)))
