"""Seeds are numbers or any text that has a UTF-8 form."""

import os

import pytest

from fs_tf import errors
from fs_tf.overlay import seeds


def test_any_text_is_a_seed():
    first, again, other = (seeds.generator(s, "a") for s in ("größe", "größe", 7))
    draw = first.random()
    assert draw == again.random() != other.random()


def test_raw_bytes_of_the_environment_are_none():
    seed = os.fsdecode(b"secret \xff\xfe")
    with pytest.raises(errors.BadValue, match="seed is no Unicode text") as caught:
        seeds.generator(seed, "a")
    assert "secret" not in str(caught.value)
