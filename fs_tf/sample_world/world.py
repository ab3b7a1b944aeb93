"""The sample world: which files, and writing them once."""

import concurrent.futures
import dataclasses
import functools
import json
import multiprocessing
import os
import pathlib
import shutil

import cv2
import tqdm

from fs_tf import digests, errors, files, runs
from fs_tf.sample_world import cityscapes, lost_and_found, voc, web_cutouts
from fs_tf.sample_world.jobs import Job

HEIGHTS = (64, 1024)
PARAMETERS = "world.json"
# What its pixels follow from, relative to fs_tf.
CODE = ("labels.py", "sample_world")
JOBS_PER_PROCESS = 12  # below that a process costs more than it saves


@dataclasses.dataclass(frozen=True)
class SampleWorld:
    """What to write; the same values give the same bytes.

    Attributes:
      height: rows of the street images, which are twice as wide.
      seed: another seed is another world.
      train_frames, val_frames: of the Cityscapes tree.
      voc_train_images, voc_val_images: of the Pascal VOC tree.
      hazard_drives: towards lost cargo, per sequence name of the Lost & Found tree.
      hazard_frames: per drive.
    """

    height: int = 256
    seed: int = 0
    train_frames: int = 150
    val_frames: int = 40
    voc_train_images: int = 54
    voc_val_images: int = 54
    hazard_drives: int = 1
    hazard_frames: int = 4

    def __post_init__(self):
        low, high = HEIGHTS
        if not low <= self.height <= high or self.height % 16:
            raise errors.BadValue(
                f"`height` must be a multiple of 16 within {low}..{high}; got "
                f"{self.height}."
            )
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value < 0:
                raise errors.BadValue(
                    f"`{field.name}` must not be negative; got {value}."
                )

    def stages(self) -> tuple[list[Job], list[Job]]:
        """Returns independent pieces of work, and those that need the first done."""
        hazards = lost_and_found.jobs(
            self.seed, self.height, self.hazard_drives, self.hazard_frames
        )
        work = [
            *cityscapes.jobs(self.seed, self.height, "train", self.train_frames),
            *cityscapes.jobs(self.seed, self.height, "val", self.val_frames),
            *hazards,
            *voc.jobs(self.seed, self.voc_train_images, self.voc_val_images),
            *web_cutouts.jobs(self.seed),
        ]
        return work, [lost_and_found.zip_job(hazards)]


def write_sample_world(directory: str | os.PathLike, world: SampleWorld) -> None:
    """Writes a world, or keeps the finished one that is already there.

    The files are collected in `DIRECTORY.partial`, which takes its final name when all
    are written; an interrupted run continues there. Of two processes that write to one
    directory the second waits for the first.

    Args:
      directory: gets the folders `cityscapes`, `VOCdevkit`, `lost_and_found`,
        `web_cutouts` and `manual`.
      world: what to write.

    Raises:
      FileExistsError: if `directory` holds another world, or anything else.
    """
    directory = pathlib.Path(directory)
    parameters = {"code": digests.of_code(*CODE), **dataclasses.asdict(world)}
    if _is_finished(directory, parameters):
        return
    with files.lock(directory):
        # Whoever held it may have written this world meanwhile.
        if not _is_finished(directory, parameters):
            _write(directory, world, parameters)


def _write(directory: pathlib.Path, world: SampleWorld, parameters: dict) -> None:
    partial = directory.with_name(directory.name + ".partial")
    files.remove_unfinished(partial)
    if _holds_anything(partial) and _read(partial) != parameters:
        shutil.rmtree(partial)
    files.write_json(partial / PARAMETERS, parameters)
    work, last = world.stages()
    _run(work, partial)
    for job in last:
        job.run(partial)
    os.replace(partial, directory)


def _is_finished(directory: pathlib.Path, wanted: dict) -> bool:
    if not _holds_anything(directory):
        return False
    differing = runs.differences(_read(directory), wanted)
    if differing:
        raise runs.Stale({directory: differing}, "directory")
    return True


def _holds_anything(directory: pathlib.Path) -> bool:
    if directory.exists() and not directory.is_dir():
        raise errors.AlreadyThere(f"'{directory}' is a file; choose another directory.")
    return directory.exists() and any(directory.iterdir())


def _read(directory: pathlib.Path) -> dict:
    """Returns the parameters of the world in a directory that is not empty."""
    path = directory / PARAMETERS
    if not path.exists():
        raise errors.AlreadyThere(
            f"'{directory}' holds files but no sample world (no {PARAMETERS}); choose "
            "another directory or remove it."
        )
    try:
        return dict(json.loads(files.read_text(path)))
    except (TypeError, ValueError) as error:
        raise errors.BadValue(
            f"'{path}' is damaged ({error}): remove '{directory}' or choose another "
            "directory."
        ) from error


def _run(work: list[Job], directory: pathlib.Path) -> None:
    """Runs the jobs, on all cores where that pays."""
    run = functools.partial(_run_one, directory=directory)
    progress = functools.partial(
        tqdm.tqdm, total=len(work), desc="sample world", unit="file set"
    )
    processes = min(os.cpu_count() or 1, len(work) // JOBS_PER_PROCESS)
    if processes < 2:
        for _ in progress(map(run, work)):
            pass
        return
    # Not forked: the parent may hold the threads of TensorFlow.
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(
        processes, context, initializer=cv2.setNumThreads, initargs=(1,)
    ) as pool:
        for _ in progress(pool.map(run, work)):
            pass


def _run_one(job: Job, directory: pathlib.Path) -> None:
    job.run(directory)
