"""Writes cutouts as found on the web: an object, its alpha, no background."""

import functools
import pathlib

import cv2
import numpy as np

from fs_tf.sample_world import animals, figures, noise
from fs_tf.sample_world.jobs import Job, write_png
from fs_tf.sample_world.seeds import generator

ROOT = pathlib.Path("web_cutouts")
LONGER_SIDE = 640
# The car is a Cityscapes class, for negative controls.
CUTOUTS = {
    "tiger": functools.partial(animals.quadruped, "tiger"),
    "zebra": functools.partial(animals.quadruped, "zebra"),
    "leopard": functools.partial(animals.quadruped, "leopard"),
    "parrot": animals.bird,
    "sailboat": figures.FIGURES["boat"],
    "armchair": figures.FIGURES["chair"],
    "car": figures.FIGURES["car"],
}


def jobs(seed: int) -> list[Job]:
    """Returns one job per cutout."""
    work = []
    for name in CUTOUTS:
        path = ROOT / f"{name}.png"
        work.append(Job((path,), functools.partial(_write, path, name, seed)))
    return work


def _write(path, name, seed, directory) -> None:
    cutout = draw_cutout(name, generator(seed, "web_cutouts", name))
    write_png(directory / path, cutout)


def draw_cutout(name: str, rng: np.random.Generator) -> np.ndarray:
    """Returns the cutout, RGBA uint8 with straight alpha.

    As with cutouts of matting tools, the inside is not quite opaque (250..255), the
    border is soft, and the colour goes on below it.
    """
    picture = figures.cut_tight(CUTOUTS[name](rng, 400), LONGER_SIDE)
    margin = LONGER_SIDE // 25
    picture = cv2.copyMakeBorder(picture, *[margin] * 4, cv2.BORDER_CONSTANT)
    picture = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 0.8)
    alpha = picture[..., 3:] / 255
    color = picture[..., :3] / np.maximum(alpha, 0.02)
    field = noise.fractal_noise(alpha.shape[:2], 9, int(rng.integers(2**31)))
    opaque = 252.5 + 2.5 * np.clip(field, -1, 1)[..., None]
    rgba = np.concatenate([np.clip(color, 0, 255), alpha * opaque], -1)
    return np.round(rgba).astype(np.uint8)
