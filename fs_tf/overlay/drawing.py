"""Which objects go into an image."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from fs_tf import errors
from fs_tf.overlay.categories import preferred_half
from fs_tf.overlay.scene import Cutout

MAX_UNREADABLE = 20


class Objects(Protocol):
    """Where the pasted objects come from; items have `category` and `source`."""

    def objects(self) -> tuple[list[Any], list[str]]:
        """Returns the usable objects, and what was skipped and why."""

    def cutout(self, item: Any) -> Cutout:
        """Reads one object."""

    def digest(self) -> str:
        """Returns the digest of all files that objects come from."""


class Controls(Protocol):
    """Where negative controls come from."""

    def draw(self, rng: np.random.Generator) -> Cutout:
        """Returns a random control."""


def category_shares(categories: Sequence[str]) -> np.ndarray:
    """Returns how likely each category is.

    All are equally likely, but that those of the lower half together are as likely as
    those of the upper half: otherwise their preferences would make one half of the
    images more anomalous than the other.

    Args:
      categories: distinct names.

    Returns:
      float64 [categories], summing to one.
    """
    halves = [preferred_half(category) for category in categories]
    counts = {half: halves.count(half) for half in ("lower", "upper", None)}
    if counts["lower"] and counts["upper"]:
        balanced = (counts["lower"] + counts["upper"]) / 2
        weights = [1.0 if h is None else balanced / counts[h] for h in halves]
    else:
        weights = [1.0] * len(halves)
    return np.array(weights) / sum(weights)


def draw_objects(
    source: Objects, items: Sequence[Any], count: int, rng: np.random.Generator
) -> tuple[list[Cutout], list[str]]:
    """Draws objects: first the category, then one of it.

    Returns:
      The cutouts, and the objects that could not be read, with the reason.

    Raises:
      ValueError: many unreadable objects in a row.
      OSError: the system cannot read one; without it, the same seed would give
        another image.
    """
    categories = sorted({item.category for item in items})
    shares = category_shares(categories)
    drawn: list[Cutout] = []
    skipped: list[str] = []
    while len(drawn) < count:
        category = categories[rng.choice(len(categories), p=shares)]
        same = [item for item in items if item.category == category]
        try:
            drawn.append(source.cutout(same[rng.integers(len(same))]))
        except (errors.BadValue, errors.NotFound) as error:
            skipped.append(str(error))
            if len(skipped) >= MAX_UNREADABLE:
                raise errors.BadValue(
                    f"{len(skipped)} objects could not be read; the last: {error}"
                ) from None
    return drawn, skipped
