"""Writes a dataset in the layouts that Fishyscapes publishes, for existing tools."""

import os
import pathlib
from collections.abc import Iterable

import numpy as np

from fs_tf import errors, files
from fs_tf.overlay.sources import images
from fs_tf.overlay.sources.cityscapes import Cityscapes, Frame
from fs_tf.tables import lookup

OVERLAYS = "overlays"
IMAGES = "images"
FORMATS = {"official": (OVERLAYS, IMAGES), "images": (IMAGES,)}


def export_dataset(
    examples: Iterable[dict],
    output: str | os.PathLike,
    layout: str = "official",
    cityscapes: str | os.PathLike | None = None,
) -> int:
    """Writes `DDDD_<frame>_*` files below `output`.

    - `overlays/`: `_labels.png` and `_rgb.npz`, the difference to the Cityscapes frame
      as int16 under the key `rgb`; readable by `fishyscapes/Static`.
    - `images/`: `_rgb.png`, to be mounted as `/input` of a container submission.
    - `labels/`: `_labels.png`, for the layout without differences.

    The folder appears when it is complete.

    Args:
      examples: dicts with `image_id`, `basedata_id` (bytes), `image_left` and `mask`.
      output: must not exist yet, or be empty.
      layout: "official", or "images" without differences.
      cityscapes: folder of the frames, needed for differences.

    Returns:
      How many examples were written.

    Raises:
      KeyError: unknown layout.
      ValueError: no frames given, or frames of another size than the images.
      FileNotFoundError: a frame is missing.
      FileExistsError: `output` holds something.
    """
    parts = lookup(FORMATS, layout, "export format")
    output = pathlib.Path(output)
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise errors.AlreadyThere(
            f"'{output}' is not empty; choose another folder or remove it."
        )
    frames = _Frames(cityscapes) if OVERLAYS in parts else None
    count = 0
    with files.writing_folder(output) as unfinished:
        for example in examples:
            _write(example, unfinished, frames)
            count += 1
        if not count:
            raise errors.BadValue(
                "There are no examples to export; ask for another split."
            )
    return count


class _Frames:
    """The frames below the images, by id."""

    def __init__(self, directory: str | os.PathLike | None):
        if directory is None:
            raise errors.BadValue(
                "Differences are taken to Cityscapes frames: give their folder, or "
                "use the format 'images'."
            )
        self._source = Cityscapes(directory, needs_labels=False)
        self._frames: dict[str, Frame] = {
            frame.frame_id: frame
            for split in ("val", "train")
            for frame in self._source.frames(split)
        }

    def difference(self, image: np.ndarray, frame_id: str) -> np.ndarray:
        """Returns int16 [H, W, 3], image minus frame."""
        if frame_id not in self._frames:
            raise errors.NotFound(
                f"Frame '{frame_id}' is not in '{self._source.directory}'; give the "
                "Cityscapes folder that the dataset was made from."
            )
        base = self._source.image(self._frames[frame_id])
        if base.shape != image.shape:
            raise errors.BadValue(
                f"Frame '{frame_id}' is {base.shape[0]}x{base.shape[1]}, its example "
                f"{image.shape[0]}x{image.shape[1]}; give frames at the size of the "
                "dataset, or use the format 'images'."
            )
        return image.astype(np.int16) - base


def _write(example: dict, root: pathlib.Path, frames: _Frames | None) -> None:
    frame_id = example["basedata_id"].decode()
    stem = f"{example['image_id'].decode()}_{frame_id}"
    image, mask = example["image_left"], example["mask"][..., 0]
    labels = root / (OVERLAYS if frames else "labels")
    labels.mkdir(parents=True, exist_ok=True)
    (root / IMAGES).mkdir(exist_ok=True)
    (labels / f"{stem}_labels.png").write_bytes(images.encode_png(mask))
    (root / IMAGES / f"{stem}_rgb.png").write_bytes(images.encode_png(image))
    if frames:
        difference = frames.difference(image, frame_id)
        np.savez_compressed(labels / f"{stem}_rgb.npz", rgb=difference)
