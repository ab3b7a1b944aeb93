"""Images beside their masks and score maps, as the paper's Figure 2."""

import dataclasses
import math
from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from matplotlib.figure import Figure

from fs_tf import errors, labels
from fs_tf.report import colors, drawing
from fs_tf.report.drawing import GAP, HEADER, LEGEND


@dataclasses.dataclass(frozen=True)
class Example:
    """One row of the figure.

    Attributes:
      image: uint8 [H, W, 3], RGB.
      mask: uint8 [H, W], 0, 1 or 255.
      scores: float [H, W] by method, higher is more anomalous, any finite range.
      average_precision: of this image, fraction by method; NaN prints a dash, a
        missing one nothing.
    """

    image: np.ndarray
    mask: np.ndarray
    scores: Mapping[str, np.ndarray]
    average_precision: Mapping[str, float]


@drawing.default_style()
def qualitative_figure(
    examples: Sequence[Example], cell_width: int = 400, maps_per_row: int = 5
) -> bytes:
    """Draws image, mask and one score map per method, one row per example.

    Many methods take several panels below each other, each with image and mask again,
    so that the figure stays as wide as a page.

    Colours of a map run from its 1st to its 99.8th percentile outside void, so that
    scores of any range can be compared by eye; they do not compare across maps.

    Args:
      examples: of any sizes, all with the same methods in the same order.
      cell_width: pixels of one picture; heights follow the aspect ratios.
      maps_per_row: most score maps side by side, at least 1; more begin a new panel.

    Returns:
      The content of a PNG file.

    Raises:
      ValueError: no examples, other methods than in the first one, or an image, mask
        or score map of wrong dtype, shape or values.
    """
    if not examples:
        raise errors.BadValue("A qualitative figure needs examples; got none.")
    if maps_per_row < 1:
        raise errors.BadValue(f"`maps_per_row` must be at least 1; got {maps_per_row}.")
    methods = list(examples[0].scores)
    for index, example in enumerate(examples):
        _check(example, index, methods)
    heights = [_height(example, cell_width) for example in examples]
    panels = _panels(methods, maps_per_row)
    panel_height = HEADER + sum(heights) + len(heights) * GAP
    columns = 2 + len(panels[0])
    width = columns * cell_width + (columns + 1) * GAP
    height = len(panels) * panel_height + LEGEND
    figure = Figure(figsize=(width / 100, height / 100), dpi=100, facecolor="white")
    for index, shown in enumerate(panels):
        top = index * panel_height
        drawing.add_titles(figure, ["Image", "Mask", *shown], cell_width, top)
        _draw_panel(figure, examples, shown, heights, cell_width, top + HEADER)
    drawing.add_legend(figure)
    return drawing.encode_png(figure)


def _panels(methods: Sequence[str], maps_per_row: int) -> list[Sequence[str]]:
    """Deals the methods about evenly to as few panels as hold them."""
    count = max(1, math.ceil(len(methods) / maps_per_row))
    size = math.ceil(len(methods) / count)
    return [methods[i * size : (i + 1) * size] for i in range(count)]


def _draw_panel(
    figure: Figure,
    examples: Sequence[Example],
    methods: Sequence[str],
    heights: Sequence[int],
    cell_width: int,
    top: int,
) -> None:
    """Draws a row of pictures per example, the first one `top` pixels down."""
    height = figure.get_size_inches()[1] * figure.dpi
    for example, cell_height in zip(examples, heights, strict=True):
        pictures = _pictures(example, methods, (cell_width, cell_height))
        captions = [""] * 2 + [_caption(example, method) for method in methods]
        for column, (picture, caption) in enumerate(
            zip(pictures, captions, strict=True)
        ):
            left = GAP + column * (cell_width + GAP)
            place = (left, height - top - cell_height, cell_width, cell_height)
            axes = drawing.add_axes(figure, place, picture)
            if caption:
                drawing.add_caption(axes, caption)
        top += cell_height + GAP


def _check(example: Example, index: int, methods: Sequence[str]) -> None:
    image, mask = example.image, example.mask
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise errors.BadValue(
            f"`image` must be uint8 [H, W, 3]; got {image.dtype} {image.shape} in "
            f"example {index}."
        )
    if mask.shape != image.shape[:2] or not np.isin(mask, labels.MASK_VALUES).all():
        raise errors.BadValue(
            f"`mask` must be {image.shape[:2]} with values {labels.MASK_VALUES}; got "
            f"{mask.shape} with {np.unique(mask)[:6].tolist()} in example {index}."
        )
    if list(example.scores) != list(methods):
        raise errors.BadValue(
            f"Every example needs the score maps {list(methods)}; got "
            f"{list(example.scores)} in example {index}."
        )
    for method, score in example.scores.items():
        if score.shape != mask.shape or not np.isfinite(score).all():
            raise errors.BadValue(
                f"The score map of '{method}' must be {mask.shape} and finite; got "
                f"{score.shape} with {np.isfinite(score).sum()} finite values in "
                f"example {index}."
            )


def _height(example: Example, cell_width: int) -> int:
    height, width = example.mask.shape
    return max(1, round(cell_width * height / width))


def _pictures(
    example: Example, methods: Sequence[str], size: tuple[int, int]
) -> list[np.ndarray]:
    valid = example.mask != labels.VOID
    pictures = [example.image, colors.mask_colors(example.mask)]
    pictures += [colors.score_colors(example.scores[m], valid) for m in methods]
    is_smaller = size[0] < example.mask.shape[1]
    how = cv2.INTER_AREA if is_smaller else cv2.INTER_NEAREST
    return [cv2.resize(picture, size, interpolation=how) for picture in pictures]


def _caption(example: Example, method: str) -> str:
    if method not in example.average_precision:
        return ""
    value = example.average_precision[method]
    return "AP –" if math.isnan(value) else f"AP {100 * value:.1f}"
