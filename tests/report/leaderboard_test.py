import math
import random

import pytest

from fs_tf.report import leaderboard

LOST_AND_FOUND = "fishyscapes/LostAndFound/1.0.0"
STATIC = "fishyscapes/Static/3.0.0"


def names(table):
    return [row.submission for row in table.rows]


def column(table, title, group=""):
    index = [(c.title, c.group) for c in table.columns].index((title, group))
    return {row.submission: row.cells[index] for row in table.rows}


def test_rows_fall_with_the_ap_of_the_first_track(make_result):
    aps = {"a": 0.3, "b": 0.1, "c": math.nan, "d": 0.7, "e": 0.2}
    results = [make_result(name, ap, LOST_AND_FOUND) for name, ap in aps.items()]
    results += [make_result(name, 1 - index / 9) for index, name in enumerate(aps)]
    rng = random.Random(0)
    for _ in range(5):
        rng.shuffle(results)
        table = leaderboard.Leaderboard.of(results)
        assert names(table) == ["d", "a", "e", "b", "c"]


def test_equal_rows_keep_their_order_and_random_is_last(make_result):
    results = [make_result(name, 0.2) for name in ("b", "random", "a", "c")]
    table = leaderboard.Leaderboard.of(results)
    assert names(table) == ["b", "a", "c", "random"]
    assert [row.is_baseline for row in table.rows] == [False, False, False, True]


def test_columns_are_those_of_table_1(make_result, make_segmentation):
    results = [make_result(), make_result(dataset=LOST_AND_FOUND), make_segmentation()]
    table = leaderboard.Leaderboard.of(results)
    assert [f"{c.group} {c.title}".strip() for c in table.columns] == [
        "Method",
        "Score",
        "Retraining",
        "OoD data",
        "Runtime (s/image)",
        "Cityscapes mIoU",
        "FS Lost & Found AP",
        "FS Lost & Found FPR95",
        "FS Static AP",
        "FS Static FPR95",
    ]
    assert [cell.text for cell in table.rows[0].cells] == (
        "Entropy score ✗ ✓ 0.5 80.3 25.00 40.00 25.00 40.00".split()
    )


def test_incomplete_rows_show_dashes(make_result, make_segmentation):
    results = [make_result("a"), make_result("b", dataset=LOST_AND_FOUND)]
    results.append(make_segmentation("c"))
    table = leaderboard.Leaderboard.of(results)
    assert column(table, "AP", "FS Static")["b"].text == "–"
    assert column(table, "Cityscapes mIoU")["a"].text == "–"
    assert [column(table, title)["c"].text for title in ("Method", "Score")] == [
        "c",
        "–",
    ]
    assert column(table, "Runtime (s/image)")["c"].text == "0.7"


def test_the_best_of_a_column_is_what_prints_best(make_result):
    results = [
        make_result("a", 0.50001, metrics={"FPR95": 0.3}),
        make_result("b", 0.50002, metrics={"FPR95": 1.0}),
        make_result("c", 0.4, metrics={"FPR95": 0.2}),
    ]
    table = leaderboard.Leaderboard.of(results)
    best = {
        title: {
            n for n, cell in column(table, title, "FS Static").items() if cell.is_best
        }
        for title in ("AP", "FPR95")
    }
    assert best == {"AP": {"a", "b"}, "FPR95": {"c"}}
    assert not any(cell.is_best for cell in column(table, "OoD data").values())


def test_a_column_of_dashes_has_no_best(make_result):
    results = [make_result(name, math.nan, intervals={}) for name in "ab"]
    cells = column(leaderboard.Leaderboard.of(results), "AP", "FS Static")
    assert not any(cell.is_best for cell in cells.values())


def test_rows_that_look_alike_are_told_apart(make_result):
    row = {"title": "Softmax", "score": "entropy"}
    results = [make_result(name, row=row) for name in ("a", "b")]
    results.append(make_result("c", row={"title": "Softmax", "score": "maximum"}))
    found = {row.name for row in leaderboard.Leaderboard.of(results).rows}
    assert found == {"Softmax, entropy (a)", "Softmax, entropy (b)", "Softmax, maximum"}


def test_two_results_for_one_place_are_an_error_naming_both(make_result):
    results = [make_result(), make_result(dataset=LOST_AND_FOUND), make_result(ap=0.3)]
    paths = ["old.json", "other.json", "new.json"]
    with pytest.raises(
        ValueError, match="'entropy' has two results on .*'old.json' and 'new.json'"
    ):
        leaderboard.Leaderboard.of(results, paths)


def test_other_images_under_one_name_are_not_ranked(make_result):
    results = [
        make_result(name, provenance={"dataset_sha256": images})
        for name, images in (("a", "1"), ("b", "1"), ("c", "2"))
    ]
    leaderboard.Leaderboard.of(results[:2])
    with pytest.raises(ValueError, match="'a.json' and 'c.json' .* but of other image"):
        leaderboard.Leaderboard.of(results, ["a.json", "b.json", "c.json"])


def test_no_results_are_an_error():
    with pytest.raises(ValueError, match="needs results; got none"):
        leaderboard.Leaderboard.of([])
