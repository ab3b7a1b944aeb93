"""Objects of Pascal VOC, cut out by their segmentation masks."""

import dataclasses
import os
import pathlib

import numpy as np

from fs_tf import errors, labels
from fs_tf.overlay.scene import Cutout
from fs_tf.overlay.sources import images
from fs_tf.overlay.sources.tree import Tree

CLASSES = (
    "background aeroplane bicycle bird boat bottle bus car cat chair cow diningtable "
    "dog horse motorbike person pottedplant sheep sofa train tvmonitor"
).split()
# Section 3.2: the classes that cannot be found in Cityscapes.
ANOMALY_CLASSES = (
    "aeroplane bird boat bottle cat chair cow dog horse sheep sofa tvmonitor"
).split()
BACKGROUND = 0
BORDER = 255
MASK_FOLDERS = ("SegmentationObject/", "SegmentationClass/")
CODES = (*range(len(CLASSES)), BORDER)
# VOC leaves an unlabelled rim round objects, also between them and the image border.
RIM = 3
# Our choice: smaller objects show too few pixels to be recognized when pasted.
MIN_OBJECT_SIDE = 32
MIN_OBJECT_PIXELS = 1000


@dataclasses.dataclass(frozen=True)
class VocObject:
    """One annotated object.

    Attributes:
      image_id: of the VOC image ("2007_000032").
      instance: value in `SegmentationObject`.
      category: VOC class name.
    """

    image_id: str
    instance: int
    category: str

    @property
    def source(self) -> str:
        """Returns the name of this object in the provenance."""
        return f"voc/{self.image_id}#{self.instance}"


class Voc:
    """Lists and cuts out the usable objects of a VOC devkit.

    Args:
      directory: `VOCdevkit`, or one of its year folders (`VOCdevkit/VOC2012`).

    Raises:
      FileNotFoundError: no VOC layout below the directory.
    """

    def __init__(self, directory: str | os.PathLike):
        self.directory = pathlib.Path(os.path.expanduser(directory))
        self._tree = Tree(_year_folder(self.directory))

    def objects(self) -> tuple[list[VocObject], list[str]]:
        """Returns the usable objects, and what was skipped and why.

        Usable are objects of `ANOMALY_CLASSES` that are not cut by the image border
        and large enough. Skipped and listed are masks that cannot be read or hold an
        unknown class code, and objects that are mostly background or border.

        Raises:
          ValueError: no usable object at all.
        """
        found, skipped = [], []
        for name in self._tree.names(".png"):
            folder, _, file = name.rpartition("/")
            if folder != "SegmentationObject":
                continue
            try:
                usable, problems = self._objects_of(file.removesuffix(".png"))
            except (errors.BadValue, errors.NotFound) as error:
                usable, problems = [], [str(error)]
            found += usable
            skipped += problems
        if not found:
            reason = f" (the first problem: {skipped[0]})" if skipped else ""
            raise errors.BadValue(
                f"'{self._tree.path}' has no object of {', '.join(ANOMALY_CLASSES)} "
                f"that is whole and large enough{reason}; use another VOC directory."
            )
        return found, skipped

    def digest(self) -> str:
        """Returns the digest of all masks and of the photographs that have some."""
        names = [n for n in self._tree.names(".png") if n.startswith(MASK_FOLDERS)]
        ids = {name.rpartition("/")[2].removesuffix(".png") for name in names}
        photographs = [f"JPEGImages/{image_id}.jpg" for image_id in sorted(ids)]
        return self._tree.digest([*names, *filter(self._tree.has, photographs)])

    def _objects_of(self, image_id: str) -> tuple[list[VocObject], list[str]]:
        instances = self._indices("SegmentationObject", image_id)
        classes = self._classes(image_id)
        where = self._tree.where(f"SegmentationClass/{image_id}.png")
        if instances.shape != classes.shape:
            raise errors.BadValue(
                f"'{where}' has another size than its SegmentationObject mask."
            )
        found, skipped = [], []
        for instance in np.unique(instances[(instances > 0) & (instances != BORDER)]):
            is_object = instances == instance
            code = int(np.bincount(classes[is_object]).argmax())
            if code in (BACKGROUND, BORDER):
                skipped.append(
                    f"'{where}' has class code {code}, background or border, for most "
                    f"of object {instance}; the object is left out."
                )
            elif CLASSES[code] in ANOMALY_CLASSES and _is_usable(is_object):
                found.append(VocObject(image_id, int(instance), CLASSES[code]))
        return found, skipped

    def _classes(self, image_id: str) -> np.ndarray:
        classes = self._indices("SegmentationClass", image_id)
        if wrong := labels.unknown(classes, CODES):
            where = self._tree.where(f"SegmentationClass/{image_id}.png")
            raise errors.BadValue(
                f"'{where}' holds class code {wrong[0]}, none of Pascal VOC's 0..20 or "
                "255; was it saved as luminance? Use the original file."
            )
        return classes

    def _indices(self, folder: str, image_id: str) -> np.ndarray:
        name = f"{folder}/{image_id}.png"
        return images.decode_indices(self._tree.read(name), self._tree.where(name))

    def cutout(self, voc_object: VocObject) -> Cutout:
        """Reads one of `objects()`, cropped to its bounding box.

        Raises:
          FileNotFoundError, ValueError: missing or broken photograph.
        """
        name = f"JPEGImages/{voc_object.image_id}.jpg"
        rgb = images.decode_rgb(self._tree.read(name), self._tree.where(name))
        instances = self._indices("SegmentationObject", voc_object.image_id)
        if rgb.shape[:2] != instances.shape:
            raise errors.BadValue(
                f"'{self._tree.where(name)}' has another size than its mask."
            )
        is_object = instances == voc_object.instance
        rows, columns = np.nonzero(is_object)
        box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        return Cutout(
            rgb=rgb[box],
            alpha=is_object[box].astype(np.float32),
            category=voc_object.category,
            source=voc_object.source,
        )


def _is_usable(is_object: np.ndarray) -> bool:
    """Tells whether an object is large enough and not cut by the image border."""
    rows, columns = np.nonzero(is_object)
    is_large = (
        min(np.ptp(rows), np.ptp(columns)) + 1 >= MIN_OBJECT_SIDE
        and rows.size >= MIN_OBJECT_PIXELS
    )
    is_whole = (
        min(rows.min(), columns.min()) >= RIM
        and rows.max() < is_object.shape[0] - RIM
        and columns.max() < is_object.shape[1] - RIM
    )
    return is_large and is_whole


def _year_folder(directory: pathlib.Path) -> pathlib.Path:
    candidates = [directory, directory / "VOC2012", directory / "VOC2007"]
    candidates += [directory / "VOCdevkit" / year for year in ("VOC2012", "VOC2007")]
    for candidate in candidates:
        if (candidate / "SegmentationObject").is_dir():
            return candidate
    raise errors.NotFound(
        f"'{directory}' holds no Pascal VOC: expected 'SegmentationObject', "
        "'SegmentationClass' and 'JPEGImages' there or in 'VOC2012' below it; get "
        "VOCtrainval_11-May-2012.tar from http://host.robots.ox.ac.uk/pascal/VOC/."
    )
