"""A test set of Lost & Found frames from masks that the user's annotators drew."""

import dataclasses
import pathlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from absl import logging

from fs_tf import digests, errors
from fs_tf.overlay.sources import images
from fs_tf.overlay.sources.lost_and_found import LostAndFound
from fs_tf.overlay.sources.official import check_mask
from fs_tf.overlay.sources.tree import Tree
from tfds_builders.arguments import Arguments
from tfds_builders.fishyscapes import published
from tfds_builders.fishyscapes.config import Config
from tfds_builders.records import Record, Split, listed, record
from tfds_builders.sourced_builder import Request

SUFFIX = "_labels.png"
# With or without the number that published masks carry.
MASK = re.compile(r"(?:[0-9]{4}_)?(.+)_labels\.png")


@dataclasses.dataclass
class AnnotatedConfig(Config):
    """The user's own masks.

    Arguments of the builder:
      lost_and_found: folder of Lost & Found, raw layout or official zips.
      masks: folder of `<frame id>_labels.png`.
      verify_hashes, allow_downloads: see `PublishedConfig`.
    """

    @property
    def arguments(self) -> Arguments:
        """See the base class."""
        return Arguments(("lost_and_found", "masks"), options=published.OPTIONS)

    def digest_of_source(
        self, name: str, folder: pathlib.Path, version: str, values: Mapping[str, Any]
    ) -> str:
        """See the base class."""
        del version, values
        if name == "lost_and_found":
            return LostAndFound(folder).digest()
        tree = Tree(folder)
        return tree.digest(_mask_names(tree))

    def digest_of_code(self) -> str:
        """See the base class."""
        return digests.of_code(
            *published.CODE, "tfds_builders/fishyscapes/annotated.py"
        )

    def splits(self, request: Request) -> dict[str, Split]:
        """See the base class."""
        source = published.open_lost_and_found(request, ["leftImg8bit"])
        masks = Tree(request.folder("masks")[0])
        names = _mask_names(masks)
        if not names:
            raise errors.NotFound(
                f"'{masks.path}' has no '<frame id>{SUFFIX}'; put the masks there."
            )
        _warn_of_others(masks, names)
        found = annotated_examples(source, masks, names)
        return {"test": Split(found, len(names), truth="drawn")}


def _mask_names(tree: Tree) -> list[str]:
    """Returns the masks directly in the folder."""
    return [name for name in tree.names(SUFFIX) if "/" not in name]


def _warn_of_others(tree: Tree, names: list[str]) -> None:
    """Names the pictures that are no masks by their names, as copies of masks are."""
    others = sorted(set(tree.names(".png", any_case=True)) - set(names))
    if others:
        logging.warning(
            "'%s' holds pictures that are not used, since masks are called '%s' and "
            "lie directly there: %s",
            *(tree.path, f"<frame id>{SUFFIX}", listed(others)),
        )


def annotated_examples(
    source: LostAndFound, masks: Tree, names: list[str]
) -> Iterator[Record]:
    """Yields one example per mask, in the order of the file names.

    Args:
      source: the frames.
      masks: folder with `<frame id>_labels.png`: 0, 1, 255, at the frame's size.
      names: of the masks.

    Raises:
      FileNotFoundError: a mask of an unknown frame.
      ValueError: a broken mask, other values, or another size than the frame; two
        masks of one frame.
    """
    frames = source.frames()
    by_frame: dict[str, str] = {}
    for name in names:
        frame_id = _frame_id(name, frames, source.directory, masks.where(name))
        first = by_frame.setdefault(frame_id, name)
        masks.check_same(first, name, f"masks of frame '{frame_id}'")
    for index, (frame_id, name) in enumerate(by_frame.items()):
        where = masks.where(name)
        image_file, image = source.image_file(frames[frame_id])
        data, mask = images.gray_file(masks.read(name), where)
        check_mask(mask, where)
        if mask.shape != image.shape[:2]:
            raise errors.BadValue(
                f"The mask '{where}' is {mask.shape[0]}x{mask.shape[1]}, but its frame "
                f"is {image.shape[0]}x{image.shape[1]}; they must have one size."
            )
        features = {
            "image_id": f"{index:04d}",
            "basedata_id": frame_id,
            "image_left": image_file,
            "mask": data,
        }
        yield record(features, image, mask)


def _frame_id(name: str, frames: dict, directory: pathlib.Path, where: str) -> str:
    stem = name.removesuffix(SUFFIX)
    if stem in frames:
        return stem
    frame_id = MASK.fullmatch(name)[1]
    if frame_id not in frames:
        raise errors.NotFound(
            f"The mask '{where}' names frame '{stem}', which is not in '{directory}'."
        )
    return frame_id
