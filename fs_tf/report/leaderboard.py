"""The leaderboard: one row per submission, as the paper's Table 1."""

import collections
import dataclasses
from collections.abc import Mapping, Sequence

from fs_tf import errors
from fs_tf import results as results_lib
from fs_tf.report import cells, consistency, tracks

# The submission of this name or title is marked as baseline and printed last.
BASELINE = "random"

Key = tuple[str, str]


@dataclasses.dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
      title: "Method", "AP", ...
      group: title of the track the column belongs to, or "".
      better: "higher", "lower", or "" where no value is better than another.
      is_text: holds words, which sort from A to Z.
    """

    title: str
    group: str = ""
    better: str = ""
    is_text: bool = False

    @property
    def arrow(self) -> str:
        """Points where better values are."""
        return {"higher": "↑", "lower": "↓", "": ""}[self.better]


@dataclasses.dataclass(frozen=True)
class Row:
    """One submission.

    Attributes:
      submission: its name.
      is_baseline: marked, and printed last.
      cells: in the order of the columns.
      results: by dataset and split.
      is_ambiguous: another row states the same method and score.
    """

    submission: str
    is_baseline: bool
    cells: tuple[cells.Cell, ...]
    results: Mapping[Key, results_lib.Result]
    is_ambiguous: bool = False

    @property
    def name(self) -> str:
        """Method and score in one line; tells rows apart."""
        stated = [cell.text for cell in self.cells[:2] if cell.value is not None]
        return ", ".join(stated) + self.suffix

    @property
    def suffix(self) -> str:
        """The submission in brackets where the row is ambiguous, else ""."""
        name = cells.text_cell(self.submission).text
        return f" ({name})" if self.is_ambiguous else ""


@dataclasses.dataclass(frozen=True)
class Leaderboard:
    """A table of submissions, the best on the first track first.

    Attributes:
      columns: texts and flags, runtime, mIoU, then AP and FPR95 of every track.
      rows: by falling AP on the first track; the baseline stands last.
      tracks: with anomaly masks, in the order of their columns.
      segmentation_tracks: with class labels.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    tracks: tuple[tracks.Track, ...]
    segmentation_tracks: tuple[tracks.Track, ...]

    @classmethod
    def of(
        cls, results: Sequence[results_lib.Result], sources: Sequence[object] = ()
    ) -> "Leaderboard":
        """Builds the table.

        Args:
          results: of any submissions on any datasets; missing ones print a dash.
          sources: what to call each result in an error, such as its path.

        Raises:
          ValueError: no results, two for one submission, dataset and split, two on
            other images under one name of a dataset, one that does not say of which
            images it is, two that describe their
            submission differently, or a value that is no metric.
        """
        if not results:
            raise errors.BadValue("A leaderboard needs results; got none.")
        sources = sources or [f"result {index}" for index in range(len(results))]
        sources = [f"'{source}'" for source in sources]
        consistency.require_same_images(results, sources)
        consistency.warn_of_versions(results)
        table = _by_submission(results, sources)
        anomaly = _tracks_with("AP", results)
        segmentation = _tracks_with("mIoU", results)
        rows = [
            _row(name, parts, anomaly, segmentation) for name, parts in table.items()
        ]
        if anomaly:
            first = len(_columns((), segmentation))
            rows.sort(key=lambda row: row.cells[first].value or -1.0, reverse=True)
        rows.sort(key=lambda row: row.is_baseline)
        columns = _columns(anomaly, segmentation)
        rows = with_best(columns, _with_ambiguity(rows))
        return cls(columns, rows, anomaly, segmentation)


def _by_submission(
    results: Sequence[results_lib.Result], sources: Sequence[str]
) -> dict[str, dict[str, results_lib.Result]]:
    """Groups results: submission -> source -> result; refuses duplicates."""
    seen: dict[tuple, str] = {}
    table: dict[str, dict[str, results_lib.Result]] = {}
    for result, source in zip(results, sources, strict=True):
        key = (result.submission, result.dataset, result.split)
        if key in seen:
            raise errors.BadValue(
                f"Submission '{result.submission}' has two results on "
                f"'{result.dataset}', split '{result.split}': {seen[key]} and "
                f"{source}; remove one of them."
            )
        seen[key] = source
        table.setdefault(result.submission, {})[source] = result
    return table


def _tracks_with(
    metric: str, results: Sequence[results_lib.Result]
) -> tuple[tracks.Track, ...]:
    return tracks.tracks(
        (result.dataset, result.split) for result in results if metric in result.metrics
    )


def _columns(
    anomaly: Sequence[tracks.Track], segmentation: Sequence[tracks.Track]
) -> tuple[Column, ...]:
    """Returns the fixed columns, then AP and FPR95 of every track."""
    titles = [track.title for track in segmentation] or ["Cityscapes"]
    fixed = (
        Column("Method", is_text=True),
        Column("Score", is_text=True),
        Column("Retraining"),
        Column("OoD data"),
        Column("Runtime (s/image)", better="lower"),
        *(Column(f"{title} mIoU", better="higher") for title in titles),
    )
    pairs = [
        (Column("AP", track.title, "higher"), Column("FPR95", track.title, "lower"))
        for track in anomaly
    ]
    return fixed + tuple(column for pair in pairs for column in pair)


def _row(
    submission: str,
    parts: Mapping[str, results_lib.Result],
    anomaly: Sequence[tracks.Track],
    segmentation: Sequence[tracks.Track],
) -> Row:
    statement = cells.merged_statement(parts)
    by_track = {(part.dataset, part.split): part for part in parts.values()}
    title = cells.text_cell(statement.get("title") or submission)
    timed = [by_track[t.key] for t in (*anomaly, *segmentation) if t.key in by_track]
    row = [
        title,
        cells.text_cell(statement.get("score")),
        cells.flag_cell(statement.get("needs_retraining")),
        cells.flag_cell(statement.get("needs_ood_data")),
        cells.seconds_cell(timed[0]) if timed else cells.Cell(cells.DASH, None),
    ]
    keys = [track.key for track in segmentation] or [None]
    row += [cells.percent_cell(by_track.get(key), "mIoU", 1) for key in keys]
    for track in anomaly:
        result = by_track.get(track.key)
        row += [cells.percent_cell(result, name, 2) for name in ("AP", "FPR95")]
    is_baseline = BASELINE in (submission.casefold(), title.value)
    return Row(submission, is_baseline, tuple(row), by_track)


def _with_ambiguity(rows: Sequence[Row]) -> list[Row]:
    """Marks the rows that only the name of their submission tells apart."""
    count = collections.Counter(row.name.casefold() for row in rows)
    return [
        dataclasses.replace(row, is_ambiguous=count[row.name.casefold()] > 1)
        for row in rows
    ]


def with_best(columns: Sequence[Column], rows: Sequence[Row]) -> tuple[Row, ...]:
    """Marks every cell that prints the best value of its column."""
    best = []
    for index, column in enumerate(columns):
        ranked = [row.cells[index] for row in rows]
        ranked = [cell for cell in ranked if cell.value is not None]
        choose = {"higher": max, "lower": min}.get(column.better)
        winner = choose(ranked, key=lambda c: c.value) if choose and ranked else None
        best.append(winner.text if winner else None)
    return tuple(
        dataclasses.replace(
            row,
            cells=tuple(
                dataclasses.replace(cell, is_best=cell.text == text)
                for cell, text in zip(row.cells, best, strict=True)
            ),
        )
        for row in rows
    )
