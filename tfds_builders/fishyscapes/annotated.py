"""A test set of Lost & Found frames from masks that the user's annotators drew."""

import pathlib
import re
from collections.abc import Iterator

from fs_tf import errors
from fs_tf.overlay.sources import images
from fs_tf.overlay.sources.lost_and_found import LostAndFound
from fs_tf.overlay.sources.official import check_mask

# With or without the number that published masks carry.
MASK = re.compile(r"(?:[0-9]{4}_)?(.+)_labels\.png")


def annotated_examples(source: LostAndFound, masks: pathlib.Path) -> Iterator[dict]:
    """Yields one example per mask, in the order of the file names.

    Args:
      source: the frames.
      masks: folder with `<frame id>_labels.png`: 0, 1, 255, at the frame's size.

    Raises:
      FileNotFoundError: no masks, or a mask of an unknown frame.
      ValueError: a broken mask, other values, or another size than the frame.
    """
    frames = source.frames()
    files = sorted(masks.glob("*_labels.png"))
    if not files:
        raise errors.NotFound(
            f"'{masks}' has no '<frame id>_labels.png'; put the masks there."
        )
    for index, path in enumerate(files):
        frame_id = _frame_id(path, frames, source.directory)
        image_file, image = source.image_file(frames[frame_id])
        data = path.read_bytes()
        mask = images.decode_gray(data, str(path))
        check_mask(mask, str(path))
        if mask.shape != image.shape[:2]:
            raise errors.BadValue(
                f"The mask '{path}' is {mask.shape[0]}x{mask.shape[1]}, but its frame "
                f"is {image.shape[0]}x{image.shape[1]}; they must have one size."
            )
        yield {
            "image_id": f"{index:04d}",
            "basedata_id": frame_id,
            "image_left": image_file,
            "mask": data,
        }


def _frame_id(path: pathlib.Path, frames: dict, directory: pathlib.Path) -> str:
    name = path.name.removesuffix("_labels.png")
    if name in frames:
        return name
    frame_id = MASK.fullmatch(path.name)[1]
    if frame_id not in frames:
        raise errors.NotFound(
            f"The mask '{path}' names frame '{name}', which is not in '{directory}'."
        )
    return frame_id
