"""Datasets made anew from frames and objects, in parallel and resumable."""

import json
import os
import pathlib
import shutil
from collections.abc import Iterator, Sequence

from absl import logging

from fs_tf.overlay.controls import ControlFiles, ControlFrames
from fs_tf.overlay.drawing import Controls
from fs_tf.overlay.generation import Factory
from fs_tf.overlay.parts import parts_key
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
from fs_tf.overlay.workers import make_all
from tfds_builders.fishyscapes.configs import Config

SECRET_SEED_VARIABLE = "FISHYSCAPES_SECRET_SEED"
PARTS = "unfinished"
SKIPPED_FILE = "skipped.txt"


class Release:
    """The plan of a generated dataset and the way to its examples.

    Args:
      config: a generated config.
      cityscapes: folder of the frames.
      objects: folder of the objects.
      settings: what the user chose.

    Raises:
      FileNotFoundError, ValueError: missing data, too few frames or objects.
    """

    def __init__(
        self,
        config: Config,
        cityscapes: pathlib.Path,
        objects: pathlib.Path,
        settings: Settings,
    ):
        frames = Cityscapes(cityscapes)
        self.plan = plan_examples(release_frames(frames), settings, config.recipe)
        source = {"voc": Voc, "cutouts": Cutouts}[config.objects](objects)
        found, self._skipped = source.objects()
        self._factory = Factory(
            recipe=config.recipe,
            cityscapes=frames,
            source=source,
            objects=split_objects(found, config.recipe),
            settings=settings,
            controls=_controls(source, frames, settings),
        )

    def examples(
        self,
        split: str,
        folder: pathlib.Path,
        unfinished: pathlib.Path,
        processes: int | None,
    ) -> Iterator[dict]:
        """Yields the examples of a split and writes down how they were made.

        Args:
          split: "validation" or "test".
          folder: gets `provenance-SPLIT.jsonl`, and the list of what was skipped.
          unfinished: keeps finished examples until the dataset is complete, so that
            the same call after a crash continues.
          processes: how many; None takes one per core.
        """
        examples = self.plan[split]
        parts = _parts_folder(unfinished, self._factory, examples)
        made_all = make_all(self._factory, examples, processes, str(parts))
        skipped = set()
        with open(folder / f"provenance-{split}.jsonl", "w") as provenance:
            for example, made in zip(examples, made_all, strict=True):
                provenance.write(json.dumps(made.provenance) + "\n")
                skipped.update(made.skipped)
                yield {
                    "image_id": example.image_id,
                    "basedata_id": example.frame.frame_id,
                    "image_left": made.image,
                    "mask": made.mask,
                }
        self._report([*self._skipped, *sorted(skipped)], folder)

    def _report(self, skipped: Sequence[str], folder: pathlib.Path) -> None:
        if skipped:
            (folder / SKIPPED_FILE).write_text("\n".join(skipped) + "\n")
            logging.warning(
                "%d objects were skipped; '%s' beside the dataset lists them. First: "
                "%s",
                len(skipped),
                SKIPPED_FILE,
                skipped[0],
            )


def secret_seed(given: str | int | None) -> str | int | None:
    """Returns the seed of hidden test sets: the given one, else the environment's."""
    return os.environ.get(SECRET_SEED_VARIABLE) if given is None else given


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


def _parts_folder(
    unfinished: pathlib.Path, factory: Factory, examples: list[Example]
) -> pathlib.Path:
    """Creates the folder of finished parts and removes those of other settings."""
    split = examples[0].split
    parts = unfinished / f"{split}-{parts_key(factory, examples)}"
    for other in unfinished.glob(f"{split}-*"):
        if other != parts:
            shutil.rmtree(other)
    parts.mkdir(parents=True, exist_ok=True)
    return parts
