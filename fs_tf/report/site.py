"""Everything a reader gets: leaderboard.md and index.html in one directory."""

import os
import pathlib
from collections.abc import Mapping

from fs_tf import files
from fs_tf import results as results_lib
from fs_tf.report import details, leaderboard, page
from fs_tf.report import markdown as markdown_lib


def write_site(
    results_dir: os.PathLike,
    output: os.PathLike,
    figures: Mapping[str, bytes] | None = None,
    has_details: bool = False,
) -> str:
    """Writes `leaderboard.md` and `index.html`, each in one step.

    Args:
      results_dir: directory with `*.result.json` files at any depth.
      output: directory; created if needed, its two files are replaced.
      figures: PNG file content by title, shown on the page.
      has_details: whether a second table follows, of AUROC and intervals.

    Returns:
      The content of `leaderboard.md`.

    Raises:
      FileNotFoundError: no results.
      ValueError: results that contradict each other, or malformed ones.
    """
    results = results_lib.load_all(results_dir)
    table = leaderboard.Leaderboard.of(list(results.values()), list(results))
    text = markdown_lib.markdown(table)
    if has_details:
        text += f"\n{details.details(table)}"
    output = pathlib.Path(output)
    page.write_page(output / "index.html", table, figures)
    files.write_text(output / "leaderboard.md", text)
    return text
