"""TensorFlow finds under the other names what lies under the odd ones."""

import os
import pathlib
import subprocess
import sys

import pytest

from fs_tf import plain_paths

ODD = ["lr=[0.1]", "a*", "a?", "a\\b", os.fsdecode(b"latin\xe9")]


@pytest.mark.parametrize("name", ["a b", "ü", "{a}", "a@2", "100%", "]"])
def test_other_names_stay(name, tmp_path):
    assert plain_paths.plain_folder(tmp_path / name) == str(tmp_path / name)
    assert plain_paths.plain_prefix(tmp_path / name) == str(tmp_path / name)


@pytest.mark.parametrize("name", ODD)
def test_folders_get_one_link(name, tmp_path):
    folder = tmp_path / name / "run"
    folder.mkdir(parents=True)
    found = plain_paths.plain_folder(folder)
    assert not set(found) & set("*?[\\") and found.encode()
    pathlib.Path(found, "file").write_bytes(b"content")
    assert (folder / "file").read_bytes() == b"content"
    assert plain_paths.plain_folder(folder) == found
    os.unlink(found)  # as who tidies temporary folders does
    assert pathlib.Path(plain_paths.plain_folder(folder), "file").is_file()


@pytest.mark.parametrize("name", ODD)
def test_prefixes_get_links_to_their_files(name, tmp_path):
    (tmp_path / name).mkdir()
    for suffix in (".index", ".data-00000-of-00001", "2.index"):
        (tmp_path / name / f"{name}{suffix}").write_bytes(suffix.encode())
    found = plain_paths.plain_prefix(tmp_path / name / name)
    assert not set(found) & set("*?[\\") and found.encode()
    files = sorted(pathlib.Path(found).parent.iterdir())
    assert [path.name for path in files] == ["link.data-00000-of-00001", "link.index"]
    assert files[1].read_bytes() == b".index"


def test_nothing_is_left_behind(tmp_path):
    (tmp_path / "x[1]").mkdir()
    (tmp_path / "tmp").mkdir()
    code = "import sys\nfrom fs_tf import plain_paths as p\nprint(p.{}(sys.argv[1]))"
    for name in ("plain_folder", "plain_prefix"):
        done = subprocess.run(
            [sys.executable, "-c", code.format(name), tmp_path / "x[1]"],
            env={**os.environ, "TMPDIR": str(tmp_path / "tmp")},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.startswith(str(tmp_path / "tmp"))
        assert not list((tmp_path / "tmp").iterdir())
    assert (tmp_path / "x[1]").is_dir()


def test_temporary_folders_with_such_a_name_are_refused(tmp_path, monkeypatch):
    odd = tmp_path / "t[1]"
    odd.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(odd))
    with pytest.raises(ValueError, match="TensorFlow takes '.*' for a pattern, and '"):
        plain_paths.plain_folder(odd)
