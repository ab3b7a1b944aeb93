"""What a user reads of an error."""

import pytest

from fs_tf import cli, tables


def test_the_systems_errors_name_the_file_and_what_to_do(tmp_path):
    (tmp_path / "file").write_text("")
    for attempt, reason in (
        ((tmp_path / "nothing").read_bytes, "No such file or directory"),
        (tmp_path.read_bytes, "Is a directory"),
        ((tmp_path / "file").mkdir, "File exists"),
    ):
        with pytest.raises(OSError) as raised:
            attempt()
        expected = f"'{raised.value.filename}': {reason}; give another path"
        assert cli.sentence(raised.value).startswith(expected)
        assert str(tmp_path) in expected


def test_our_own_errors_are_left_as_they_are():
    for kind in (ValueError, FileNotFoundError, FileExistsError):
        assert cli.sentence(kind("It is wrong: mend it.")) == "It is wrong: mend it."


def test_unknown_names_are_printed_without_quotes():
    with pytest.raises(KeyError) as raised:
        tables.lookup({"a": 1}, "b", "method")
    assert cli.sentence(raised.value) == "Unknown method 'b'. Known: a."
