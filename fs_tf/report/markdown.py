"""The leaderboard as a Markdown table."""

import re

from fs_tf.report import cells, leaderboard


def markdown(table: leaderboard.Leaderboard) -> str:
    """Returns the table in GitHub's Markdown, aligned for a terminal too.

    The best values are bold. Texts that submissions state are escaped.
    """
    headings = [
        _escaped(f"{column.group} {column.title} {column.arrow}".strip())
        for column in table.columns
    ]
    lines = [headings, *_body(table)]
    widths = [max(map(len, texts)) for texts in zip(*lines, strict=True)]
    rule = [
        "-" * width if column.is_text else "-" * (width - 1) + ":"
        for column, width in zip(table.columns, widths, strict=True)
    ]
    padded = [
        [
            text.ljust(width) if column.is_text else text.rjust(width)
            for text, column, width in zip(line, table.columns, widths, strict=True)
        ]
        for line in lines
    ]
    padded.insert(1, rule)
    rows = "\n".join(f"| {' | '.join(line)} |" for line in padded)
    return f"{rows}\n\n{_legend(table)}\n"


def _body(table: leaderboard.Leaderboard) -> list[list[str]]:
    """Returns the text of every cell; ambiguous rows add their submission."""
    body = []
    for row in table.rows:
        texts = [_emphasised(cell) for cell in row.cells]
        texts[0] += _escaped(row.suffix)
        body.append(texts)
    return body


def _legend(table: leaderboard.Leaderboard) -> str:
    named = "; ".join(
        f"{track.title} is {track.dataset}, split {track.split}"
        for track in (*table.segmentation_tracks, *table.tracks)
    )
    return (
        "Metrics in percent; bold is the best of its column. A dash: not evaluated, "
        "undefined, or 95 % of the anomaly found only by flagging every pixel. "
        f"{_escaped(named)}."
    )


def _escaped(text: str) -> str:
    """Escapes what Markdown would read as markup, a new column or HTML."""
    return re.sub(r"[\\`*\[\]<>|~]|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", text)


def _emphasised(cell: cells.Cell) -> str:
    return f"**{_escaped(cell.text)}**" if cell.is_best else _escaped(cell.text)
