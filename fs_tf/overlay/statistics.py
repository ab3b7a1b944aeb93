"""What the anomalies of a dataset look like in numbers, and where they lie."""

import collections
import dataclasses
import json
import operator
import os
from collections.abc import Callable, Iterable

import cv2
import numpy as np

from fs_tf import errors
from fs_tf.labels import ANOMALY, EGO_VEHICLE, VOID
from fs_tf.overlay.sources.images import encode_png

GRID = (32, 64)
_PIXELS_PER_CELL = 16


@dataclasses.dataclass(frozen=True)
class Statistics:
    """Of all images of a split together.

    Attributes:
      images: number of images.
      anomalous: share of the valid pixels that are anomalous.
      on_ego_vehicle: number of anomalous pixels on the ego vehicle; None unless the
        labels of the frames were given.
      chance: float64 [32, 64], how often a cell of the image is anomalous where it is
        valid; NaN where it hardly ever is.
      lower_half: category -> (share of its objects whose box, with what is hidden in
        it, is centred in the lower half of the image, number of objects); empty
        without provenance.
    """

    images: int
    anomalous: float
    on_ego_vehicle: int | None
    chance: np.ndarray
    lower_half: dict[str, tuple[float, int]]


def statistics(
    examples: Iterable[dict],
    provenance: os.PathLike | None = None,
    labels_of: Callable[[str], np.ndarray] | None = None,
) -> Statistics:
    """Measures the masks of a split.

    Args:
      examples: dicts with `mask` uint8 [H, W, 1], `image_id` and `basedata_id`.
      provenance: `provenance-SPLIT.jsonl` of a generated dataset. Where several
        splits were put together, ids repeat in it as in the examples, in one order.
      labels_of: from a frame's id to its Cityscapes label ids, uint8 [H, W] of any
        size.

    Raises:
      ValueError: there are no examples, or the provenance is damaged.
    """
    heights: list[tuple[str, int]] = []
    on_ego = 0
    anomalous, valid = np.zeros(GRID), np.zeros(GRID)
    for example in examples:
        mask = example["mask"][..., 0]
        heights.append((example["image_id"].decode(), len(mask)))
        anomalous += _per_cell(mask == ANOMALY)
        valid += _per_cell(mask != VOID)
        if labels_of is not None:
            labels = labels_of(example["basedata_id"].decode())
            labels = cv2.resize(labels, mask.shape[::-1], interpolation=0)
            on_ego += np.count_nonzero((mask == ANOMALY) & (labels == EGO_VEHICLE))
    if not heights:
        raise errors.BadValue(
            "There are no examples to measure; ask for another split."
        )
    seen = valid > len(heights) / 2
    return Statistics(
        images=len(heights),
        anomalous=float(anomalous.sum() / valid.sum()),
        on_ego_vehicle=None if labels_of is None else on_ego,
        chance=np.divide(anomalous, valid, where=seen, out=np.full(GRID, np.nan)),
        lower_half={} if provenance is None else _lower_half(provenance, heights),
    )


def _lower_half(
    provenance: os.PathLike, heights: list[tuple[str, int]]
) -> dict[str, tuple[float, int]]:
    objects = _objects(provenance)
    met: collections.Counter = collections.Counter()
    is_lower = collections.defaultdict(list)
    for image_id, height in heights:
        # An image that is measured twice has one line all the same.
        lines = objects.get(image_id, [[]])
        for category, doubled_centre in lines[min(met[image_id], len(lines) - 1)]:
            is_lower[category].append(doubled_centre >= height)
        met[image_id] += 1
    return {
        category: (float(np.mean(found)), len(found))
        for category, found in sorted(is_lower.items())
    }


def _objects(provenance: os.PathLike) -> dict[str, list[list[tuple[str, int]]]]:
    """Returns the objects of every line of an image id.

    Each is its category, and twice the row of the centre of its box.
    """
    found: dict[str, list[list[tuple[str, int]]]] = {}
    with open(provenance, "rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                image = json.loads(line)
                objects = [
                    (str(step["category"]), _doubled_centre(step))
                    for step in image["steps"]
                    if "category" in step
                ]
                found.setdefault(image["image_id"], []).append(objects)
            except (ValueError, KeyError, TypeError):
                raise errors.BadValue(
                    f"Line {number} of '{os.fspath(provenance)}' is damaged: it must "
                    "be JSON of `image_id` and `steps`; make the dataset again."
                ) from None
    return found


def _doubled_centre(step: dict) -> int:
    return 2 * operator.index(step["top"]) + operator.index(step["height"])


def heat_map(chance: np.ndarray) -> bytes:
    """Draws the chance of every cell as a PNG: dark 0, bright 6 %, black invalid."""
    bright = np.nan_to_num(np.clip(chance / 0.06, 0, 1) * 255).astype(np.uint8)
    picture = cv2.applyColorMap(bright, cv2.COLORMAP_VIRIDIS)[..., ::-1].copy()
    picture[np.isnan(chance)] = 0
    size = (GRID[1] * _PIXELS_PER_CELL, GRID[0] * _PIXELS_PER_CELL)
    return encode_png(cv2.resize(picture, size, interpolation=cv2.INTER_NEAREST))


def _per_cell(flags: np.ndarray) -> np.ndarray:
    """Share of the pixels of each cell of the grid that are set."""
    size = (GRID[1], GRID[0])
    return cv2.resize(flags.astype(np.float32), size, interpolation=cv2.INTER_AREA)
