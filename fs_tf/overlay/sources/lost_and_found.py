"""Lost & Found frames in the raw layout, unpacked or in the official zips."""

import dataclasses
import os
import pathlib

import numpy as np

from fs_tf import digests, errors
from fs_tf.labels import ANOMALY, IN_DISTRIBUTION, VOID
from fs_tf.overlay.sources import images, label_ids
from fs_tf.overlay.sources.tree import Tree

IMAGE_SUFFIX = "_leftImg8bit.png"
LABELS_SUFFIX = "_gtCoarse_labelIds.png"
# Void, free space, 42 kinds of hazards, and what is outside of the image.
LABEL_IDS = (*range(44), 255)
SPLITS = ("train", "test")
# Values of the labels; hazards are above free space.
UNLABELED = 0
FREE_SPACE = 1
OUTSIDE = 255
INSTRUCTION = (
    "Expected the folders 'leftImg8bit' and 'gtCoarse' of Lost & Found, or "
    "'leftImg8bit.zip' and 'gtCoarse.zip'"
)


@dataclasses.dataclass(frozen=True)
class LostAndFoundFrame:
    """One recorded frame.

    Attributes:
      frame_id: sequence, drive and frame ("04_Maurener_Weg_8_000000_000030").
      split: "train" or "test".
      sequence: folder of the frame ("04_Maurener_Weg_8").
    """

    frame_id: str
    split: str
    sequence: str

    def name(self, suffix: str) -> str:
        """Returns the file of this frame inside a component's folder."""
        return f"{self.split}/{self.sequence}/{self.frame_id}{suffix}"


class LostAndFound:
    """Lists and reads the frames of both splits.

    Args:
      directory: holds `leftImg8bit` and `gtCoarse`, or their zips, directly or in a
        subfolder `lost_and_found`.
      needs_labels: whether `gtCoarse` must be there.

    Raises:
      FileNotFoundError: one of them is missing.
    """

    def __init__(self, directory: str | os.PathLike, needs_labels: bool = False):
        self.directory = pathlib.Path(os.path.expanduser(directory))
        self._images = self._component("leftImg8bit")
        self._labels = self._component("gtCoarse") if needs_labels else None

    def _component(self, name: str) -> Tree:
        path = find_component(self.directory, name)
        if path is None:
            raise errors.NotFound(
                f"'{self.directory}' has neither '{name}' nor '{name}.zip'. "
                f"{INSTRUCTION}."
            )
        return Tree(path, prefix=f"{name}/" if path.is_file() else "")

    def frames(self) -> dict[str, LostAndFoundFrame]:
        """Returns the frames of both splits by id.

        Raises:
          ValueError: two of one id, in one split or in both.
        """
        found: dict[str, LostAndFoundFrame] = {}
        for name in self._images.names(IMAGE_SUFFIX):
            parts = name.split("/")
            if len(parts) == 3 and parts[0] in SPLITS:
                frame_id = parts[2].removesuffix(IMAGE_SUFFIX)
                frame = LostAndFoundFrame(frame_id, parts[0], parts[1])
                first = found.setdefault(frame_id, frame)
                names = (first.name(IMAGE_SUFFIX), name)
                self._images.check_same(*names, f"frame '{frame_id}'")
        return found

    def digest(self) -> str:
        """Returns the digest of all images, and of the labels where they are open."""
        parts = {IMAGE_SUFFIX: self._images, LABELS_SUFFIX: self._labels}
        return digests.of_json(
            {
                suffix: tree.digest(tree.names(suffix))
                for suffix, tree in parts.items()
                if tree is not None
            }
        )

    def image_file(self, frame: LostAndFoundFrame) -> tuple[bytes, np.ndarray]:
        """Reads the left image.

        Returns:
          The file, as `images.as_png` hands it on, and uint8 [H, W, 3].

        Raises:
          FileNotFoundError, ValueError: missing or broken file.
        """
        name = frame.name(IMAGE_SUFFIX)
        data = self._images.read(name)
        image = images.decode_rgb(data, self._images.where(name))
        return images.as_png(data, image), image

    def labels_file(self, frame: LostAndFoundFrame) -> tuple[bytes, np.ndarray]:
        """Reads the original labels: 0 void, 1 free space, above that hazards.

        Returns:
          The file, as `images.as_png` hands it on, and uint8 [H, W], `LABEL_IDS`.

        Raises:
          FileNotFoundError: missing file.
          ValueError: broken file, or another value.
        """
        assert self._labels is not None, "opened with needs_labels"
        data, labels = label_ids.read(
            self._labels, frame.name(LABELS_SUFFIX), LABEL_IDS
        )
        return images.as_png(data, labels), labels


def anomaly_mask(labels: np.ndarray) -> np.ndarray:
    """Returns the mask that the labels of Lost & Found mean, as the benchmark does.

    Args:
      labels: uint8 [H, W]: 0 unlabelled, 1 free space, above that hazards, 255 outside
        of the image.

    Returns:
      uint8 [H, W]: free space is in-distribution, a hazard an anomaly, the rest void.
    """
    mask = np.full(labels.shape, ANOMALY, np.uint8)
    mask[labels == FREE_SPACE] = IN_DISTRIBUTION
    mask[(labels == UNLABELED) | (labels == OUTSIDE)] = VOID
    return mask


def find_component(directory: pathlib.Path, name: str) -> pathlib.Path | None:
    """Returns the folder or zip of one component, or None.

    Directly in `directory` a zip comes before a folder: the unpacked `leftImg8bit`
    there may be that of Cityscapes.
    """
    own = directory / "lost_and_found"
    candidates = (own / name, own / f"{name}.zip")
    for path in (*candidates, directory / f"{name}.zip", directory / name):
        if path.exists():
            return path
    return None
