"""Timing of submissions, on a network and an image that take no time."""

import pytest

from fs_tf import methods, models
from fs_tf.benchmark import costs
from fs_tf.submission import export


def test_every_method_that_fits_nothing_is_timed():
    names = ["max_probability", "bayesian_mutual_information", "flow_minimum"]
    found = costs.costs_of_preset("tiny", names, (33, 65), repetitions=1)
    assert [cost.name for cost in found] == ["forward pass", *names[:2]]
    assert found[0].ratio == 1
    assert all(cost.seconds > 0 and cost.ratio > 0 for cost in found)
    assert "bayesian_mutual_information" in str(found[2])


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
