"""Objects with a transparent background, as found in the web."""

import dataclasses
import os
import re

import cv2
import numpy as np

from fs_tf import errors, files
from fs_tf.labels import ANOMALY, CLASS_NAMES, IN_DISTRIBUTION
from fs_tf.overlay.scene import OBJECT_ALPHA, Cutout
from fs_tf.overlay.sources import anomaly_classes, images
from fs_tf.overlay.sources.tree import Tree
from fs_tf.overlay.sources.voc import MIN_OBJECT_PIXELS, MIN_OBJECT_SIDE

# The inside of a cutout is often not quite opaque: 250..254 of 255.
OPAQUE = 250
_ALPHA = np.minimum(np.arange(256, dtype=np.float32) / OPAQUE, 1)
_VISIBLE = 0.05
# A border fades if it has this many half-transparent pixels per pixel of outline;
# plain antialiasing has about one.
_SOFT = 2.0


# What pictures may end in; those but `.png` have no place here.
_PICTURES = (".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif")
# What systems and browsers add to the name of a copy.
_NUMBER = re.compile(r"(?:[\s_-]*(?:\(\d*\)|\d+|copy|copie|kopie))+$", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class CutoutFile:
    """One cutout.

    Attributes:
      name: of the file inside the folder.
      category: its subfolder, else the file name without its number.
    """

    name: str
    category: str

    @property
    def source(self) -> str:
        """Returns the name of this object in the provenance."""
        return f"web/{self.name}"

    @property
    def is_control(self) -> bool:
        """Tells whether Cityscapes has this class, so that it is no anomaly."""
        return self.category in CLASS_NAMES


class Cutouts:
    """Lists and reads the RGBA PNGs below a folder.

    Only cutouts of known classes are used: those in `anomaly_classes.KNOWN` and in a
    file `anomaly_classes.txt` of the folder as anomalies, those of Cityscapes as
    negative controls.

    Args:
      directory: holds `CATEGORY/*.png` or `CATEGORY_NUMBER.png`.

    Raises:
      FileNotFoundError: no such folder.
      ValueError: the list of classes names one of Cityscapes, or is not UTF-8.
    """

    def __init__(self, directory: str | os.PathLike):
        self._tree = Tree(os.path.expanduser(directory))
        data = b"".join(map(self._tree.read, self._list_files()))
        where = self._tree.where(anomaly_classes.LIST_FILE)
        self._anomalies = anomaly_classes.anomaly_classes(data, where)

    def objects(self) -> tuple[list[CutoutFile], list[str]]:
        """Returns the usable anomalous cutouts, and what was skipped and why.

        Raises:
          ValueError: not one usable cutout.
        """
        found, skipped = self._usable()
        anomalies = [item for item in found if not item.is_control]
        if not anomalies:
            reason = f"; the first problem: {skipped[0]}" if skipped else "."
            raise errors.BadValue(
                f"'{self._tree.path}' has no usable cutout of a class that Cityscapes "
                f"lacks{reason} Put RGBA PNGs named CATEGORY_NUMBER.png there."
            )
        return anomalies, skipped

    def controls(self) -> list[CutoutFile]:
        """Returns the usable cutouts of Cityscapes classes, for negative controls."""
        return [item for item in self._usable()[0] if item.is_control]

    def digest(self) -> str:
        """Returns the digest of all cutouts and of the list of classes."""
        return self._tree.digest([*self._names(), *self._list_files()])

    def _list_files(self) -> list[str]:
        name = anomaly_classes.LIST_FILE
        return [name] if self._tree.has(name) else []

    def _names(self) -> list[str]:
        return self._tree.names(".png", any_case=True)

    def _usable(self) -> tuple[list[CutoutFile], list[str]]:
        found = []
        skipped = [*self._empty_classes(), *self._other_pictures()]
        unknown: dict[str, list[str]] = {}
        originals = self._originals()
        for name in self._names():
            item = CutoutFile(name, category_of(name))
            where = self._tree.where(name)
            known = self._known_classes(name)
            original = originals[os.path.realpath(where)]
            if not is_unicode(name):
                skipped.append(f"'{where}' is left out: rename it to Unicode text.")
            elif original != name:
                skipped.append(f"'{where}' is a link to '{original}', and is left out.")
            elif len(known) > 1:
                skipped.append(
                    f"'{where}' is left out: its folders and its name say "
                    f"{' and '.join(map(repr, known))}; let them name one class."
                )
            elif not (item.is_control or item.category in self._anomalies):
                unknown.setdefault(item.category, []).append(name)
            else:
                try:
                    self.cutout(item)
                    found.append(item)
                except (errors.BadValue, errors.NotFound) as error:
                    skipped.append(str(error))
        skipped += [self._left_out(*item) for item in unknown.items()]
        # Names of any bytes, too, are written down as text.
        return found, [s.encode(errors="backslashreplace").decode() for s in skipped]

    def _originals(self) -> dict[str, str]:
        """Returns from the real path of every cutout to the name that counts.

        That of the file itself, where it is here, else the first link to it: what a
        link is called must not make a car a bear.
        """
        found: dict[str, str] = {}
        wheres = {name: self._tree.where(name) for name in self._names()}
        for name in sorted(wheres, key=lambda name: os.path.islink(wheres[name])):
            found.setdefault(os.path.realpath(wheres[name]), name)
        return found

    def _known_classes(self, name: str) -> list[str]:
        """Returns the classes that the parts of a name name, each once."""
        parts = map(class_of, name[: -len(".png")].split("/"))
        return [
            part
            for part in dict.fromkeys(parts)
            if part in CLASS_NAMES or part in self._anomalies
        ]

    def _left_out(self, category: str, names: list[str]) -> str:
        return (
            f"'{self._tree.where(names[0])}' ({len(names)} of its kind) is left out: "
            f"'{category}' is no known class; if it is an anomaly, add it to "
            f"'{anomaly_classes.LIST_FILE}' in that folder."
        )

    def _other_pictures(self) -> list[str]:
        """Returns a sentence for every picture that is no PNG."""
        return [
            f"'{self._tree.where(name)}' is no .png, and is left out."
            for name in self._tree.names("")
            if name.lower().endswith(_PICTURES)
        ]

    def _empty_classes(self) -> list[str]:
        """Returns a sentence for every subfolder without a single PNG."""
        filled = {name.partition("/")[0] for name in self._names() if "/" in name}
        paths = self._tree.path.iterdir()
        folders = (path for path in paths if path.is_dir() and not path.is_symlink())
        return [
            f"'{folder}' holds no .png; the class '{folder.name}' is left out."
            for folder in sorted(folders)
            if files.is_ours(folder.name) and folder.name not in filled
        ]

    def cutout(self, item: CutoutFile) -> Cutout:
        """Reads one cutout, cropped to what is visible of it.

        Raises:
          ValueError: no PNG with alpha, fully transparent, or too small.
        """
        where = self._tree.where(item.name)
        rgba = images.decode_rgba(self._tree.read(item.name), where)
        alpha = cv2.LUT(cv2.extractChannel(rgba, 3), _ALPHA)
        left, top, width, height = cv2.boundingRect((alpha > _VISIBLE).view(np.uint8))
        if not width:
            raise errors.BadValue(f"'{where}' is fully transparent; remove it.")
        box = np.s_[top : top + height, left : left + width]
        rgb, alpha = cv2.cvtColor(rgba[box], cv2.COLOR_RGBA2RGB), alpha[box]
        pixels = np.count_nonzero(alpha >= OBJECT_ALPHA)
        if min(alpha.shape) < MIN_OBJECT_SIDE or pixels < MIN_OBJECT_PIXELS:
            raise errors.BadValue(
                f"'{where}' shows an object of only {alpha.shape[0]}x{alpha.shape[1]} "
                f"with {pixels} pixels; at least {MIN_OBJECT_SIDE} a side and "
                f"{MIN_OBJECT_PIXELS} pixels are needed."
            )
        code = IN_DISTRIBUTION if item.is_control else ANOMALY
        is_soft = has_soft_border(alpha)
        return Cutout(rgb, alpha, item.category, item.source, code, is_soft)


def is_unicode(name: str) -> bool:
    """Tells whether a name has a UTF-8 form; on disk it may be any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def category_of(name: str) -> str:
    """Returns the category of a cutout file: "tiger/7.png" and "tiger (7).png"."""
    folder, _, file = name.rpartition("/")
    return class_of(folder.rpartition("/")[2] if folder else file[: -len(".png")])


def class_of(stem: str) -> str:
    """Returns the class that one part of a name names: "Polar_bear (7)"."""
    return anomaly_classes.normalized(_NUMBER.sub("", stem))


def has_soft_border(alpha: np.ndarray) -> bool:
    """Tells whether the border fades over several pixels.

    Args:
      alpha: float32 [h, w] in [0, 1].
    """
    opaque = cv2.copyMakeBorder(
        (alpha >= OBJECT_ALPHA).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT
    )
    outline = np.count_nonzero(opaque - cv2.erode(opaque, np.ones((3, 3))))
    partial = np.count_nonzero((alpha > _VISIBLE) & (alpha < 1 - _VISIBLE))
    return bool(partial >= _SOFT * outline)
