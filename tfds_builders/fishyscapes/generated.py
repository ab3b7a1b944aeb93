"""Datasets made anew from frames and objects, in parallel and resumable."""

import dataclasses
import json
import pathlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from absl import logging

from fs_tf import digests, errors, files
from fs_tf.overlay.generation import Factory, frame_splits
from fs_tf.overlay.opening import SOURCES, Release, open_release
from fs_tf.overlay.parts import CODE, parts_key
from fs_tf.overlay.release import Example, Settings
from fs_tf.overlay.sources.cityscapes import Cityscapes
from fs_tf.overlay.workers import make_all
from tfds_builders.arguments import Arguments
from tfds_builders.fishyscapes import secret
from tfds_builders.fishyscapes.config import Config
from tfds_builders.records import Record, Split
from tfds_builders.sourced_builder import Request

SKIPPED_FILE = "skipped.txt"


@dataclasses.dataclass
class GeneratedConfig(Config):
    """A dataset that is made anew.

    Arguments of the builder:
      cityscapes: folder of Cityscapes, raw layout or official zips.
      voc: `VOCdevkit`, or a year folder in it.
      cutouts: folder of RGBA PNGs.
      num_validation: images of the validation split; 0 leaves it out.
      num_test: images of the test split; 0 leaves it out.
      image_size: (height, width) of the images; None keeps the frames'.
      max_frame_uses: how often a frame may be used in its split.
      control_probability: of a negative control in an image.
      seed: number or text from which the images follow.
      secret_seed: from which the test split follows instead, so that only who knows it
        can rebuild the test split: a long random text. By default the environment
        variable FISHYSCAPES_SECRET_SEED, where it is set; False takes none.
      processes: that make images; None takes one per core.

    Attributes:
      recipe: a name in `fs_tf.overlay.recipes`.
      objects: "voc" or "cutouts".
      folder: of the objects in the manual directory.
    """

    recipe: str = ""
    objects: str = ""
    folder: str = ""

    @property
    def arguments(self) -> Arguments:
        """See the base class; defaults are those of the paper, or our choice."""
        return Arguments(
            sources=("cityscapes", self.objects),
            settings={
                "num_validation": 30,
                "num_test": 1000,
                "image_size": None,
                "max_frame_uses": 3,
                "control_probability": 0.0,
            },
            seeds={"seed": 0, "secret_seed": None},
            options={"processes": None},
        )

    def digest_of_source(
        self, name: str, folder: pathlib.Path, version: str, values: Mapping[str, Any]
    ) -> str:
        """See the base class; training frames count where controls are cut from them.

        Raises:
          FileNotFoundError, ValueError: it is not there.
        """
        del version
        if name != "cityscapes":
            return SOURCES[self.objects](self._release_folder(folder)).digest()
        splits = frame_splits(values["control_probability"])
        return Cityscapes(folder).digest(splits)

    def digest_of_code(self) -> str:
        """See the base class."""
        return digests.of_code(*CODE, "tfds_builders/fishyscapes/generated.py")

    def seeds(self, given: Mapping[str, Any]) -> dict[str, str]:
        """See the base class; without a secret the public seed is that of all splits.

        Raises:
          ValueError: a secret that hides nothing.
        """
        public = secret.text_of(given.get("seed", self.arguments.seeds["seed"]), "seed")
        found = {"seed": public} if "seed" in given else {}
        # A frozen dataset may be read where the environment's secret is empty.
        if "secret_seed" in given or secret.is_set():
            hidden = None
            if given.get("num_test") != 0:
                hidden = secret.secret_seed(given.get("secret_seed"), public)
            found["secret_seed"] = public if hidden is None else hidden
        return found

    def splits(self, request: Request) -> dict[str, Split]:
        """See the base class."""
        release = open_release(
            self.recipe,
            self.objects,
            request.folder("cityscapes")[0],
            self._objects(*request.folder(self.objects)),
            settings_of(request.values, self.seeds(request.values)),
        )
        processes = request.values["processes"]
        return {
            split: Split(
                _records(release, split, request.output, request.unfinished, processes),
                len(examples),
            )
            for split, examples in release.plan.items()
        }

    def _objects(self, folder: pathlib.Path, is_named: bool) -> pathlib.Path:
        """Returns the folder of the objects, that of this release where there is one.

        Raises:
          FileNotFoundError: the manual directory has no cutouts of this release.
        """
        found = self._release_folder(folder)
        has_own = found != folder or folder.name == "cutouts"
        if not is_named and self.objects == "cutouts" and not has_own:
            raise errors.NotFound(
                f"'{folder}' has no folder '{self.folder}'; put the RGBA PNGs of "
                "that release there, or pass builder_kwargs={'cutouts': FOLDER}."
            )
        return found

    def _release_folder(self, folder: pathlib.Path) -> pathlib.Path:
        own = folder / self.folder
        return own if own.is_dir() else folder


def settings_of(values: Mapping[str, Any], seeds: Mapping[str, str]) -> Settings:
    """Returns the settings of a release from those of the builder.

    Raises:
      ValueError: a setting out of its range.
    """
    return Settings(
        counts={"validation": values["num_validation"], "test": values["num_test"]},
        seeds={"validation": seeds["seed"], "test": seeds["secret_seed"]},
        image_size=values["image_size"],
        max_frame_uses=values["max_frame_uses"],
        control_probability=values["control_probability"],
    )


def _records(
    release: Release,
    split: str,
    output: pathlib.Path,
    unfinished: pathlib.Path,
    processes: int | None,
) -> Iterator[Record]:
    """Yields the examples of a split and writes down how they were made.

    Args:
      release: frames, objects and plan.
      split: "validation" or "test".
      output: gets `provenance-SPLIT.jsonl`, and the list of what was skipped.
      unfinished: keeps finished examples until the dataset is complete, so that the
        same call after a crash continues.
      processes: how many; None takes one per core.

    Raises:
      FileNotFoundError, ValueError: a broken frame, or nothing that fits.
    """
    examples = release.plan[split]
    parts = _parts_folder(unfinished, release.factory, examples)
    made_all = make_all(release.factory, examples, processes, str(parts))
    skipped = set(release.skipped)
    notes = []
    for example, made in zip(examples, made_all, strict=True):
        notes.append(json.dumps(made.provenance) + "\n")
        skipped.update(made.skipped)
        features = {
            "image_id": example.image_id,
            "basedata_id": example.frame.frame_id,
            "image_left": made.image,
            "mask": made.mask,
        }
        yield Record(features, made.pixels, frozenset(made.codes))
    files.write_text(output / f"provenance-{split}.jsonl", "".join(notes))
    _report(sorted(skipped), split, output)


def _report(skipped: Sequence[str], split: str, folder: pathlib.Path) -> None:
    if skipped:
        path = folder / SKIPPED_FILE
        listed = files.read_text(path).splitlines() if path.exists() else []
        files.write_text(path, "".join(f"{s}\n" for s in sorted({*listed, *skipped})))
        logging.warning(
            "%s: %d objects were skipped, listed in '%s' beside the dataset; first: %s",
            *(split, len(skipped), SKIPPED_FILE, skipped[0]),
        )


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
