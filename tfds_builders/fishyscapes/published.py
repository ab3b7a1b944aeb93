"""The published validation sets, put together from their parts."""

import dataclasses
import os
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from absl import logging

from fs_tf import digests, errors, files
from fs_tf.overlay.sources import images
from fs_tf.overlay.sources.cityscapes import Cityscapes
from fs_tf.overlay.sources.lost_and_found import (
    LostAndFound,
    anomaly_mask,
    find_component,
)
from fs_tf.overlay.sources.official import Official, Published, check_hash
from tfds_builders.arguments import Arguments
from tfds_builders.fishyscapes import archives
from tfds_builders.fishyscapes.config import Config
from tfds_builders.records import Record, Split, record
from tfds_builders.sourced_builder import READING_CODE, Request

# Whether published zips must be the published ones, and whether missing ones may be
# downloaded.
OPTIONS = {"verify_hashes": True, "allow_downloads": False}
# How many examples every version of each was published with, by their base images.
PUBLISHED = {"lost_and_found": 100, "cityscapes": 30}
CODE = READING_CODE + (
    *("overlay/sources/official.py", "overlay/sources/lost_and_found.py"),
    *("tfds_builders/fishyscapes/published.py", "tfds_builders/records.py"),
)


@dataclasses.dataclass
class PublishedConfig(Config):
    """Validation data as published.

    Arguments of the builder:
      fishyscapes: folder of the published zips, or what they unpack to.
      cityscapes, lost_and_found: folder of the base images, raw layout or official
        zips.
      verify_hashes: whether published zips must be the published ones.
      allow_downloads: whether missing published files may be downloaded.

    Attributes:
      archives: the download of every version.
      base: where the images come from: "cityscapes" or "lost_and_found".
      original_mask: the mask follows from the labels of Lost & Found itself.
    """

    archives: dict[str, str] = dataclasses.field(default_factory=dict)
    base: str = ""
    original_mask: bool = False

    @property
    def arguments(self) -> Arguments:
        """See the base class."""
        return Arguments(("fishyscapes", self.base), options=OPTIONS)

    def digest_of_source(
        self, name: str, folder: pathlib.Path, version: str, values: Mapping[str, Any]
    ) -> str:
        """See the base class."""
        del values
        if name == "fishyscapes":
            return self._official(version, folder, verify=False).digest()
        if name == "cityscapes":
            return Cityscapes(folder, needs_labels=False).digest(has_labels=False)
        return LostAndFound(folder, self.original_mask).digest()

    def digest_of_code(self) -> str:
        """See the base class."""
        return digests.of_code(*CODE)

    def splits(self, request: Request) -> dict[str, Split]:
        """See the base class."""
        official = self._requested(request)
        official.check_complete(PUBLISHED[self.base])
        if self.base == "cityscapes":
            frames = Cityscapes(request.folder("cityscapes")[0], needs_labels=False)
            found = static_examples(official, frames)
        else:
            needed = ["leftImg8bit", "gtCoarse"] if self.original_mask else None
            source = open_lost_and_found(request, needed or ["leftImg8bit"])
            found = lost_and_found_examples(official, source, self.original_mask)
        return {"validation": Split(found, len(official.examples()))}

    def _requested(self, request: Request) -> Official:
        """Opens the published files, after downloading them if that was asked for."""
        folder, _ = request.folder("fishyscapes")
        verify = request.values["verify_hashes"]
        name = self.archives[request.version]
        if request.values["allow_downloads"] and not self._find(name, folder, verify):
            archives.download(name, folder, request.download)
        return self._official(request.version, folder, verify)

    def _official(self, version: str, folder: pathlib.Path, verify: bool) -> Official:
        """Opens the published files of one version, each version its own.

        Raises:
          FileNotFoundError: nothing there; it says what to put where.
          ValueError: wrong hash or content.
        """
        name = self.archives[version]
        unpacked = name.removesuffix(".zip")
        found = self._find(name, folder, verify)
        if found is not None:
            return Official(found)
        raise errors.NotFound(
            f"'{folder}' has neither '{name}' nor its unpacked folder '{unpacked}'; "
            f"get it from {archives.ARCHIVES[name].url}, or pass allow_downloads=True."
        )

    def _find(
        self, name: str, folder: pathlib.Path, verify: bool
    ) -> pathlib.Path | None:
        """Returns the zip, or the folder of its files, or None.

        Masks directly in the folder do, unless it is named like another version.
        """
        found = archives.find_archive(name, folder, verify)
        if found or not _has_masks(folder):
            return found
        versions = [other.removesuffix(".zip") for other in self.archives.values()]
        own, here = (
            name.removesuffix(".zip"),
            pathlib.Path(os.path.abspath(folder)).name,
        )
        if here in versions and here != own:
            return None
        if len(versions) > 1 and here != own:
            logging.warning(
                "'%s' holds masks of any version, and is taken for '%s'; give a folder "
                "of that name to be sure.",
                *(folder, own),
            )
        return folder


def open_lost_and_found(request: Request, needed: Sequence[str]) -> LostAndFound:
    """Opens Lost & Found after checking the hashes of its zips.

    Args:
      request: names its folder, and says whether to check and to download.
      needed: of "leftImg8bit" and "gtCoarse".

    Raises:
      FileNotFoundError: a part is missing.
      ValueError: wrong hash.
    """
    folder, _ = request.folder("lost_and_found")
    for name in needed:
        archive = archives.ARCHIVES[f"{name}.zip"]
        path = find_component(folder, name)
        if path is None and request.values["allow_downloads"]:
            archives.download(archive.name, folder, request.download)
            path = folder / archive.name
        if path is not None and path.is_file() and request.values["verify_hashes"]:
            check_hash(path, archive.sha256)
    return LostAndFound(folder, "gtCoarse" in needed)


def _has_masks(folder: pathlib.Path) -> bool:
    names = (path.name for path in folder.glob("*_labels.png"))
    return any(map(files.is_ours, names))


def static_examples(official: Official, cityscapes: Cityscapes) -> Iterator[Record]:
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
        features = _features(example, images.encode_png(image), data)
        yield record(features, image, mask)


def lost_and_found_examples(
    official: Official, source: LostAndFound, original_mask: bool
) -> Iterator[Record]:
    """Yields FS Lost & Found: frames of both splits with the published masks.

    Args:
      official: the masks.
      source: the frames.
      original_mask: take the masks from the labels of Lost & Found itself.

    Raises:
      FileNotFoundError, ValueError: a missing frame, or broken files.
    """
    frames = source.frames()
    for example in official.examples():
        _check_known(example, frames, source.directory)
        frame = frames[example.frame_id]
        image_file, image = source.image_file(frame)
        if original_mask:
            mask = anomaly_mask(source.labels_file(frame)[1])
            data = images.encode_png(mask)
        else:
            data, mask = official.mask_file(example)
        _check_size(example, image.shape[:2], mask.shape)
        yield record(_features(example, image_file, data), image, mask)


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
