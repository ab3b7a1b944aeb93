r"""Writes the leaderboard of all results below a directory.

    python -m experiments.leaderboard --results=DIR --output=DIR \
        [--details] [--figure=examples.png ...]

`--results` is searched at any depth for `*.result.json`, as `experiments.evaluate`
writes them. `--output` gets `leaderboard.md` and `index.html`, one self-contained page
with table, curves and figures that opens from disk and can be served as it is. Both
are replaced if they exist. `--details` adds to `leaderboard.md` a table of one row per
method and dataset: AP, FPR95 and AUROC with their 95 % intervals, and the mIoU.
`--figure` adds a PNG to the page, titled by its file name; it may be repeated.
"""

import pathlib

from absl import flags

from fs_tf import cli
from fs_tf.report import site

_RESULTS = flags.DEFINE(
    cli.PATH, "results", None, "Directory of results.", required=True
)
_OUTPUT = flags.DEFINE(
    cli.PATH, "output", None, "Directory to write to.", required=True
)
_DETAILS = flags.DEFINE_bool("details", False, "Also a table of AUROC and intervals.")
_FIGURES = flags.DEFINE_multi(
    cli.PATH, None, "figure", [], "PNG file to show on the page."
)


def main(_) -> None:
    paths = [pathlib.Path(path) for path in _FIGURES.value]
    figures = {path.stem.replace("_", " "): path.read_bytes() for path in paths}
    text = site.write_site(_RESULTS.value, _OUTPUT.value, figures, _DETAILS.value)
    print(text)
    print(f"Page: {pathlib.Path(_OUTPUT.value, 'index.html').resolve()}")


if __name__ == "__main__":
    cli.run(main)
