"""Which files are ours, and files that are whole or not there."""

import errno
import os
import subprocess
import sys
import threading

import pytest

from fs_tf import files


def names(folder):
    return sorted(os.listdir(folder))


@pytest.mark.parametrize("name, expected", [
    ("val/a.png", True),
    ("car (1).png", True),
    ("a..b/c.png", True),
    (".hidden/a.png", False),
    ("val/._a.png", False),
    (".ipynb_checkpoints/a.png", False),
    ("__MACOSX/val/a.png", False),
    ("val/Thumbs.db", False),
    ("Desktop.INI", False),
    ("../a.png", False),
])  # fmt: skip
def test_is_ours(name, expected):
    assert files.is_ours(name) == expected


def test_walk_lists_every_file_once(tmp_path):
    for name in ("b/2.png", "b/1.png", "a.png", ".git/x", "b/Thumbs.db", "._a.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    (tmp_path / "a_link").symlink_to(tmp_path / "b")
    (tmp_path / "other").symlink_to(tmp_path / "b" / "1.png")
    (tmp_path / "nowhere").symlink_to(tmp_path / "absent")
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    found = ["a.png", "b/1.png", "b/2.png", "itself", "nowhere", "other"]
    assert files.walk(tmp_path) == found


def test_a_linked_folder_counts_under_its_link(tmp_path):
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "1.png").write_text("")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "val").symlink_to(tmp_path / "away")
    assert files.walk(tmp_path / "data") == ["val/1.png"]


def test_written_text_is_utf_8_whatever_the_locale(tmp_path):
    path = tmp_path / "deep" / "ü [1].txt"
    files.write_text(path, "Straße ↓\n")
    assert path.read_bytes() == "Straße ↓\n".encode()
    assert files.read_text(path) == "Straße ↓\n"
    files.write_json(path, {"b": 1, "a": [2]})
    assert path.read_text() == '{\n  "b": 1,\n  "a": [\n    2\n  ]\n}\n'
    assert names(path.parent) == [path.name]


def test_the_unfinished_file_is_hidden_and_has_the_same_suffixes(tmp_path):
    with files.writing(tmp_path / "a.weights.h5") as partial:
        assert partial.parent == tmp_path and partial.name.endswith(".weights.h5")
        assert not files.is_ours(partial.name)
        partial.write_text("new")
        assert not (tmp_path / "a.weights.h5").exists()
    assert names(tmp_path) == ["a.weights.h5"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_goes_wrong_leaves_the_old_file_alone(tmp_path, error):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(error), files.writing(path) as partial:
        partial.write_text("half")
        raise error
    assert path.read_text() == "old" and names(tmp_path) == ["a.txt"]


def test_many_may_write_one_file(tmp_path):
    path = tmp_path / "a.txt"
    texts = [f"{index}" * 100_000 for index in range(8)]
    threads = [threading.Thread(target=files.write_text, args=(path, t)) for t in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_text() in texts and names(tmp_path) == ["a.txt"]


FULL = """
import errno, resource, sys
from fs_tf import files
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    files.write_bytes(sys.argv[1], bytes(5000))
except OSError as error:
    assert error.errno == errno.EFBIG, error
    assert error.filename == sys.argv[1], error.filename
    sys.exit(7)
"""


def test_a_full_disk_names_the_file_that_was_asked_for(tmp_path):
    path = tmp_path / "a.bin"
    # In a process of its own, as the limit cannot be taken back.
    done = subprocess.run([sys.executable, "-c", FULL, path])
    assert done.returncode == 7 and names(tmp_path) == []


@pytest.mark.parametrize("name", [
    "a" * 244 + ".weights.h5", "ü" * 125 + ".json", "a." + "b" * 253, "." + "a" * 254,
])  # fmt: skip
def test_names_may_be_as_long_as_the_system_takes(tmp_path, name):
    files.write_text(tmp_path / name, "text")
    assert names(tmp_path) == [name]
    with files.writing_folder(tmp_path / name[::-1]) as partial:
        assert not files.is_ours(partial.name)
    assert names(tmp_path) == sorted([name, name[::-1]])


def test_only_errors_of_the_disk_are_blamed_on_the_file(tmp_path):
    with pytest.raises(OSError) as caught, files.writing(tmp_path / "a"):
        raise OSError(errno.ENOTCONN, "somebody else's")
    assert caught.value.filename is None
    with pytest.raises(OSError) as caught, files.writing(tmp_path / "a"):
        raise OSError(errno.EIO, "a bad disk")
    assert caught.value.filename == str(tmp_path / "a")


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "a").write_text("")
    with pytest.raises(OSError) as caught:
        files.write_text(tmp_path / "a" / "b.txt", "")
    assert caught.value.filename == str(tmp_path / "a")
    (tmp_path / "c").mkdir()
    with pytest.raises(IsADirectoryError) as caught:
        files.write_text(tmp_path / "c", "")
    assert caught.value.filename == str(tmp_path / "c")
    assert names(tmp_path) == ["a", "c"]


def test_a_folder_appears_when_it_is_complete(tmp_path):
    path = tmp_path / "new" / "out"
    with files.writing_folder(path) as partial:
        (partial / "a.txt").write_text("")
        assert not path.exists() and not files.is_ours(partial.name)
    assert names(path) == ["a.txt"] and names(path.parent) == ["out"]


def test_a_folder_that_goes_wrong_leaves_nothing(tmp_path):
    path = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt), files.writing_folder(path) as out:
        (out / "a.txt").write_text("")
        raise KeyboardInterrupt
    assert names(tmp_path) == []
    with pytest.raises(OSError) as caught, files.writing_folder(path) as out:
        (out / "absent" / "a.txt").write_text("")
    assert caught.value.filename == str(path / "absent" / "a.txt")
    assert names(tmp_path) == []


def test_of_two_that_write_a_folder_one_is_told(tmp_path):
    path = tmp_path / "out"
    with pytest.raises(OSError) as caught, files.writing_folder(path) as second:
        (second / "second.txt").write_text("")
        with files.writing_folder(path) as first:
            (first / "first.txt").write_text("")
    assert caught.value.errno in (errno.ENOTEMPTY, errno.EEXIST)
    assert caught.value.filename == str(path)
    assert names(path) == ["first.txt"] and names(tmp_path) == ["out"]


def test_what_killed_processes_left_can_be_removed(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / ".partial-0123-out" / "deep").mkdir(parents=True)
    (tmp_path / "a" / ".partial-0123-out" / ".partial-4-x").write_text("")
    (tmp_path / ".partial-0123-b.txt").write_text("")
    (tmp_path / "kept.txt").write_text("")
    files.remove_unfinished(tmp_path)
    assert names(tmp_path) == ["a", "kept.txt"] and names(tmp_path / "a") == []
    files.remove_unfinished(tmp_path / "absent")


def test_a_lock_holds_others_off(tmp_path):
    with files.lock(tmp_path / "data"):
        other = files.lock(tmp_path / "data")
        with pytest.raises(TimeoutError):
            other.acquire(timeout=0)
    assert all(not files.is_ours(name) for name in names(tmp_path))
