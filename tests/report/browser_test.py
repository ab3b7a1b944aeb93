"""Sorting in a real browser, under the page's own content security policy."""

import base64
import hashlib
import re
import shutil
import subprocess

import pytest

from fs_tf.report import leaderboard, page

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()


def after_clicks(path, headings, profile):
    """Returns the page after clicking column headings, by their number."""
    script = "".join(
        f"document.querySelector('th[data-column=\"{number}\"] button').click();"
        for number in headings
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    text = path.read_text(encoding="utf-8")
    text = text.replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
    text = text.replace("</body>", f"<script>{script}</script></body>")
    clicked = path.with_name("clicked.html")
    clicked.write_text(text, encoding="utf-8")
    command = [shutil.which("chromium"), *FLAGS, f"--user-data-dir={profile}"]
    dump = subprocess.run(
        [*command, "--dump-dom", clicked.as_uri()],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return dump.stdout.decode()


def order(html):
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    return re.findall(r'<th scope="row"[^>]*title="(\w+)"', body)


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs the browser chromium")
def test_columns_sort_by_click_with_dashes_last(tmp_path, make_result):
    values = {"a": (0.3, 0.8), "b": (0.2, 1.0), "c": (0.1, 0.05), "d": (0.05, 0.4)}
    results = [
        make_result(name, ap, metrics={"FPR95": fpr})
        for name, (ap, fpr) in values.items()
    ]
    path = tmp_path / "index.html"
    page.write_page(path, leaderboard.Leaderboard.of(results))
    # Columns: 0 Method, 6 AP (sorted by at first), 7 FPR95, a dash for "b".
    expected = {
        (7,): ("cdab", "ascending"),
        (7, 7): ("adcb", "descending"),
        (6,): ("dcba", "ascending"),
        (7, 0): ("abcd", "ascending"),
    }
    for number, (clicks, (names, direction)) in enumerate(expected.items()):
        html = after_clicks(path, clicks, tmp_path / f"profile{number}")
        assert "".join(order(html)) == names
        assert html.count(f'aria-sort="{direction}"') == 1
        assert f", {direction}." in html
