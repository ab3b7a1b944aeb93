"""From folders to a factory: opens the sources of a release and plans it."""

import dataclasses
import os

from fs_tf.overlay.controls import ControlFiles, ControlFrames
from fs_tf.overlay.drawing import Controls
from fs_tf.overlay.generation import Factory
from fs_tf.overlay.release import (
    Example,
    Settings,
    plan_examples,
    release_frames,
    split_objects,
)
from fs_tf.overlay.sources.cityscapes import Cityscapes
from fs_tf.overlay.sources.cutouts import Cutouts
from fs_tf.overlay.sources.voc import Voc
from fs_tf.tables import lookup

SOURCES = {"voc": Voc, "cutouts": Cutouts}


@dataclasses.dataclass(frozen=True)
class Release:
    """An opened release.

    Attributes:
      factory: makes its examples.
      plan: examples of every split.
      skipped: objects that cannot be used because they cannot be read, and why.
    """

    factory: Factory
    plan: dict[str, list[Example]]
    skipped: list[str]


def open_release(
    recipe: str,
    kind: str,
    cityscapes: str | os.PathLike,
    objects: str | os.PathLike,
    settings: Settings,
) -> Release:
    """Opens the sources and plans all splits.

    Args:
      recipe: name in `RECIPES`.
      kind: what `objects` is: name in `SOURCES`.
      cityscapes: folder of the frames.
      objects: folder of the objects.
      settings: counts, seeds and the rest.

    Raises:
      FileNotFoundError, ValueError: missing data, too few frames or objects.
    """
    frames = Cityscapes(cityscapes)
    plan = plan_examples(release_frames(frames), settings, recipe)
    source = lookup(SOURCES, kind, "source of objects")(objects)
    found, skipped = source.objects()
    shared = split_objects(found, recipe)
    controls = _controls(source, frames, settings)
    factory = Factory(recipe, frames, source, shared, settings, controls)
    return Release(factory, plan, skipped)


def _controls(
    source: Voc | Cutouts, frames: Cityscapes, settings: Settings
) -> Controls | None:
    """Takes controls from cutouts of Cityscapes classes, else from other frames."""
    if settings.control_probability == 0:
        return None
    files = source.controls() if isinstance(source, Cutouts) else []
    if files:
        return ControlFiles(source, files)
    others = frames.frames("train") or frames.frames("val")
    return ControlFrames(frames, others, settings.image_size)
