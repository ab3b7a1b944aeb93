"""Datasets made anew from frames and objects, in parallel and resumable."""

import json
import os
import pathlib
import shutil
from collections.abc import Iterator, Sequence
from typing import Any

from absl import logging

from fs_tf.overlay.generation import Factory
from fs_tf.overlay.opening import Release
from fs_tf.overlay.parts import parts_key
from fs_tf.overlay.release import Example, Settings
from fs_tf.overlay.workers import make_all

SECRET_SEED_VARIABLE = "FISHYSCAPES_SECRET_SEED"
PARTS = "unfinished"
SKIPPED_FILE = "skipped.txt"
# A setting that is not given: the value in the paper, or our choice.
DEFAULTS = {
    "num_validation": 30,
    "num_test": 1000,
    "image_size": None,
    "max_frame_uses": 3,
    "control_probability": 0.0,
    "seed": 0,
}


def with_defaults(chosen: dict[str, Any]) -> dict[str, Any]:
    """Returns the settings with the default for every one that is None."""
    return {
        name: DEFAULTS.get(name) if value is None else value
        for name, value in chosen.items()
    }


def settings_of(chosen: dict[str, Any]) -> Settings:
    """Returns the settings of a release from those of the builder.

    Raises:
      ValueError: a setting out of its range.
    """
    seed, secret, size = (chosen[n] for n in ("seed", "secret_seed", "image_size"))
    return Settings(
        counts={"validation": chosen["num_validation"], "test": chosen["num_test"]},
        seeds={
            "validation": str(seed),
            "test": str(seed if secret is None else secret),
        },
        image_size=size,
        max_frame_uses=chosen["max_frame_uses"],
        control_probability=chosen["control_probability"],
    )


def secret_seed(given: str | int | None) -> str | int | None:
    """Returns the seed of hidden test sets: the given one, else the environment's."""
    return os.environ.get(SECRET_SEED_VARIABLE) if given is None else given


def generated_examples(
    release: Release,
    split: str,
    folder: pathlib.Path,
    unfinished: pathlib.Path,
    processes: int | None,
) -> Iterator[dict]:
    """Yields the examples of a split and writes down how they were made.

    Args:
      release: frames, objects and plan.
      split: "validation" or "test".
      folder: gets `provenance-SPLIT.jsonl`, and the list of what was skipped.
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
    _report(sorted(skipped), split, folder)


def _report(skipped: Sequence[str], split: str, folder: pathlib.Path) -> None:
    if skipped:
        path = folder / SKIPPED_FILE
        listed = path.read_text().splitlines() if path.exists() else []
        path.write_text("".join(f"{s}\n" for s in sorted({*listed, *skipped})))
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
