"""The leaderboard as one HTML page that needs neither network nor other files."""

import base64
import dataclasses
import hashlib
import io
import os
import pathlib
from collections.abc import Mapping, Sequence

import jinja2
import markupsafe
from PIL import Image

import fs_tf
from fs_tf import errors, files
from fs_tf.report import cells, curves, leaderboard, tracks

TEMPLATES = pathlib.Path(__file__).parent / "templates"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Score maps and photographs take a tenth of a PNG then, and look the same.
WEBP_QUALITY = 88
# WebP knows no longer sides.
MAX_SIDE = 16383
# Colours and dash patterns that together tell curves apart, see style.css.
NUM_COLORS = 8
DASHES = ("none", "7 4", "2 3")


@dataclasses.dataclass(frozen=True)
class Picture:
    """A WebP as the page embeds it; width and height in pixels."""

    title: str
    data: str
    width: int
    height: int


@dataclasses.dataclass(frozen=True)
class Detail:
    """What the page shows of one row on one track below its plots."""

    row: leaderboard.Row
    series: int
    metrics: tuple[cells.Cell, ...]


@dataclasses.dataclass(frozen=True)
class Section:
    """One track: its plots, its rows, and how many images and pixels it has."""

    track: tracks.Track
    plots: tuple[curves.Plot, ...]
    details: tuple[Detail, ...]
    counts: Mapping[str, int]


def write_page(
    path: os.PathLike,
    table: leaderboard.Leaderboard,
    figures: Mapping[str, bytes] | None = None,
) -> None:
    """Writes the page in one step, so that a partial one never exists.

    Args:
      path: of the HTML file.
      table: what to show, with the curves of its results.
      figures: PNG file content by title.

    Raises:
      ValueError: a figure is no PNG, damaged or too large, or a curve is malformed.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = files.read_text(TEMPLATES / "table.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    html = environment.get_template("leaderboard.html.j2").render(
        table=table,
        sections=[_section(table, track) for track in table.tracks],
        winners=_winners(table),
        peaks=_peaks(table),
        pictures=[_picture(*item) for item in (figures or {}).items()],
        provenance=_provenance(table.rows),
        script=markupsafe.Markup(script),
        script_hash=f"sha256-{digest}",
        version=fs_tf.__version__,
        size=curves.SIZE,
        colors=NUM_COLORS,
        dashes=DASHES,
    )
    files.write_text(path, html)


def _section(table: leaderboard.Leaderboard, track: tracks.Track) -> Section:
    details, counts = [], {}
    for series, row in enumerate(table.rows):
        result = row.results.get(track.key)
        if result is not None:
            metrics = ("AP", "AUROC")
            shown = tuple(cells.percent_cell(result, name, 2) for name in metrics)
            details.append(Detail(row, series, shown))
            counts = counts or result.counts
    return Section(track, curves.plots(table, track), tuple(details), counts)


def _winners(
    table: leaderboard.Leaderboard,
) -> list[tuple[leaderboard.Column, leaderboard.Row, cells.Cell]]:
    """Returns the first row with the best AP, for every track that has one."""
    winners = []
    for index, column in enumerate(table.columns):
        best = [row for row in table.rows if row.cells[index].is_best]
        if column.title == "AP" and best:
            winners.append((column, best[0], best[0].cells[index]))
    return winners


def _peaks(table: leaderboard.Leaderboard) -> list[float]:
    """Returns the highest value of every numeric column, the full length of bars."""
    return [
        0.0
        if column.is_text
        else max((row.cells[index].value or 0.0 for row in table.rows), default=0.0)
        for index, column in enumerate(table.columns)
    ]


def _picture(title: str, content: bytes) -> Picture:
    if not content.startswith(PNG_SIGNATURE):
        raise errors.BadValue(
            f"Figure '{title}' must be the content of a PNG file; it starts with "
            f"{content[:8]!r}."
        )
    buffer = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content)) as image:
            width, height = image.size
            if max(width, height) > MAX_SIDE:
                raise _too_large(title, f"{width} x {height}")
            image.convert("RGB").save(buffer, "WEBP", quality=WEBP_QUALITY)
    except errors.BadValue:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(title, str(error)) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise errors.BadValue(
            f"Figure '{title}' is a damaged PNG file: make it again ({error})."
        ) from error
    return Picture(title, base64.b64encode(buffer.getvalue()).decode(), width, height)


def _too_large(title: str, found: str) -> errors.BadValue:
    return errors.BadValue(
        f"Figure '{title}' is too large for the page, which takes pictures of up to "
        f"{MAX_SIDE} pixels a side: make it smaller ({found})."
    )


def _provenance(
    rows: Sequence[leaderboard.Row],
) -> tuple[dict[str, str], list[tuple[leaderboard.Row, str, str, dict[str, str]]]]:
    """Splits provenance into what all results share and what each adds to it."""
    results = [(row, result) for row in rows for result in row.results.values()]
    shared = dict(results[0][1].provenance)
    for _, result in results:
        shared = {k: v for k, v in shared.items() if result.provenance.get(k) == v}
    own = [
        (
            row,
            result.dataset,
            result.split,
            {k: v for k, v in result.provenance.items() if k not in shared},
        )
        for row, result in results
    ]
    return shared, own
