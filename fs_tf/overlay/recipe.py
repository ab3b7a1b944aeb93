"""A recipe: how the objects of one dataset release are put into scenes."""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from fs_tf.overlay.placement import Placer
from fs_tf.overlay.scene import Cutout, Layer, Scene, paste

Stage = Callable[[Layer, Scene, np.random.Generator], Layer]
SceneStage = Callable[[Scene, np.random.Generator], Scene]


@dataclasses.dataclass(frozen=True)
class Recipe:
    """The steps from a frame and cutouts to an example.

    Attributes:
      name: of the recipe, part of every random seed ("static").
      place: chooses size and position.
      stages: adapt a placed object to the scene, in this order.
      prepare: change the scene before objects are pasted, such as fog.
      finish: change the scene after all objects are pasted.
      objects_per_image: probability of 1, 2, ... anomalous objects in an image.
    """

    name: str
    place: Placer
    stages: tuple[Stage, ...]
    prepare: tuple[SceneStage, ...] = ()
    finish: tuple[SceneStage, ...] = ()
    objects_per_image: tuple[float, ...] = (0.65, 0.25, 0.1)


def render(
    scene: Scene, cutouts: Sequence[Cutout], recipe: Recipe, rng: np.random.Generator
) -> Scene:
    """Pastes the cutouts into the scene, one over the other.

    Raises:
      DoesNotFit: no place was found for a cutout.
    """
    for prepare in recipe.prepare:
        scene = prepare(scene, rng)
    for cutout in cutouts:
        layer = recipe.place(cutout, scene, rng)
        for stage in recipe.stages:
            layer = stage(layer, scene, rng)
        scene = paste(layer, scene)
    for finish in recipe.finish:
        scene = finish(scene, rng)
    return scene
