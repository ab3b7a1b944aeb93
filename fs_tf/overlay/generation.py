"""Makes the examples of a release, each from its seed and image id alone."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fs_tf import digests, errors
from fs_tf.labels import ANOMALY
from fs_tf.overlay import seeds
from fs_tf.overlay.drawing import Controls, Objects, draw_objects
from fs_tf.overlay.placement import DoesNotFit
from fs_tf.overlay.recipe import Recipe, render
from fs_tf.overlay.recipes import RECIPES
from fs_tf.overlay.release import Example, Settings
from fs_tf.overlay.scene import Cutout, Scene, scene_of_frame
from fs_tf.overlay.sources import images
from fs_tf.overlay.sources.cityscapes import Cityscapes

REDRAWS = 20
# Of the images with a negative control, this share has no anomaly besides.
ONLY_CONTROL = 0.5


@dataclasses.dataclass(frozen=True)
class Made:
    """A finished example.

    Attributes:
      image, mask: PNG files.
      pixels: digest of image and mask by value.
      codes: values in the mask.
      provenance: what was pasted where and how; never the seed.
      skipped: objects that could not be read, and why.
    """

    image: bytes
    mask: bytes
    pixels: str
    codes: tuple[int, ...]
    provenance: dict
    skipped: tuple[str, ...] = ()


def frame_splits(control_probability: float) -> tuple[str, ...]:
    """Returns the splits of Cityscapes that a release reads; controls are cut out."""
    return ("val", "train") if control_probability else ("val",)


@dataclasses.dataclass(frozen=True)
class Factory:
    """Everything needed to make any example; sent to worker processes.

    Attributes:
      recipe: name in `RECIPES`.
      cityscapes: the frames.
      source: reads the objects.
      objects: those of each split.
      settings: seeds, image size, controls.
      controls: where negative controls come from, if they are asked for.
    """

    recipe: str
    cityscapes: Cityscapes
    source: Objects
    objects: Mapping[str, Sequence[Any]]
    settings: Settings
    controls: Controls | None = None

    @property
    def frame_splits(self) -> tuple[str, ...]:
        """The splits of Cityscapes that frames and controls come from."""
        return frame_splits(self.settings.control_probability)

    def scene(self, example: Example) -> tuple[Scene, tuple[str, ...]]:
        """Renders one example.

        Returns:
          The scene, and the objects skipped because they could not be read.

        Raises:
          FileNotFoundError, ValueError: a broken frame, or no object that fits.
        """
        recipe = RECIPES[self.recipe]
        seed = self.settings.seeds[example.split]
        rng = seeds.generator(seed, recipe.name, example.split, example.image_id)
        image, labels = self.cityscapes.image_and_labels(
            example.frame, self.settings.image_size
        )
        depth = self.cityscapes.depth_reader(example.frame, labels)
        scene = scene_of_frame(image, labels, depth)
        skipped: list[str] = []
        for _ in range(REDRAWS):
            drawn = self._draw(example.split, recipe, rng, skipped)
            try:
                made = render(scene, drawn, recipe, rng)
            except DoesNotFit:
                continue
            # What is thin may fade away in the blending, or be covered by another.
            wanted = any(cutout.code == ANOMALY for cutout in drawn)
            if not wanted or (made.mask == ANOMALY).any():
                return made, tuple(skipped)
        raise errors.BadValue(
            f"No object fits into frame '{example.frame.frame_id}' of "
            f"{scene.size[0]}x{scene.size[1]} after {REDRAWS} draws; use larger frames "
            "or other objects."
        )

    def _draw(
        self, split: str, recipe: Recipe, rng: np.random.Generator, skipped: list[str]
    ) -> list[Cutout]:
        shares = np.cumsum(recipe.objects_per_image)
        count = 1 + int(np.searchsorted(shares, rng.random() * shares[-1]))
        has_control, only_control, where = rng.random(3)
        if self.controls is None or has_control >= self.settings.control_probability:
            drawn, unreadable = draw_objects(
                self.source, self.objects[split], count, rng
            )
        else:
            count = 0 if only_control < ONLY_CONTROL else count
            drawn, unreadable = draw_objects(
                self.source, self.objects[split], count, rng
            )
            drawn.insert(int(where * (count + 1)), self.controls.draw(rng))
        skipped += unreadable
        return drawn

    def make(self, example: Example) -> Made:
        """Renders and encodes one example."""
        scene, skipped = self.scene(example)
        provenance = {
            "image_id": example.image_id,
            "split": example.split,
            "basedata_id": example.frame.frame_id,
            "recipe": self.recipe,
            "steps": list(scene.notes),
        }
        return Made(
            images.encode_png(scene.image),
            images.encode_png(scene.mask),
            digests.of_pixels(scene.image, scene.mask),
            tuple(np.unique(scene.mask).tolist()),
            provenance,
            skipped,
        )
