"""Cityscapes label ids, the 19 train classes, and the codes of anomaly masks."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from fs_tf import errors

IN_DISTRIBUTION = 0
ANOMALY = 1
VOID = 255
MASK_VALUES = (IN_DISTRIBUTION, ANOMALY, VOID)

# Label of what lies outside of the image in a training crop. No loss learns from it,
# while some learn from void.
PADDING = 254

UNLABELED = 0
EGO_VEHICLE = 1
RECTIFICATION_BORDER = 2
OUT_OF_ROI = 3


@dataclasses.dataclass(frozen=True)
class TrainClass:
    """One of the 19 evaluated Cityscapes classes.

    Attributes:
      name: as in the Cityscapes benchmark.
      label_id: value in `*_gtFine_labelIds.png`.
      color: RGB of the Cityscapes palette.
    """

    name: str
    label_id: int
    color: tuple[int, int, int]


# The position in this tuple is the train id.
TRAIN_CLASSES = (
    TrainClass("road", 7, (128, 64, 128)),
    TrainClass("sidewalk", 8, (244, 35, 232)),
    TrainClass("building", 11, (70, 70, 70)),
    TrainClass("wall", 12, (102, 102, 156)),
    TrainClass("fence", 13, (190, 153, 153)),
    TrainClass("pole", 17, (153, 153, 153)),
    TrainClass("traffic light", 19, (250, 170, 30)),
    TrainClass("traffic sign", 20, (220, 220, 0)),
    TrainClass("vegetation", 21, (107, 142, 35)),
    TrainClass("terrain", 22, (152, 251, 152)),
    TrainClass("sky", 23, (70, 130, 180)),
    TrainClass("person", 24, (220, 20, 60)),
    TrainClass("rider", 25, (255, 0, 0)),
    TrainClass("car", 26, (0, 0, 142)),
    TrainClass("truck", 27, (0, 0, 70)),
    TrainClass("bus", 28, (0, 60, 100)),
    TrainClass("train", 31, (0, 80, 100)),
    TrainClass("motorcycle", 32, (0, 0, 230)),
    TrainClass("bicycle", 33, (119, 11, 32)),
)
NUM_CLASSES = len(TRAIN_CLASSES)
CLASS_NAMES = tuple(train_class.name for train_class in TRAIN_CLASSES)
LABEL_IDS = {train_class.name: train_class.label_id for train_class in TRAIN_CLASSES}

# All values of `*_gtFine_labelIds.png`; the license plate, -1, is stored as 255.
KNOWN_LABEL_IDS = (*range(34), 255)
KNOWN_TRAIN_IDS = (*range(NUM_CLASSES), VOID)


def _train_id_table() -> np.ndarray:
    table = np.full(256, VOID, np.uint8)
    for train_id, train_class in enumerate(TRAIN_CLASSES):
        table[train_class.label_id] = train_id
    table.setflags(write=False)
    return table


LABEL_ID_TO_TRAIN_ID = _train_id_table()


def unknown(codes: np.ndarray, known: Sequence[int]) -> list[int]:
    """Returns the values among `codes` that are none of the known, sorted.

    Args:
      codes: integer of any shape.
      known: the values that have a meaning.
    """
    return np.unique(codes[~np.isin(codes, known)]).tolist()


def train_ids(label_ids: np.ndarray) -> np.ndarray:
    """Returns the train id of every Cityscapes label id.

    Args:
      label_ids: uint8 of any shape, values of `*_gtFine_labelIds.png`.

    Returns:
      uint8 of the same shape: 0..18, or 255 (void) for every class not evaluated.

    Raises:
      ValueError: a value that is no label id.
    """
    if wrong := unknown(label_ids, KNOWN_LABEL_IDS):
        raise errors.BadValue(
            f"`label_ids` must hold only 0..33 or 255; got {wrong[0]}."
        )
    return LABEL_ID_TO_TRAIN_ID[label_ids]


def colors(segmentation: np.ndarray) -> np.ndarray:
    """Returns the Cityscapes palette colour of every train id; void is black.

    Args:
      segmentation: integer of any shape, 0..18 or 255.

    Returns:
      uint8 [..., 3], RGB.

    Raises:
      ValueError: a value that is no train id.
    """
    if wrong := unknown(segmentation, KNOWN_TRAIN_IDS):
        raise errors.BadValue(
            f"`segmentation` must hold only train ids 0..18 or 255; got {wrong[0]}."
        )
    palette = np.zeros((256, 3), np.uint8)
    palette[:NUM_CLASSES] = [train_class.color for train_class in TRAIN_CLASSES]
    return palette[segmentation]
