"""Writes street frames in the layout of Cityscapes."""

import functools
import json
import pathlib

import numpy as np

from fs_tf.files import write_text
from fs_tf.sample_world.frame import render_frame
from fs_tf.sample_world.jobs import Job, write_png
from fs_tf.sample_world.seeds import generator

ROOT = pathlib.Path("cityscapes")
CITIES = {
    "train": ("ahornau", "birkenfels", "eichstett"),
    "val": ("lindenau", "tannberg"),
}


def jobs(seed: int, height: int, split: str, frames: int) -> list[Job]:
    """Returns one job per frame of a split, the frames dealt to its cities in turn."""
    work = []
    for index in range(frames):
        city = CITIES[split][index % len(CITIES[split])]
        name = f"{city}_{index // len(CITIES[split]):06d}_000019"
        paths = (
            ROOT / "leftImg8bit" / split / city / f"{name}_leftImg8bit.png",
            ROOT / "gtFine" / split / city / f"{name}_gtFine_labelIds.png",
            ROOT / "disparity" / split / city / f"{name}_disparity.png",
            ROOT / "camera" / split / city / f"{name}_camera.json",
        )
        write = functools.partial(_write, paths, seed, height, split, index)
        work.append(Job(paths, write))
    return work


def _write(paths, seed, height, split, index, directory) -> None:
    frame = render_frame(height, generator(seed, "cityscapes", split, index))
    write_png(directory / paths[0], frame.image)
    write_png(directory / paths[1], frame.label_ids)
    write_png(directory / paths[2], encode_disparity(frame.disparity))
    text = json.dumps(frame.camera.json(), indent=4) + "\n"
    write_text(directory / paths[3], text)


def encode_disparity(disparity: np.ndarray) -> np.ndarray:
    """Returns disparity as Cityscapes stores it: 256 d + 1, or 0 where it is unknown.

    Args:
      disparity: float32 [H, W], pixels; negative where it is unknown.

    Returns:
      uint16 [H, W].
    """
    stored = np.clip(np.round(disparity * 256 + 1), 1, 65535)
    return np.where(disparity >= 0, stored, 0).astype(np.uint16)
