import io

import matplotlib
import numpy as np
import pytest
from PIL import Image

from fs_tf.report import colors, drawing, qualitative


def example(size=(60, 100), methods=("a", "b"), seed=0, **changes):
    rng = np.random.default_rng(seed)
    mask = np.zeros(size, np.uint8)
    mask[: size[0] // 2] = 1
    mask[:, : size[1] // 2] = 255
    fields = {
        "image": rng.integers(0, 256, (*size, 3), np.uint8),
        "mask": mask,
        "scores": {name: rng.normal(size=size).astype(np.float32) for name in methods},
        "average_precision": {"a": 0.123},
    }
    return qualitative.Example(**{**fields, **changes})


def pixels(content):
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def test_cells_hold_image_mask_and_score_maps_pixel_by_pixel():
    shown = example((60, 100), average_precision={})
    figure = pixels(qualitative.qualitative_figure([shown], cell_width=100))
    gap, top = drawing.GAP, drawing.HEADER
    valid = shown.mask != 255
    expected = [
        shown.image,
        colors.mask_colors(shown.mask),
        *(colors.score_colors(score, valid) for score in shown.scores.values()),
    ]
    for column, picture in enumerate(expected):
        left = gap + column * (100 + gap)
        found = figure[top : top + 60, left : left + 100]
        np.testing.assert_array_equal(found, picture)
    assert figure.shape[:2] == (top + 60 + gap + drawing.LEGEND, 4 * 108 + gap)


def test_many_methods_take_panels_that_each_show_the_image():
    methods = tuple("abcde")
    shown = example((60, 100), methods, average_precision={})
    draw = qualitative.qualitative_figure
    figure = pixels(draw([shown], cell_width=100, maps_per_row=2))
    gap, header = drawing.GAP, drawing.HEADER
    panel = header + 60 + gap
    assert figure.shape[:2] == (3 * panel + drawing.LEGEND, 4 * 108 + gap)
    valid = shown.mask != 255
    for index, method in enumerate(methods):
        top, place = (index // 2) * panel + header, 2 + index % 2
        left = gap + place * (100 + gap)
        found = figure[top : top + 60, left : left + 100]
        expected = colors.score_colors(shown.scores[method], valid)
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(
            figure[top : top + 60, gap : gap + 100], shown.image
        )
    # Each panel has its own titles; the last place of the last panel stays empty.
    for top in range(0, 3 * panel, panel):
        assert (figure[top : top + header, gap + 216 : gap + 316] < 128).any()
    assert (figure[2 * panel : 3 * panel, gap + 324 : gap + 424] == 255).all()


def test_methods_are_dealt_evenly():
    methods = tuple("abcdef")
    shown = example((10, 40), methods, average_precision={})
    figure = pixels(qualitative.qualitative_figure([shown], 40, maps_per_row=5))
    assert figure.shape[1] == 5 * 48 + drawing.GAP


def test_rows_of_any_size_keep_their_aspect_ratio():
    examples = [example((31, 57)), example((200, 100)), example((1, 1))]
    figure = pixels(qualitative.qualitative_figure(examples, cell_width=90))
    heights = round(90 * 31 / 57) + 180 + 90
    edges = drawing.HEADER + 3 * drawing.GAP + drawing.LEGEND
    assert figure.shape[0] == heights + edges


def test_average_precision_stands_in_the_corner():
    with_value = example(average_precision={"a": 0.123})
    with_other = example(average_precision={"a": 0.9})
    undefined = example(average_precision={"a": np.nan})
    without = example(average_precision={})
    figures = [
        pixels(qualitative.qualitative_figure([shown], 200))
        for shown in (without, with_value, with_other, undefined)
    ]
    for i, first in enumerate(figures):
        for second in figures[:i]:
            rows, columns = np.nonzero((first != second).any(-1))
            left = drawing.GAP + 2 * (200 + drawing.GAP)
            assert rows.size
            # In the upper right part of the cell of method "a".
            assert left + 90 < columns.min() and columns.max() < left + 200
            assert rows.max() < drawing.HEADER + 40


def test_no_matplotlibrc_changes_the_figure():
    wanted = qualitative.qualitative_figure([example()])
    style = {"font.size": 30, "text.usetex": True, "figure.dpi": 300, "axes.grid": True}
    with matplotlib.rc_context({**style, "text.color": "red"}):
        assert qualitative.qualitative_figure([example()]) == wanted
        assert matplotlib.rcParams["font.size"] == 30


def test_the_same_examples_give_the_same_file():
    one, two = (qualitative.qualitative_figure([example()], 60) for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("entropy", ["entropy"]),
        ("flow_logistic_regression", ["flow_logistic_", "regression"]),
        ("two words of it", ["two words of", "it"]),
        ("anunbrokenwordoftoomany", ["anunbrokenword", "oftoomany"]),
        ("far too many words of it for two lines", ["far too many", "words of it …"]),
        ("", []),
    ],
)
def test_long_titles_break_between_words(title, wanted):
    assert drawing.title_lines(title, 14) == wanted


def test_titles_of_strangers_are_not_read_as_formulas():
    broken = example(methods=("$\\frac{", "a" * 300), average_precision={})
    assert qualitative.qualitative_figure([broken], 60).startswith(b"\x89PNG")


def test_score_colors_do_not_depend_on_scale_or_on_outliers():
    score = np.random.default_rng(0).normal(size=(80, 90))
    valid = np.ones(score.shape, bool)
    plain = colors.score_colors(score, valid)
    scaled = colors.score_colors(1024 * score - 4096, valid).astype(int)
    assert np.abs(scaled - plain).max() <= 1
    spoiled = score.copy()
    spoiled[0, 0] = 1e30
    difference = colors.score_colors(spoiled, valid).astype(int) - plain
    assert np.abs(difference[1:]).max() <= 12


def test_void_pixels_do_not_set_the_range():
    score = np.random.default_rng(0).normal(size=(40, 40))
    valid = np.ones(score.shape, bool)
    valid[:20] = False
    spoiled = np.where(valid, score, 1e6)
    np.testing.assert_array_equal(
        colors.score_colors(score, valid)[20:], colors.score_colors(spoiled, valid)[20:]
    )


@pytest.mark.parametrize("value", [0.0, -3e38, 5.0])
def test_a_constant_map_has_one_color(value):
    score = np.full((4, 5), value, np.float32)
    for valid in (np.ones((4, 5), bool), np.zeros((4, 5), bool)):
        assert (
            len(np.unique(colors.score_colors(score, valid).reshape(-1, 3), axis=0))
            == 1
        )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image": np.zeros((60, 100, 3))}, "`image` must be uint8.*example 1"),
        ({"mask": np.zeros((6, 10), np.uint8)}, r"`mask` must be \(60, 100\)"),
        ({"mask": np.full((60, 100), 2, np.uint8)}, r"with \[2\] in example 1"),
        ({"scores": {"a": np.zeros((60, 100))}}, "needs the score maps.*'b'"),
        (
            {"scores": dict.fromkeys("ab", np.full((60, 100), np.nan))},
            "score map of 'a' must be .* finite",
        ),
    ],
)
def test_bad_examples_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        qualitative.qualitative_figure([example(), example(**changes)], 60)


def test_rows_without_a_map_are_refused():
    with pytest.raises(ValueError, match="`maps_per_row` must be at least 1; got 0"):
        qualitative.qualitative_figure([example()], 60, maps_per_row=0)


def test_no_examples_are_refused():
    with pytest.raises(ValueError, match="needs examples"):
        qualitative.qualitative_figure([])
