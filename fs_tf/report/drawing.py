"""The parts of a figure of pictures: titles, captions, legend; all sizes in pixels."""

import contextlib
import io
import re
import textwrap
from collections.abc import Iterator, Sequence

import matplotlib
import numpy as np
from matplotlib import patches
from matplotlib.axes import Axes
from matplotlib.backends import backend_agg
from matplotlib.figure import Figure

from fs_tf.report import colors

GAP = 8
HEADER = 66
LEGEND = 48
LETTER_WIDTH = 12.5
FONT_SIZE = 15  # points, at 100 dots per inch


@contextlib.contextmanager
def default_style() -> Iterator[None]:
    """Draws as matplotlib does by itself, whatever a `matplotlibrc` says."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        yield


def add_axes(figure: Figure, place: Sequence[float], picture: np.ndarray) -> Axes:
    """Shows a picture; `place` is left, bottom, width and height in pixels."""
    width, height = figure.get_size_inches() * figure.dpi
    left, bottom, right, top = np.divide(place, (width, height, width, height))
    axes = figure.add_axes((left, bottom, right, top))
    axes.imshow(picture, aspect="auto", interpolation="none")
    axes.set_axis_off()
    return axes


def add_caption(axes: Axes, caption: str) -> None:
    """Writes into the upper right corner of a picture."""
    axes.annotate(
        caption,
        (1, 1),
        xytext=(-7, -7),
        xycoords="axes fraction",
        textcoords="offset pixels",
        ha="right",
        va="top",
        fontsize=FONT_SIZE,
        fontweight="bold",
        color="white",
        bbox={"facecolor": "black", "alpha": 0.65, "edgecolor": "none", "pad": 4},
    )


def add_titles(
    figure: Figure, titles: Sequence[str], cell_width: int, top: int
) -> None:
    """Writes the column titles in at most two lines, `top` pixels down."""
    width, height = figure.get_size_inches() * figure.dpi
    letters = max(4, round(cell_width / LETTER_WIDTH))
    for column, title in enumerate(titles):
        lines = title_lines(title, letters)
        figure.text(
            (GAP + column * (cell_width + GAP) + cell_width / 2) / width,
            1 - (top + HEADER / 2) / height,
            "\n".join(lines),
            ha="center",
            va="center",
            fontsize=FONT_SIZE,
            parse_math=False,
        )


class _TitleWrapper(textwrap.TextWrapper):
    """Breaks names after underscores and hyphens, too."""

    wordsep_re = re.compile(r"(\s+|[^\s_-]*[_-]+)")


def title_lines(title: str, letters: int) -> list[str]:
    """Breaks a title into at most two lines, between words where possible."""
    wrapper = _TitleWrapper(letters, max_lines=2, placeholder=" …")
    return wrapper.wrap(title)


def add_legend(figure: Figure) -> None:
    """Explains the mask at the left and the score maps at the right."""
    width, height = figure.get_size_inches() * figure.dpi
    squares = [
        patches.Patch(color=np.divide(color, 255), label=colors.MASK_NAMES[code])
        for code, color in colors.MASK_COLORS.items()
    ]
    figure.legend(
        handles=squares,
        loc="center left",
        bbox_to_anchor=(0, LEGEND / 2 / height),
        ncols=len(squares),
        frameon=False,
        fontsize=FONT_SIZE,
        borderaxespad=0,
        columnspacing=1.2,
    )
    ramp = np.linspace(0, 1, 256)[np.newaxis]
    bar = (width - GAP - 64 - 160, LEGEND / 2 - 7, 160, 14)
    add_axes(figure, bar, colors.SCORE_COLORS(ramp))
    for text, x, align in (
        ("low", bar[0] - 8, "right"),
        ("high", bar[0] + 168, "left"),
    ):
        figure.text(
            x / width,
            LEGEND / 2 / height,
            text,
            ha=align,
            va="center_baseline",
            fontsize=FONT_SIZE,
        )


def encode_png(figure: Figure) -> bytes:
    """Renders without the metadata that would differ between machines."""
    content = io.BytesIO()
    backend_agg.FigureCanvasAgg(figure).print_png(content, metadata={"Software": None})
    return content.getvalue()
