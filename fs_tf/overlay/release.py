"""The plan of a generated release: which frames and objects go into which split."""

import dataclasses
import math
import numbers
from collections.abc import Mapping, Sequence
from typing import Any

from fs_tf import errors
from fs_tf.overlay import seeds
from fs_tf.overlay.sources.cityscapes import (
    Cityscapes,
    Frame,
    check_image_size,
)

SPLITS = ("validation", "test")
# A validation set has its own classes if there are at least this many to share.
CLASSES_TO_SHARE = 6
VALIDATION_SHARE = 0.25


@dataclasses.dataclass(frozen=True)
class Example:
    """One image to be made: its id, its split and the frame below the objects."""

    image_id: str
    split: str
    frame: Frame


@dataclasses.dataclass(frozen=True)
class Settings:
    """What a user may choose about a generated release.

    Attributes:
      counts: number of images of each split; 0 leaves a split out.
      seeds: the seed of each split; whoever knows it can rebuild the split.
      image_size: (height, width) of the images; None keeps that of the frames.
      max_frame_uses: how often a frame may be used within its split. 1000 test images
        come from less than 500 frames, so frames repeat, with other objects.
      control_probability: of a negative control in an image, an object of a Cityscapes
        class that is labelled in-distribution. Half of the images with a control have
        no anomaly.

    Raises:
      ValueError: a setting out of its range.
    """

    counts: Mapping[str, int]
    seeds: Mapping[str, str]
    image_size: tuple[int, int] | None = None
    max_frame_uses: int = 3
    control_probability: float = 0.0

    def __post_init__(self):
        """Checks the ranges; raises ValueError."""
        least = {f"num_{split}": (n, 0) for split, n in self.counts.items()}
        least["max_frame_uses"] = (self.max_frame_uses, 1)
        for name, (value, minimum) in least.items():
            is_whole = isinstance(value, numbers.Integral) and value is not True
            if not is_whole or value is False or value < minimum:
                raise errors.BadValue(
                    f"{name} must be a whole number of at least {minimum}; got "
                    f"{value!r}."
                )
        share = self.control_probability
        is_number = isinstance(share, numbers.Real) and not isinstance(share, bool)
        if not is_number or not 0 <= share <= 1:
            raise errors.BadValue(
                f"control_probability must be within 0..1, a number; got {share!r}."
            )
        check_image_size(self.image_size)


def split_frames(
    frames: Sequence[Frame], settings: Settings, recipe: str
) -> dict[str, list[Frame]]:
    """Shares the frames between the splits, so that none is in two of them.

    The order in which frames are dealt out depends on the recipe's name alone, so
    that a public validation set shares no frame with anybody's hidden test set of the
    same counts.

    Raises:
      ValueError: fewer frames than the images need; it names the settings.
    """
    dealt = sorted(frames, key=lambda frame: seeds.share(recipe, frame.frame_id))
    uses = settings.max_frame_uses
    need = {s: math.ceil(settings.counts.get(s, 0) / uses) for s in SPLITS}
    if sum(need.values()) > len(frames):
        counts = " + ".join(
            f"num_{split}={settings.counts.get(split, 0)}" for split in SPLITS
        )
        raise errors.BadValue(
            f"{counts} images need {sum(need.values())} frames of Cityscapes split "
            f"'val' (each used at most max_frame_uses={uses} times, none in two "
            f"splits), but there are {len(frames)}; lower the counts or raise "
            "`max_frame_uses`."
        )
    first = settings.counts.get("validation", 0)
    boundary = max(min(first, len(dealt) - need["test"]), need["validation"])
    return {"validation": dealt[:boundary], "test": dealt[boundary:]}


def split_objects(objects: Sequence[Any], recipe: str) -> dict[str, list[Any]]:
    """Shares the objects between the splits, so that none is in two of them.

    With at least `CLASSES_TO_SHARE` classes the splits have no class in common, so
    that nobody learns the test classes from the validation set. Depends on the
    recipe's name alone, as the frames do.

    Raises:
      ValueError: a single object cannot serve two splits.
    """
    if len(objects) < 2:
        raise errors.BadValue(
            f"There is only one usable object ('{objects[0].source}'), but validation "
            "and test set must not share objects; add more."
        )
    categories = sorted({item.category for item in objects})
    if len(categories) >= CLASSES_TO_SHARE:
        dealt = sorted(categories, key=lambda name: seeds.share(recipe, name))
        chosen = set(dealt[: round(VALIDATION_SHARE * len(dealt))])
        first = [item for item in objects if item.category in chosen]
    else:
        dealt = sorted(objects, key=lambda item: seeds.share(recipe, item.source))
        first = dealt[: max(round(VALIDATION_SHARE * len(dealt)), 1)]
    sources = {item.source for item in first}
    return {
        "validation": [item for item in objects if item.source in sources],
        "test": [item for item in objects if item.source not in sources],
    }


def plan_examples(
    frames: Sequence[Frame], settings: Settings, recipe: str
) -> dict[str, list[Example]]:
    """Returns the examples of every split that has any, in the order of their ids.

    Which frame an image shows is drawn with the seed of its split.

    Raises:
      ValueError: no images asked for, or too few frames.
    """
    if not any(settings.counts.get(split, 0) > 0 for split in SPLITS):
        raise errors.BadValue(
            "num_validation and num_test are both 0; ask for an image."
        )
    shared = split_frames(frames, settings, recipe)
    plan = {}
    for split in SPLITS:
        count = settings.counts.get(split, 0)
        order: list[Frame] = []
        rng = seeds.generator(settings.seeds[split], recipe, split, "frames")
        while len(order) < count:
            order += [shared[split][i] for i in rng.permutation(len(shared[split]))]
        if count:
            plan[split] = [
                Example(f"{index:04d}", split, frame)
                for index, frame in enumerate(order[:count])
            ]
    return plan


def release_frames(cityscapes: Cityscapes) -> list[Frame]:
    """Returns the frames that releases are made of: Cityscapes validation frames.

    Raises:
      FileNotFoundError: the directory has none.
    """
    frames = cityscapes.frames("val")
    if not frames:
        raise errors.NotFound(
            f"'{cityscapes.directory}' has no frames in 'leftImg8bit/val'; generated "
            "datasets are made of Cityscapes validation frames."
        )
    return frames
