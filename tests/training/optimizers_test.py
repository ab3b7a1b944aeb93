"""Each variable moves at a rate of its own."""

import keras
import numpy as np
import pytest

from fs_tf import training
from fs_tf.training import optimizers


@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_rates_scale_the_updates(kind):
    config = training.TrainingConfig("test", steps=10, optimizer=kind)
    gradient = np.array([0.5, -2.0, 1e-3], np.float32)

    def moved(rates):
        variables = [keras.Variable(np.zeros(3, np.float32)) for _ in rates]
        optimizer = optimizers.optimizer(config, rates)
        optimizer.build(variables)
        for _ in range(3):
            optimizer.apply([gradient for _ in rates], variables)
        return [v.numpy() for v in variables]

    full, same = moved([1.0, 1.0])
    assert (full != 0).all()
    np.testing.assert_array_equal(full, same)
    whole, quarter = moved([1.0, 0.25])
    np.testing.assert_array_equal(whole, full)
    np.testing.assert_allclose(quarter, 0.25 * full, rtol=1e-6)
