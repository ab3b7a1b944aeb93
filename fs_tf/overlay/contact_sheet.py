"""A picture of many examples, to compare datasets by eye."""

import os
from collections.abc import Iterable

import cv2
import numpy as np

from fs_tf import errors, files
from fs_tf.labels import ANOMALY, IN_DISTRIBUTION, VOID
from fs_tf.overlay.sources.images import encode_png

# The colours of the published figures.
COLORS = {
    IN_DISTRIBUTION: (68, 1, 84),
    ANOMALY: (33, 145, 140),
    VOID: (253, 231, 37),
}
_GAP = 8
_CAPTION = 18


def mask_colors(mask: np.ndarray) -> np.ndarray:
    """Returns the mask as uint8 [H, W, 3]: purple, teal, and yellow for void.

    Args:
      mask: uint8 [H, W] of 0, 1, 255.
    """
    palette = np.zeros((256, 3), np.uint8)
    for code, color in COLORS.items():
        palette[code] = color
    return palette[mask]


def contact_sheet(examples: Iterable[dict], height: int, columns: int) -> np.ndarray:
    """Draws image and mask of every example side by side, with the ids above.

    Args:
      examples: dicts with `image_id`, `basedata_id`, `image_left` uint8 [H, W, 3] and
        `mask` uint8 [H, W, 1].
      height: of an image on the sheet, in pixels.
      columns: examples per row.

    Returns:
      uint8 [h, w, 3].

    Raises:
      ValueError: no examples.
    """
    cells = [_cell(example, height) for example in examples]
    if not cells:
        raise errors.BadValue("There are no examples to draw; ask for another split.")
    width = max(cell.shape[1] for cell in cells)
    cells = [_padded(cell, width) for cell in cells]
    blank = np.full_like(cells[0], 255)
    cells += [blank] * (-len(cells) % columns)
    rows = [
        np.hstack(cells[start : start + columns])
        for start in range(0, len(cells), columns)
    ]
    return np.vstack(rows)


def write_contact_sheet(
    examples: Iterable[dict], path: str | os.PathLike, height: int, columns: int
) -> None:
    """Writes `contact_sheet` as a PNG, in one step.

    Raises:
      ValueError: no examples, or a height or number of columns below 1.
    """
    if height < 1 or columns < 1:
        raise errors.BadValue(
            f"height and columns must be at least 1; got {height} and {columns}."
        )
    sheet = contact_sheet(examples, height, columns)
    files.write_bytes(path, encode_png(sheet))


def _cell(example: dict, height: int) -> np.ndarray:
    image, mask = example["image_left"], example["mask"][..., 0]
    width = max(round(image.shape[1] * height / image.shape[0]), 1)
    size = (width, height)
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    drawn = cv2.resize(mask_colors(mask), size, interpolation=cv2.INTER_NEAREST)
    pair = np.hstack([small, np.full((height, _GAP, 3), 255, np.uint8), drawn])
    cell = cv2.copyMakeBorder(
        pair, _CAPTION, _GAP, _GAP, _GAP, cv2.BORDER_CONSTANT, value=(255,) * 3
    )
    caption = f"{_text(example['image_id'])}  {_text(example['basedata_id'])}"
    cv2.putText(
        cell,
        caption,
        (_GAP, _CAPTION - 5),
        cv2.FONT_HERSHEY_SIMPLEX,
        0.4,
        (0, 0, 0),
        1,
        cv2.LINE_AA,
    )
    return cell


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _padded(cell: np.ndarray, width: int) -> np.ndarray:
    missing = width - cell.shape[1]
    return cv2.copyMakeBorder(
        cell, 0, 0, 0, missing, cv2.BORDER_CONSTANT, value=(255,) * 3
    )
