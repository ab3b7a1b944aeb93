"""Independent random generators that follow from a seed and names."""

import hashlib

import numpy as np


def generator(seed: str | int, *names: str) -> np.random.Generator:
    """Returns the generator of one purpose, the same on every machine.

    Args:
      seed: a number or any text. Text is best for secrets: nothing of it can be
        recovered from the generator's output other than by guessing it.
      names: what it is for: recipe, image id.
    """
    text = "\x1f".join(("fishyscapes", str(seed), *names))
    return np.random.default_rng(
        np.frombuffer(hashlib.sha256(text.encode()).digest(), "<u4")
    )


def share(*names: str) -> float:
    """Returns a fixed pseudo-random number in [0, 1) of the names; no seed."""
    digest = hashlib.sha256("\x1f".join(names).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
