import io
import math

from PIL import Image

from fs_tf import results


def result(submission, ap):
    return results.Result(
        submission=submission,
        row={},
        dataset="fishyscapes/Static/3.0.0",
        split="validation",
        metrics={"AP": ap, "FPR95": math.nan},
        counts={},
        curves={},
        intervals={},
        seconds_per_image=0.1,
        provenance={"dataset_sha256": "0"},
    )


def test_writes_table_and_page_with_figures(tmp_path, binary):
    result("a", 0.25).save(tmp_path / "in" / "a.result.json")
    content = io.BytesIO()
    Image.new("RGB", (4, 4)).save(content, "PNG")
    figure = tmp_path / "some_examples.png"
    figure.write_bytes(content.getvalue())
    done = binary(
        "leaderboard",
        f"--results={tmp_path / 'in'}",
        f"--output={tmp_path / 'out'}",
        f"--figure={figure}",
        "--details",
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "leaderboard.md").read_text() in done.stdout
    assert str(tmp_path / "out" / "index.html") in done.stdout
    assert "AUROC" in done.stdout
    html = (tmp_path / "out" / "index.html").read_text()
    assert "some examples" in html and "data:image/webp;base64," in html


def test_errors_are_one_sentence(tmp_path, binary):
    output = f"--output={tmp_path / 'out'}"
    missing = binary("leaderboard", f"--results={tmp_path / 'no'}", output)
    assert missing.error.startswith("Error: No '*.result.json' below")
    assert len(missing.stderr.strip().splitlines()) == 1
    for name in ("one", "two"):
        result("a", 0.25).save(tmp_path / f"{name}.result.json")
    twice = binary("leaderboard", f"--results={tmp_path}", output).error
    assert "one.result.json" in twice and "two.result.json" in twice
    assert not (tmp_path / "out").exists()
