import re

import numpy as np
import pytest
from sklearn import metrics

from fs_tf.report import curves, leaderboard


def drawn(path):
    """Follows the commands M, L, V and H of an SVG path; returns its corners."""
    x = y = 0.0
    corners = []
    for command, first, second in re.findall(r"([MLVH])([\d.]+)(?: ([\d.]+))?", path):
        if command in "ML":
            x, y = float(first), float(second)
        elif command == "V":
            y = float(first)
        else:
            x = float(first)
        corners.append((x / curves.SIZE, 1 - y / curves.SIZE))
    return np.array(corners)


def area(path):
    corners = drawn(path)
    widths, ys = np.diff(corners[:, 0]), corners[:, 1]
    return float(np.sum(widths * (ys[1:] + ys[:-1]) / 2))


@pytest.fixture(scope="module")
def scored():
    rng = np.random.default_rng(0)
    mask = rng.random(5000) < 0.1
    return mask, rng.normal(size=5000) + 1.5 * mask


def test_area_under_the_drawn_line_is_average_precision(scored):
    precision, recall, _ = metrics.precision_recall_curve(*scored)
    path = curves.path(recall[::-1].tolist(), precision[::-1].tolist(), is_step=True)
    expected = metrics.average_precision_score(*scored)
    assert area(path) == pytest.approx(expected, abs=0.005)


def test_each_point_of_a_step_curve_holds_from_the_one_before():
    path = curves.path([0.0, 0.5, 1.0], [1.0, 0.8, 0.4], is_step=True)
    # 0.5 * 0.8 + 0.5 * 0.4; the point at recall 0 covers nothing.
    assert area(path) == pytest.approx(0.6)
    assert drawn(path)[0] == pytest.approx([0, 0.8])


def test_area_under_the_drawn_roc_is_auroc(scored):
    false_rate, true_rate, _ = metrics.roc_curve(*scored)
    path = curves.path(false_rate.tolist(), true_rate.tolist())
    assert area(path) == pytest.approx(metrics.roc_auc_score(*scored), abs=0.005)
    assert drawn(path)[[0, -1]] == pytest.approx(np.array([[0, 0], [1, 1]]))


def test_a_path_does_not_grow_with_its_points():
    xs = np.linspace(0, 1, 100_000).tolist()
    assert len(drawn(curves.path(xs, xs))) <= 1.5 * curves.SIZE


def test_one_line_per_row_none_where_a_row_has_no_curve(make_result):
    results = [make_result("a", 0.5), make_result("b", 0.4, curves={})]
    table = leaderboard.Leaderboard.of(results)
    for plot in curves.plots(table, table.tracks[0]):
        assert bool(plot.lines[0]) and plot.lines[1] == ""


def test_chance_is_the_share_of_anomalous_pixels(make_result):
    table = leaderboard.Leaderboard.of([make_result()])
    precision_recall, roc = curves.plots(table, table.tracks[0])
    # 1000 of 10000 pixels.
    assert drawn(precision_recall.chance)[:, 1] == pytest.approx([0.1, 0.1])
    assert area(roc.chance) == pytest.approx(0.5)


def test_falling_curves_are_drawn_like_rising_ones(make_result):
    rising = make_result()
    falling = {name: points[::-1] for name, points in rising.curves.items()}
    tables = [
        leaderboard.Leaderboard.of([result])
        for result in (rising, make_result(curves=falling))
    ]
    first, second = (curves.plots(table, table.tracks[0]) for table in tables)
    assert first == second


@pytest.mark.parametrize(
    "change", [{"recall": [0.5]}, {"recall": [2.0] * 50}, {"precision": ["1"] * 50}]
)
def test_malformed_curves_are_refused(make_result, change):
    result = make_result()
    result = make_result(curves={**result.curves, **change})
    table = leaderboard.Leaderboard.of([result])
    with pytest.raises(ValueError, match="curves `recall` and `precision` must hold"):
        curves.plots(table, table.tracks[0])
