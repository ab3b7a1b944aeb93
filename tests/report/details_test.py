import math
import re

from fs_tf.report import details, leaderboard

LOST_AND_FOUND = "fishyscapes/LostAndFound/1.0.0"


def lines(results):
    """The cells of every line of the table, without the rule below the headings."""
    text = details.details(leaderboard.Leaderboard.of(results))
    found = [line for line in text.splitlines() if line.startswith("|")]
    assert len({len(line) for line in found}) == 1
    split = [[c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]] for line in found]
    return [split[0], *split[2:]]


def test_one_line_per_dataset_and_method(make_result, make_segmentation):
    results = [
        make_result("a", 0.3, intervals={"AP": (0.2, 0.41), "FPR95": (0.35, 0.5)}),
        make_result("b", 0.5, LOST_AND_FOUND, intervals={"AUROC": (0.8, 0.95)}),
        make_segmentation("a", 0.803),
    ]
    assert lines(results) == [
        [
            "Dataset",
            "Method",
            "Score",
            "AP ↑",
            "FPR95 ↓",
            "AUROC ↑",
            "Cityscapes mIoU ↑",
        ],
        [
            "FS Lost & Found",
            "B",
            "score",
            "**50.00**",
            "**40.00**",
            "**90.00** (80.00–95.00)",
            "–",
        ],
        [
            "FS Static",
            "A",
            "score",
            "**30.00** (20.00–41.00)",
            "**40.00** (35.00–50.00)",
            "**90.00**",
            "**80.3**",
        ],
    ]


def test_every_dataset_has_its_own_order_and_its_own_best(make_result):
    aps = {"a": (0.3, 0.1), "b": (0.2, 0.4), "random": (0.25, 0.5)}
    results = [make_result(name, ap, LOST_AND_FOUND) for name, (ap, _) in aps.items()]
    results += [make_result(name, ap) for name, (_, ap) in aps.items()]
    found = [(line[1], line[3].partition(" ")[0]) for line in lines(results)[1:]]
    assert found == [
        ("A", "**30.00**"),
        ("B", "20.00"),
        ("Random", "25.00"),
        ("B", "40.00"),
        ("A", "10.00"),
        ("Random", "**50.00**"),
    ]


def test_undefined_and_hostile_values(make_result):
    row = {"title": "a|b*", "score": "<c>"}
    result = make_result(ap=math.nan, row=row, metrics={"FPR95": 1.0}, intervals={})
    [_, line] = lines([result])
    assert line[1:5] == [r"a\|b\*", r"\<c\>", "–", "–"]


def test_rows_that_only_their_name_tells_apart_show_it(make_result):
    same = {"title": "T", "score": "s"}
    results = [make_result(name, row=same) for name in ("one", "two")]
    assert [line[1] for line in lines(results)[1:]] == ["T (one)", "T (two)"]


def test_datasets_with_class_labels_alone(make_segmentation):
    [_, line] = lines([make_segmentation("a", 0.5)])
    assert line[0] == "Cityscapes" and line[-1] == "**50.0**"
