"""The leaderboard as Markdown tables."""

import re
from collections.abc import Sequence

from fs_tf.report import cells, leaderboard


def markdown(table: leaderboard.Leaderboard) -> str:
    """Returns the table in GitHub's Markdown, aligned for a terminal too.

    The best values are bold. Texts that submissions state are escaped.
    """
    body = [_texts(row) for row in table.rows]
    return f"{aligned(table.columns, body)}\n\n{_legend(table)}\n"


def aligned(
    columns: Sequence[leaderboard.Column], body: Sequence[Sequence[str]]
) -> str:
    """Returns a Markdown table whose lines are equally long.

    Args:
      columns: give headings and sides: words stand left, numbers right.
      body: Markdown text of every cell, line by line.
    """
    headings = [
        escaped(f"{column.group} {column.title} {column.arrow}".strip())
        for column in columns
    ]
    lines = [headings, *body]
    widths = [max(map(len, texts)) for texts in zip(*lines, strict=True)]
    rule = [
        "-" * width if column.is_text else "-" * (width - 1) + ":"
        for column, width in zip(columns, widths, strict=True)
    ]
    padded = [
        [
            text.ljust(width) if column.is_text else text.rjust(width)
            for text, column, width in zip(line, columns, widths, strict=True)
        ]
        for line in lines
    ]
    padded.insert(1, rule)
    return "\n".join(f"| {' | '.join(line)} |" for line in padded)


def emphasised(cell: cells.Cell) -> str:
    """Returns the escaped text of a cell, bold where it is the best."""
    return f"**{escaped(cell.text)}**" if cell.is_best else escaped(cell.text)


def escaped(text: str) -> str:
    """Escapes what Markdown would read as markup, a new column or HTML."""
    return re.sub(r"[\\`*\[\]<>|~]|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", text)


def _texts(row: leaderboard.Row) -> list[str]:
    """Returns the text of every cell; ambiguous rows add their submission."""
    texts = [emphasised(cell) for cell in row.cells]
    texts[0] += escaped(row.suffix)
    return texts


def _legend(table: leaderboard.Leaderboard) -> str:
    named = "; ".join(
        f"{track.title} is {track.dataset}, split {track.split}"
        for track in (*table.segmentation_tracks, *table.tracks)
    )
    return (
        "Metrics in percent; bold is the best of its column. A dash: not evaluated, "
        "undefined, or 95 % of the anomaly found only by flagging every pixel. "
        f"{escaped(named)}."
    )
