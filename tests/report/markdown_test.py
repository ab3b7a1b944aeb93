import re

from fs_tf.report import leaderboard, markdown

HOSTILE = "a|b*c*[d](javascript:e)<img src=x>`f`\n| g | _h_ \\"


def table_lines(text):
    return [line for line in text.splitlines() if line.startswith("|")]


def cells(line):
    """Splits at the bars that GitHub takes for column borders."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_every_line_has_every_column_and_the_same_width(make_result, make_segmentation):
    results = [make_result("a", 0.3), make_result("b", 0.2), make_segmentation("a")]
    lines = table_lines(markdown.markdown(leaderboard.Leaderboard.of(results)))
    assert len(lines) == 4
    assert {len(cells(line)) for line in lines} == {8}
    assert len({len(line) for line in lines}) == 1
    assert cells(lines[0])[-2:] == ["FS Static AP ↑", "FS Static FPR95 ↓"]
    assert cells(lines[2])[0] == "A"
    assert cells(lines[2])[-2:] == ["**30.00**", "**40.00**"]
    assert cells(lines[3])[-2:] == ["20.00", "**40.00**"]


def test_texts_of_strangers_stay_texts(make_result):
    result = make_result(row={"title": HOSTILE, "score": HOSTILE})
    lines = table_lines(markdown.markdown(leaderboard.Leaderboard.of([result])))
    assert len(lines) == 3
    assert {len(cells(line)) for line in lines} == {8}
    shown = cells(lines[2])[0]
    assert not re.search(r"(?<!\\)[*\[<`]", shown)
    # Taking the escapes away gives back the text, on one line.
    assert re.sub(r"\\(.)", r"\1", shown) == " ".join(HOSTILE.split())


def test_names_with_underscores_stay_readable(make_result):
    text = markdown.markdown(leaderboard.Leaderboard.of([make_result("a_b", row={})]))
    assert cells(table_lines(text)[2])[0] == "a_b"


def test_the_legend_names_dataset_and_split(make_result):
    text = markdown.markdown(leaderboard.Leaderboard.of([make_result()]))
    assert "FS Static is fishyscapes/Static/3.0.0, split validation" in text
