"""Independent random generators that follow from a seed and names."""

import hashlib

import numpy as np

from fs_tf import errors


def generator(seed: str | int, *names: str) -> np.random.Generator:
    """Returns the generator of one purpose, the same on every machine.

    Args:
      seed: a number or any text. Text is best for secrets: nothing of it can be
        recovered from the generator's output other than by guessing it.
      names: what it is for: recipe, image id.

    Raises:
      ValueError: the seed is no Unicode text; the message does not show it.
    """
    text = "\x1f".join(("fishyscapes", str(seed), *names))
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        # Without its cause, whose message holds a part of the seed.
        raise errors.BadValue(
            "The seed is no Unicode text, as of raw bytes in the environment: use "
            "letters and digits."
        ) from None
    return np.random.default_rng(np.frombuffer(hashlib.sha256(encoded).digest(), "<u4"))


def share(*names: str) -> float:
    """Returns a fixed pseudo-random number in [0, 1) of the names; no seed."""
    digest = hashlib.sha256("\x1f".join(names).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
