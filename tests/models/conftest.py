"""TF1 checkpoints with the weights that the parity fixtures' recipe names."""

import json
import zlib

import numpy as np
import pytest
import tensorflow as tf


def weight(name, shape):
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    leaf = name.rpartition("/")[2]
    if leaf in ("gamma", "moving_variance"):
        value = rng.uniform(0.5, 1.5, shape)
    elif leaf in ("beta", "moving_mean", "biases"):
        value = rng.normal(0, 0.1, shape)
    elif leaf == "depthwise_weights":
        value = rng.normal(0, np.sqrt(1 / np.prod(shape[:2])), shape)
    else:
        value = rng.normal(0, np.sqrt(2 / np.prod(shape[:3])), shape)
    is_last = "separable_conv3_pointwise" in name or "/project/" in name
    if leaf == "gamma" and is_last:
        value = value * 0.25
    return value.astype(np.float32)


@pytest.fixture(scope="session")
def zoo_variables(parity):
    """A function: variant -> {name: value} of all its variables."""

    def read(variant):
        shapes = json.loads((parity / f"{variant}.variables.json").read_text())
        return {name: weight(name, shape) for name, shape in shapes.items()}

    return read


@pytest.fixture(scope="session")
def write_checkpoint():
    """A function: (prefix, {name: value}) -> prefix; writes a TF1 checkpoint."""

    def write(prefix, values):
        names = sorted(values)
        tf.raw_ops.SaveV2(
            prefix=str(prefix),
            tensor_names=names,
            shape_and_slices=[""] * len(names),
            tensors=[values[name] for name in names],
        )
        return str(prefix)

    return write
