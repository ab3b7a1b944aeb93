"""Result files round-trip, and damaged ones are named."""

import dataclasses
import json
import math

import pytest

from fs_tf import errors, results

RESULT = results.Result(
    submission="entropy",
    row={"title": "Softmax"},
    dataset="fishyscapes/Static/3.0.0",
    split="validation",
    metrics={"AP": 0.25, "FPR95": 0.5},
    counts={"images": 3},
    curves={"recall": [0.5, 1.0]},
    intervals={"AP": (0.1, 0.4)},
    seconds_per_image=0.1,
    provenance={"device": "CPU"},
    by_size={"small": {"AP": 0.1}},
)


def test_round_trip(tmp_path):
    path = tmp_path / "deep" / ("a" + results.SUFFIX)
    RESULT.save(path)
    assert results.Result.load(path) == RESULT
    assert results.load_all(tmp_path) == {path: RESULT}
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_undefined_values_survive_and_the_file_is_strict_json(tmp_path):
    path = tmp_path / ("a" + results.SUFFIX)
    undefined = dataclasses.replace(
        RESULT, metrics={"AP": math.nan}, intervals={"AP": (math.nan, math.nan)}
    )
    undefined.save(path)
    json.loads(path.read_text(), parse_constant=pytest.fail)
    read = results.Result.load(path)
    assert math.isnan(read.metrics["AP"]) and math.isnan(read.intervals["AP"][1])


def test_hidden_and_foreign_files_are_no_results(tmp_path):
    RESULT.save(tmp_path / ("a" + results.SUFFIX))
    for name in ("._a", ".ipynb_checkpoints/a", "__MACOSX/a", ".partial-0123-b"):
        RESULT.save(tmp_path / (name + results.SUFFIX))
    (tmp_path / "again").symlink_to(tmp_path)
    assert list(results.load_all(tmp_path)) == [tmp_path / ("a" + results.SUFFIX)]
    with pytest.raises(FileNotFoundError, match="experiments.evaluate"):
        results.load_all(tmp_path / "absent")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 99}', '{"format": 1}'])
def test_damaged_files_are_named(tmp_path, text):
    path = tmp_path / ("broken" + results.SUFFIX)
    path.write_text(text)
    with pytest.raises(ValueError, match="broken.result.json' is not a result"):
        results.load_all(tmp_path)


@pytest.mark.parametrize("field, value, rule", [
    ("submission", 3, "`submission` must be text; got 3"),
    ("row", {"title": ["a"]}, "`row` must be texts and flags by name"),
    ("dataset", None, "`dataset` must be text; got None"),
    ("split", {}, "`split` must be text"),
    ("metrics", {}, "`metrics` must be fractions .*one or more; got {}"),
    ("metrics", {"AP": 25.0}, "`metrics` must be fractions within 0..1"),
    ("metrics", {"AP": -0.1}, "`metrics` must be fractions within 0..1"),
    ("metrics", {"AP": True}, "`metrics` must be fractions within 0..1"),
    ("metrics", [0.25], "`metrics` must be fractions within 0..1"),
    ("counts", {"images": 1.5}, "`counts` must be whole numbers"),
    ("curves", {"recall": 0.5}, "`curves` must be lists of numbers"),
    ("curves", {"recall": ["0.5"]}, "`curves` must be lists of numbers"),
    ("intervals", {"AP": [0.1]}, "`intervals` must be pairs of fractions"),
    ("seconds_per_image", "1", "`seconds_per_image` must be a number; got 1"),
    ("provenance", {"device": 1}, "`provenance` must be texts by name"),
    ("by_size", {"small": 0.1}, "`by_size` must be numbers by size and name"),
])  # fmt: skip
def test_fields_of_other_types_are_named(tmp_path, field, value, rule):
    path = tmp_path / ("a" + results.SUFFIX)
    RESULT.save(path)
    path.write_text(json.dumps({**json.loads(path.read_text()), field: value}))
    with pytest.raises(errors.BadValue, match=f"a.result.json' is not .*{rule}"):
        results.Result.load(path)


def test_another_format_is_told(tmp_path):
    path = tmp_path / ("a" + results.SUFFIX)
    RESULT.save(path)
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 1}))
    with pytest.raises(errors.BadValue, match="of format 2: .*it is of format 1"):
        results.Result.load(path)


def test_no_results_says_what_writes_them(tmp_path):
    with pytest.raises(FileNotFoundError, match="experiments.evaluate"):
        results.load_all(tmp_path)
