import pytest

from fs_tf.report import site


def save(folder, *results):
    for result in results:
        name = result.dataset.replace("/", "_")
        result.save(folder / result.submission / f"{name}.result.json")


def test_both_files_are_written_and_nothing_else(tmp_path, make_result):
    save(tmp_path / "results", make_result("a", 0.3), make_result("b", 0.2))
    output = tmp_path / "deep" / "site"
    text = site.write_site(tmp_path / "results", output)
    assert {path.name for path in output.iterdir()} == {"index.html", "leaderboard.md"}
    assert (output / "leaderboard.md").read_text(encoding="utf-8") == text
    assert "**30.00**" in text and "30.00" in (output / "index.html").read_text()


def test_details_follow_the_table_on_request(tmp_path, make_result):
    save(tmp_path / "results", make_result("a", 0.3))
    plain = site.write_site(tmp_path / "results", tmp_path)
    detailed = site.write_site(tmp_path / "results", tmp_path, has_details=True)
    assert "AUROC" not in plain and detailed.startswith(plain)
    assert "90.00" in detailed[len(plain) :]
    assert (tmp_path / "leaderboard.md").read_text(encoding="utf-8") == detailed


def test_writing_twice_gives_the_same_bytes(tmp_path, make_result):
    save(tmp_path, make_result("a", 0.3), make_result("b", 0.2))
    for name in ("one", "two"):
        site.write_site(tmp_path, tmp_path / name)
    for file in ("index.html", "leaderboard.md"):
        one, two = (tmp_path / name / file for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


def test_conflicts_name_both_files_and_write_nothing(tmp_path, make_result):
    make_result(ap=0.2).save(tmp_path / "old" / "x.result.json")
    make_result(ap=0.3).save(tmp_path / "new" / "x.result.json")
    with pytest.raises(ValueError, match="new/x.result.json' and .*old/x.result.json'"):
        site.write_site(tmp_path, tmp_path / "site")
    assert not (tmp_path / "site").exists()
