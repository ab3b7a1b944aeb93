"""Builder arguments given as a flag."""

import pytest

import tfds_builders


def test_known_arguments():
    text = '{"cityscapes": "DIR", "num_test": 3, "image_size": [64, 128]}'
    assert tfds_builders.parse_builder_kwargs(text) == {
        "cityscapes": "DIR",
        "num_test": 3,
        "image_size": [64, 128],
    }


@pytest.mark.parametrize(
    ("text", "error", "match"),
    [
        ("cityscapes", ValueError, "builder_kwargs is no JSON"),
        ("[1]", ValueError, "must be a JSON object; got .1."),
    ],
)
def test_bad_arguments(text, error, match):
    with pytest.raises(error, match=match):
        tfds_builders.parse_builder_kwargs(text)
