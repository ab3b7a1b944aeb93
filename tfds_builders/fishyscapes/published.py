"""Examples of the published validation sets, put together from their parts."""

import pathlib
from collections.abc import Iterator

import tensorflow_datasets as tfds

from fs_tf import errors
from fs_tf.overlay.sources import images
from fs_tf.overlay.sources.cityscapes import Cityscapes
from fs_tf.overlay.sources.lost_and_found import LostAndFound
from fs_tf.overlay.sources.official import Official, Published
from tfds_builders.fishyscapes import archives
from tfds_builders.fishyscapes.configs import Config


def find_official(
    config: Config,
    version: tfds.core.Version,
    folder: pathlib.Path,
    verify: bool,
    dl_manager=None,
) -> Official:
    """Opens the published files of one version, each version its own.

    Args:
      config: a published config.
      version: the one asked for, which need not be the newest.
      folder: holds the zip, or its unpacked folder, or the files themselves.
      verify: whether to compare the hash of the zip.
      dl_manager: downloads the zip if it is missing; None never downloads.

    Raises:
      FileNotFoundError: nothing there; it says what to put where.
      ValueError: wrong hash or content.
    """
    name = config.archives[str(version)]
    found = archives.find_archive(name, folder, verify)
    if found is None and any(folder.glob("*_labels.png")):
        found = folder
    if found is None and dl_manager is not None:
        archives.download(name, folder, dl_manager)
        found = archives.find_archive(name, folder, verify)
    if found is None:
        raise errors.NotFound(
            f"'{folder}' has neither '{name}' nor its unpacked folder "
            f"'{name.removesuffix('.zip')}'; get it from "
            f"{archives.ARCHIVES[name].url}, or pass allow_downloads=True."
        )
    return Official(found)


def static_examples(official: Official, cityscapes: Cityscapes) -> Iterator[dict]:
    """Yields FS Static: the frame plus the published difference.

    Raises:
      FileNotFoundError, ValueError: a missing frame, or broken files.
    """
    frames = {
        frame.frame_id: frame
        for split in ("val", "train")
        for frame in cityscapes.frames(split)
    }
    for example in official.examples():
        _check_known(example, frames, cityscapes.directory)
        base = cityscapes.image(frames[example.frame_id])
        data, mask = official.mask_file(example)
        image = official.overlaid(example, base)
        _check_size(example, image.shape[:2], mask.shape)
        yield _features(example, images.encode_png(image), data)


def lost_and_found_examples(
    official: Official, source: LostAndFound, original_mask: bool
) -> Iterator[dict]:
    """Yields FS Lost & Found: frames of both splits with the published masks.

    Args:
      official: the masks.
      source: the frames.
      original_mask: take the labels of Lost & Found itself instead of the masks.

    Raises:
      FileNotFoundError, ValueError: a missing frame, or broken files.
    """
    frames = source.frames()
    for example in official.examples():
        _check_known(example, frames, source.directory)
        frame = frames[example.frame_id]
        image_file, image = source.image_file(frame)
        if original_mask:
            data, mask = source.labels_file(frame)
        else:
            data, mask = official.mask_file(example)
        _check_size(example, image.shape[:2], mask.shape)
        yield _features(example, image_file, data)


def _features(example: Published, image: bytes, mask: bytes) -> dict:
    return {
        "image_id": example.image_id,
        "basedata_id": example.frame_id,
        "image_left": image,
        "mask": mask,
    }


def _check_known(example: Published, frames: dict, directory: pathlib.Path) -> None:
    if example.frame_id not in frames:
        raise errors.NotFound(
            f"Frame '{example.frame_id}' of example '{example.image_id}' is not in "
            f"'{directory}'; the published masks need the complete original data."
        )


def _check_size(example: Published, image: tuple, mask: tuple) -> None:
    if tuple(image) != tuple(mask):
        raise errors.BadValue(
            f"The mask '{example.labels}' is {mask[0]}x{mask[1]}, but frame "
            f"'{example.frame_id}' is {image[0]}x{image[1]}; they must have one size."
        )
