import base64
import hashlib
import html.parser
import io
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from fs_tf.report import leaderboard, page

LOST_AND_FOUND = "fishyscapes/LostAndFound/1.0.0"
HOSTILE = "\"'><script>alert(1)</script><img src=http://evil/x onerror=alert(2)>{{7*7}}"
VOID = {"meta", "img"}


class Page(html.parser.HTMLParser):
    """Collects elements as (tag, attributes) and the text of every element."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.texts = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.texts.append("")
        if tag not in VOID:
            self.open.append((tag, len(self.texts) - 1))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.texts.append("")

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        for _, index in self.open:
            self.texts[index] += data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self, tag):
        pairs = zip(self.elements, self.texts, strict=True)
        return [text for (name, _), text in pairs if name == tag]


def png(width=30, height=20):
    content = io.BytesIO()
    Image.new("RGB", (width, height)).save(content, "PNG")
    return content.getvalue()


@pytest.fixture
def write(tmp_path):
    def write_and_read(results, figures=None):
        table = leaderboard.Leaderboard.of(results)
        page.write_page(tmp_path / "index.html", table, figures)
        return Page((tmp_path / "index.html").read_text(encoding="utf-8"))

    return write_and_read


@pytest.fixture
def several(make_result, make_segmentation):
    results = [make_result(name, 0.1 * i) for i, name in enumerate("abc", 1)]
    results += [make_result(name, 0.3, LOST_AND_FOUND) for name in "ab"]
    return [*results, make_segmentation("a")]


def test_the_page_is_well_formed_and_shows_every_row_in_order(write, several):
    shown = write(several)
    assert not shown.open
    headings = [a for a in shown.all("th") if "data-column" in a]
    assert [a["data-column"] for a in headings] == [str(i) for i in range(10)]
    rows = [text.split()[0] for text in shown.text("tr") if "0.5" in text.split()]
    assert rows == ["A", "B", "C"]
    assert "80.3" in "".join(shown.text("td"))


def test_the_page_needs_no_other_file_and_no_network(write, several):
    shown = write(several, {"Examples": png()})
    for tag, attributes in shown.elements:
        assert tag not in {"link", "iframe", "object", "base", "form"}
        for name in ("src", "href", "srcset", "action"):
            assert attributes.get(name, "data:").startswith("data:")
    style = "".join(shown.text("style"))
    assert style and "url(" not in style and "@import" not in style


def test_the_policy_allows_only_the_script_of_the_page(write, several):
    shown = write(several)
    (policy,) = [a["content"] for a in shown.all("meta") if "http-equiv" in a]
    (script,) = shown.text("script")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_texts_of_strangers_stay_texts(write, make_result):
    result = make_result(
        submission=HOSTILE,
        row={"title": HOSTILE, "score": HOSTILE},
        dataset=HOSTILE,
        split=HOSTILE,
        counts={HOSTILE: HOSTILE},
        provenance={HOSTILE: HOSTILE, "dataset_sha256": "0"},
    )
    shown = write([result, make_result("b")], {HOSTILE: png()})
    assert len(shown.all("script")) == 1
    assert [a["src"].partition(",")[0] for a in shown.all("img")] == [
        "data:image/webp;base64"
    ]
    assert not any(name.startswith("on") for _, a in shown.elements for name in a)
    assert shown.all("img")[0]["alt"] == HOSTILE
    assert "{{7*7}}" in "".join(shown.text("figcaption"))


def test_tables_are_accessible(write, several):
    shown = write(several)
    assert all(a.get("scope") in {"col", "row", "colgroup"} for a in shown.all("th"))
    sorted_by = [a for a in shown.all("th") if a.get("aria-sort", "none") != "none"]
    assert [a["data-name"] for a in sorted_by] == ["FS Lost & Found AP"]
    assert sorted_by[0]["aria-sort"] == "descending"
    labelled = [a for a in shown.all("svg") if a.get("role") == "img"]
    assert len(labelled) == 4 and all(a["aria-label"] for a in labelled)
    assert shown.all("html") == [{"lang": "en"}]


def test_curves_are_drawn_for_every_row_of_every_track(write, several):
    curves = [a for a in write(several).all("path") if a.get("class") == "curve"]
    # Three rows on Static and two on Lost & Found, two plots each.
    assert len(curves) == 2 * 3 + 2 * 2
    assert len({(a["stroke"], a["stroke-dasharray"]) for a in curves}) == 3


def test_intervals_and_reasons_of_dashes_are_there(write, make_result):
    result = make_result(ap=0.5, metrics={"FPR95": 1.0})
    cells = write([result]).text("td")
    assert any("45.00–55.00" in text for text in cells)
    assert any("only by flagging every pixel" in text for text in cells)


def test_narrow_screens_have_the_score_beside_the_name(write, make_result):
    row = {"title": "Softmax", "score": "max-logit"}
    shown = write([make_result("a", row=row)])
    [heading] = [text for text in shown.text("th") if text.startswith("Softmax")][:1]
    assert "max-logit" in heading
    style = "".join(shown.text("style"))
    assert "#leaderboard .narrow { display: none; }" in style
    assert style.index("@media (max-width") < style.index(".narrow { display: block; }")
    [first, second, *_] = [t for t, a in shown.elements if "wide" in a.get("class", "")]
    assert (first, second) == ("td", "th")


def test_figures_are_embedded_small_and_look_the_same(write, several):
    ramp = np.linspace(0, 255, 300).astype(np.uint8)
    picture = np.stack(np.broadcast_arrays(ramp, ramp[:90, None], 40), axis=-1)
    noisy = np.clip(
        picture + np.random.default_rng(0).normal(0, 4, picture.shape), 0, 255
    )
    content = io.BytesIO()
    Image.fromarray(noisy.astype(np.uint8)).save(content, "PNG")
    (image,) = write(several, {"Examples": content.getvalue()}).all("img")
    embedded = base64.b64decode(image["src"].partition(",")[2])
    assert len(embedded) < 0.2 * len(content.getvalue())
    found = np.asarray(Image.open(io.BytesIO(embedded)))
    assert np.abs(found - noisy).mean() < 6
    assert (image["width"], image["height"], image["alt"]) == ("300", "90", "Examples")


def test_shared_provenance_is_told_once(write, several):
    shown = write(several)
    assert "0.1.0" in shown.text("dd")
    evaluations = [text for text in shown.text("td") if "submission_sha256: b" in text]
    assert len(evaluations) == 2


def test_results_without_anomaly_masks_make_a_page(write, make_segmentation):
    shown = write([make_segmentation()])
    assert "80.3" in "".join(shown.text("td"))


def header_of(width, height):
    """A PNG of that size, as far as its header tells."""
    content = io.BytesIO()
    Image.new("L", (1, 1)).save(content, "PNG")
    data = bytearray(content.getvalue())
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def test_a_bad_figure_leaves_the_old_page_alone(tmp_path, write, several):
    write(several)
    before = (tmp_path / "index.html").read_bytes()
    with pytest.raises(ValueError, match="Figure 'x' must be the content of a PNG"):
        write(several, {"x": b"GIF89a"})
    with pytest.raises(ValueError, match="Figure 'x' is a damaged PNG file: make it"):
        write(several, {"x": png()[:45]})
    for size in ((16384, 1), (100_000, 100_000)):
        with pytest.raises(ValueError, match="Figure 'x' is too large .* make it sma"):
            write(several, {"x": header_of(*size)})
    assert (tmp_path / "index.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_report_needs_no_tensorflow(repository):
    code = (
        "import sys; from fs_tf.report import site, qualitative; "
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    finished = subprocess.run([sys.executable, "-c", code], cwd=repository)
    assert finished.returncode == 0
