import math

import pytest

from fs_tf.report import cells


def test_metrics_print_in_percent(make_result):
    result = make_result(ap=0.12345)
    cell = cells.percent_cell(result, "AP", 2)
    assert (cell.text, cell.value) == ("12.35", 0.12345)
    assert cell.interval == "11.11–13.58"
    assert cells.percent_cell(result, "FPR95", 1).text == "40.0"


@pytest.mark.parametrize(
    ("metrics", "name"),
    [({"AP": math.nan}, "AP"), ({"FPR95": 1.0}, "FPR95"), ({}, "mIoU")],
)
def test_what_cannot_be_compared_is_a_dash_with_its_reason(make_result, metrics, name):
    cell = cells.percent_cell(make_result(metrics=metrics), name, 2)
    assert (cell.text, cell.value, cell.interval) == (cells.DASH, None, "")
    assert cell.note


def test_only_fpr95_prints_a_dash_at_one(make_result):
    assert cells.percent_cell(make_result(ap=1.0, intervals={}), "AP", 2).text == (
        "100.00"
    )
    almost = make_result(metrics={"FPR95": 0.999999})
    assert cells.percent_cell(almost, "FPR95", 2).text == "100.00"


def test_an_undefined_interval_is_left_out(make_result):
    result = make_result(intervals={"AP": (math.nan, 0.3)})
    assert cells.percent_cell(result, "AP", 2).interval == ""


@pytest.mark.parametrize("value", [31.2, -0.1, math.inf, "0.3", True, None])
def test_a_metric_that_is_no_fraction_is_refused(make_result, value):
    result = make_result(metrics={"AP": value})
    with pytest.raises(
        ValueError, match=r"`AP` must be a number within 0..1.*'entropy'"
    ):
        cells.percent_cell(result, "AP", 2)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0341, "0.034"), (0.00041, "0.00041"), (12.34, "12.3"), (math.nan, "–")],
)
def test_runtimes(make_result, seconds, text):
    assert cells.seconds_cell(make_result(seconds_per_image=seconds)).text == text


@pytest.mark.parametrize("seconds", [-1.0, math.inf])
def test_an_impossible_runtime_is_refused(make_result, seconds):
    with pytest.raises(
        ValueError, match="`seconds_per_image` must be a number not neg"
    ):
        cells.seconds_cell(make_result(seconds_per_image=seconds))


def test_texts_of_strangers_become_one_visible_short_line():
    assert cells.text_cell(" a\n\tb\x00c\u202ed ").text == "a b c d"
    assert cells.text_cell("x" * 1000).text == "x" * 79 + "…"
    assert cells.text_cell("\u200b").value is None
    assert cells.text_cell(7).text == "7"


def test_flags_are_booleans_or_a_dash():
    assert [cells.flag_cell(flag).text for flag in (True, False, "yes", None)] == [
        *"✓✗",
        *"––",
    ]


def test_a_statement_is_merged_and_may_not_contradict_itself(make_result):
    one = make_result(row={"title": "A", "score": "entropy"})
    two = make_result(row={"title": "A", "needs_ood_data": True})
    merged = cells.merged_statement({"one": one, "two": two})
    assert merged == {"title": "A", "score": "entropy", "needs_ood_data": True}
    other = make_result(row={"title": "B"})
    with pytest.raises(ValueError, match="`title` as 'A' in one but as 'B' in other"):
        cells.merged_statement({"one": one, "other": other})
