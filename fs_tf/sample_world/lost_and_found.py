"""Writes hazards on the road in the layout of Lost & Found, and masks over it."""

import dataclasses
import functools
import io
import pathlib
import zipfile

import cv2
import numpy as np

from fs_tf import labels
from fs_tf.files import write_bytes
from fs_tf.sample_world import hazards, street, traffic
from fs_tf.sample_world.frame import Frame, draw_camera, render
from fs_tf.sample_world.jobs import Job, write_png
from fs_tf.sample_world.light import draw_light
from fs_tf.sample_world.road import draw_road
from fs_tf.sample_world.seeds import generator

ROOT = pathlib.Path("lost_and_found")
MASKS = pathlib.Path("manual") / "fishyscapes_lostandfound"
FREE_SPACE = 1  # label id of the drivable road
STEP = 2.5  # metres between two frames of a sequence
# Official names; children stand in the sequences that Fishyscapes leaves out.
SEQUENCES = (
    ("train", "01_Hanns_Klemm_Str_45", hazards.HAZARDS),
    ("train", "13_Elly_Beinhorn_Str", hazards.HAZARDS),
    ("train", "14_Otto_Lilienthal_Str_24", hazards.CHILDREN),
    ("test", "04_Maurener_Weg_8", hazards.HAZARDS),
    ("test", "15_Rechbergstr_Deckenpfronn", hazards.CHILDREN),
)


def jobs(seed: int, height: int, drives: int, frames: int) -> list[Job]:
    """Returns one job per frame.

    Args:
      seed: of the world.
      height: rows of the images.
      drives: towards hazards, per official sequence name.
      frames: per drive.
    """
    work = []
    scored = 0
    for split, sequence, kinds in SEQUENCES:
        for drive in range(drives):
            for frame in range(frames):
                base_id = f"{sequence}_{drive:06d}_{10 * (frame + 1):06d}"
                stem = pathlib.Path(split) / sequence / base_id
                paths = [
                    ROOT / "leftImg8bit" / f"{stem}_leftImg8bit.png",
                    ROOT / "gtCoarse" / f"{stem}_gtCoarse_labelIds.png",
                ]
                if kinds is hazards.HAZARDS:
                    paths.append(MASKS / f"{scored:04d}_{base_id}_labels.png")
                    scored += 1
                place = (seed, "lost_and_found", sequence, drive)
                write = functools.partial(_write, tuple(paths), place, frame, height)
                work.append(Job(tuple(paths), write))
    return work


def zip_job(work: list[Job]) -> Job:
    """Returns the job that packs the masks which the jobs of `jobs` wrote."""
    masks = tuple(path for job in work for path in job.paths if path.parent == MASKS)
    path = MASKS.with_suffix(".zip")
    return Job((path,), functools.partial(_write_zip, path, masks))


def _write(paths, place, frame, height, directory) -> None:
    picture = render_frame(height, place, frame)
    write_png(directory / paths[0], picture.image)
    write_png(directory / paths[1], coarse_labels(picture.label_ids))
    for path in paths[2:]:
        write_png(directory / path, anomaly_mask(picture.label_ids))


def render_frame(height: int, place: tuple, frame: int) -> Frame:
    """Returns a quiet street with one to three hazards, nearer with each frame.

    Args:
      height: rows.
      place: what the street's random numbers follow from; place[2] is the sequence.
      frame: 0, 1, ...
    """
    rng = generator(*place)
    kinds = {sequence: kinds for _, sequence, kinds in SEQUENCES}[place[2]]
    camera = dataclasses.replace(draw_camera(height, rng), advance=frame * STEP)
    light = draw_light(rng)
    road = draw_road(rng, crossing_chance=0.0)
    things = street.furnish(road, light, rng)
    if road.parking:
        things += traffic.parked_on(road, rng)
    distance = rng.uniform(15, 22)
    for _ in range(rng.integers(1, 4)):
        kind = str(rng.choice(list(kinds)))
        foot = road.point(rng.uniform(-1.6, 1.2), distance)
        things.append(hazards.put_up(kinds[kind], foot, rng))
        distance += rng.uniform(2, 7)
    return render(camera, light, road, things, rng)


def coarse_labels(label_ids: np.ndarray) -> np.ndarray:
    """Returns Lost & Found ids: 0 unlabeled, 1 free space, 2.. hazards, uint8 [H, W].

    The free space is coarse: annotators kept clear of its border.
    """
    is_hazard = label_ids >= hazards.OFFSET
    is_road = (label_ids == labels.LABEL_IDS["road"]) | is_hazard
    size = max(3, label_ids.shape[0] // 64)
    free = cv2.erode(is_road.astype(np.uint8), np.ones((size, size), np.uint8))
    return np.where(is_hazard, label_ids - hazards.OFFSET, free * FREE_SPACE)


def anomaly_mask(label_ids: np.ndarray) -> np.ndarray:
    """Returns 1 at hazards, 255 where Cityscapes has no class, else 0, uint8."""
    is_hazard = label_ids >= hazards.OFFSET
    street = np.where(is_hazard, labels.UNLABELED, label_ids)
    is_void = labels.train_ids(street) == labels.VOID
    mask = np.where(is_void, labels.VOID, labels.IN_DISTRIBUTION)
    mask[is_hazard] = labels.ANOMALY
    return mask.astype(np.uint8)


def _write_zip(path, masks, directory) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for mask in masks:  # a fixed date, so that the bytes repeat
            member = zipfile.ZipInfo(mask.name, date_time=(2020, 1, 1, 0, 0, 0))
            archive.writestr(member, (directory / mask).read_bytes())
    write_bytes(directory / path, buffer.getvalue())
