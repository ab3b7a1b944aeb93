"""What the leaderboard has no room for: AUROC and intervals, dataset by dataset."""

import dataclasses

from fs_tf.report import cells, leaderboard, markdown, tracks

COLUMNS = (
    leaderboard.Column("Method", is_text=True),
    leaderboard.Column("Score", is_text=True),
    leaderboard.Column("AP", better="higher"),
    leaderboard.Column("FPR95", better="lower"),
    leaderboard.Column("AUROC", better="higher"),
)


def details(table: leaderboard.Leaderboard) -> str:
    """Returns a Markdown table with one row per dataset and method.

    A row has AP, FPR95 and AUROC, each with its 95 % confidence interval where the
    result knows one, and the mIoU of the method. The rows of a dataset fall with their
    AP, the baseline stands last, and the best values of a dataset are bold.
    """
    columns = COLUMNS + tuple(
        leaderboard.Column(f"{track.title} mIoU", better="higher")
        for track in table.segmentation_tracks
    )
    body = [
        [markdown.escaped(track.title), *_texts(row)]
        for track in table.tracks or table.segmentation_tracks
        for row in leaderboard.with_best(columns, _rows(table, track))
    ]
    dataset = leaderboard.Column("Dataset", is_text=True)
    text = markdown.aligned((dataset, *columns), body)
    return (
        f"{text}\n\nMetrics in percent, 95 % confidence intervals in brackets where "
        "they are known; bold is the best of its dataset.\n"
    )


def _rows(table: leaderboard.Leaderboard, track: tracks.Track) -> list[leaderboard.Row]:
    """Returns the rows that have a result on the track, with cells as in COLUMNS."""
    rows = []
    for row in table.rows:
        result = row.results.get(track.key)
        if result is None:
            continue
        shown = [cells.percent_cell(result, c.title, 2) for c in COLUMNS[2:]]
        for other in table.segmentation_tracks:
            miou = cells.percent_cell(row.results.get(other.key), "mIoU", 1)
            shown.append(miou)
        rows.append(dataclasses.replace(row, cells=(*row.cells[:2], *shown)))
    rows.sort(key=lambda row: (row.is_baseline, -(row.cells[2].value or 0.0)))
    return rows


def _texts(row: leaderboard.Row) -> list[str]:
    texts = [
        markdown.emphasised(cell) + (f" ({cell.interval})" if cell.interval else "")
        for cell in row.cells
    ]
    texts[0] += markdown.escaped(row.suffix)
    return texts
