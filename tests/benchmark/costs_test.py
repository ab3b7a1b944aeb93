"""Timing of submissions, on a network and an image that take no time."""

import pytest

from fs_tf import methods, models
from fs_tf.benchmark import costs
from fs_tf.submission import export


def test_unknown_method():
    with pytest.raises(KeyError, match="Unknown method 'odd'. Known: random"):
        costs.costs_of_preset("tiny", ["odd"], (33, 65), 1)


def test_the_forward_pass_must_be_there(tmp_path):
    method = methods.METHODS["random"]
    export(method.build(models.build("tiny")), method, tmp_path / "random")
    with pytest.raises(ValueError, match="is that of 'max_probability', which is not"):
        costs.costs([tmp_path / "random"], (33, 65), 1)
    with pytest.raises(ValueError, match="'random' has no `segmentation` signature"):
        costs.costs([tmp_path / "random"], (33, 65), 1, reference="random")
