"""The objects of the sample Pascal VOC, by class name."""

import functools
from collections.abc import Callable

import cv2
import numpy as np

from fs_tf.sample_world import (
    animals,
    box_pictures,
    car_pictures,
    cycles,
    objects,
    people,
    vehicles,
)
from fs_tf.sample_world.vehicle_pictures import Look


def _car(rng: np.random.Generator, pixels: int) -> np.ndarray:
    paint = vehicles.PAINTS[rng.integers(len(vehicles.PAINTS))]
    return car_pictures.car_side(vehicles.CAR, Look(paint, 0), pixels / 2)


def _long_vehicle(kind: str, rng: np.random.Generator, pixels: int) -> np.ndarray:
    paints = box_pictures.PAINTS[kind]
    look = Look(paints[rng.integers(len(paints))], 0)
    return box_pictures.side(kind, box_pictures.SIZES[kind], look, pixels / 6)


def _person(rng: np.random.Generator, pixels: int) -> np.ndarray:
    return people.walker(people.draw_person(rng), pixels / 1.5)


def _motorbike(rng: np.random.Generator, pixels: int) -> np.ndarray:
    paint = cycles.FAIRINGS[rng.integers(len(cycles.FAIRINGS))]
    return cycles.motorcycle_picture(paint, pixels / 1.5)


# rng, pixels per unit -> RGBA uint8, premultiplied
FIGURES: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "aeroplane": objects.aeroplane,
    "bird": animals.bird,
    "boat": objects.boat,
    "bottle": objects.bottle,
    "cat": functools.partial(animals.quadruped, "cat"),
    "chair": objects.chair,
    "cow": functools.partial(animals.quadruped, "cow"),
    "dog": functools.partial(animals.quadruped, "dog"),
    "horse": functools.partial(animals.quadruped, "horse"),
    "sheep": functools.partial(animals.quadruped, "sheep"),
    "sofa": objects.sofa,
    "tvmonitor": objects.tvmonitor,
    "pottedplant": objects.pottedplant,
    "car": _car,
    "person": _person,
    "motorbike": _motorbike,
    "bus": functools.partial(_long_vehicle, "bus"),
    "train": functools.partial(_long_vehicle, "train"),
}


def draw(name: str, rng: np.random.Generator, longer_side: int) -> np.ndarray:
    """Returns the figure, cut tight and turned left or right.

    Args:
      name: a key of `FIGURES`.
      rng: of its look.
      longer_side: pixels.

    Returns:
      uint8 [h, w, 4], premultiplied alpha.
    """
    figure = cut_tight(FIGURES[name](rng, max(24, longer_side)), longer_side)
    return np.ascontiguousarray(figure[:, ::-1]) if rng.random() < 0.5 else figure


def cut_tight(figure: np.ndarray, longer_side: int) -> np.ndarray:
    """Returns the opaque part of RGBA uint8 [h, w, 4], `longer_side` pixels long."""
    inside = figure[..., 3] > 127
    rows, columns = np.nonzero(inside.any(1))[0], np.nonzero(inside.any(0))[0]
    figure = figure[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = longer_side / max(figure.shape[:2])
    size = [max(1, round(scale * side)) for side in figure.shape[1::-1]]
    return cv2.resize(figure, size, interpolation=cv2.INTER_AREA)
