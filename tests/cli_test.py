"""What a user reads at the end of a binary, whatever the terminal."""

import ast
import errno
import os
import subprocess
import sys

import pytest

from fs_tf import cli, errors, tables

# A binary whose `main` is the body.
BINARY = """
import os, sys
from absl import flags
from fs_tf import cli, errors
_PATH = flags.DEFINE(cli.PATH, "path", None, "Any.")
def main(_):
    {body}
cli.run(main)
"""


@pytest.fixture
def binary(tmp_path, repository):
    """Runs one with a body, flags, and variables of the environment."""

    def run(body, *arguments, encoding="utf-8", pipe="", **variables):
        path = tmp_path / "binary.py"
        path.write_text(BINARY.format(body=body), encoding="utf-8")
        command = f'"$0" "$@" {pipe}'
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", command, sys.executable, path, *arguments],
            env={**os.environ, "PYTHONPATH": str(repository), **variables},
            capture_output=True,
            encoding=encoding,
        )

    return run


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
        assert cli.is_users(raised.value)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "make room, and start aga"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error; mend that"),
        (MemoryError("1 TiB"), r"The memory does not suffice \(1 TiB\); free some"),
        (MemoryError(), "The memory does not suffice; free some"),
        (errors.BadValue("It is wrong: mend it."), "^It is wrong: mend it.$"),
        (errors.NotFound("Nothing there."), "^Nothing there.$"),
        (errors.CannotAccess(errno.EACCES, "Shut", "/x"), "^'/x': Shut.$"),
    ],
)
def test_what_the_user_can_mend(error, told, binary):
    assert cli.is_users(error)
    with pytest.raises(type(error), match=told):
        raise type(error)(cli.sentence(error))


@pytest.mark.parametrize(
    "error",
    [
        ValueError("No."),
        KeyError("no"),
        IndexError(),
        FileNotFoundError("without a number"),
        OSError(errno.EBADF, "Bad file descriptor"),
        BrokenPipeError(errno.EPIPE, "Broken pipe"),  # of a worker
    ],
)
def test_what_is_a_fault_of_ours(error):
    assert not cli.is_users(error)


def test_unknown_names_are_printed_without_quotes():
    with pytest.raises(KeyError) as raised:
        tables.lookup({"a": 1}, "b", "method")
    assert cli.sentence(raised.value) == "Unknown method 'b'. Known: a."


def test_users_errors_are_one_sentence(binary):
    body = "raise errors.BadValue('It is wrong: mend it.')"
    done = binary(body)
    assert (done.returncode, done.stderr) == (1, "Error: It is wrong: mend it.\n")
    done = binary(body, "--debug")
    assert done.returncode == 1
    assert "Traceback" in done.stderr and 'binary.py", line 7' in done.stderr
    assert "fault of fs_tf" not in done.stderr


def test_errors_of_the_system_are_one_sentence(binary, tmp_path):
    done = binary("open(_PATH.value)", f"--path={tmp_path / 'nothing'}")
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: '{tmp_path / 'nothing'}': No such file or ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("body", ["[][0]", "{}['a']", "int('x')", "1 / 0"])
def test_our_errors_are_printed_whole(body, binary):
    done = binary(body)
    assert done.returncode == 1
    first, *_ = done.stderr.splitlines()
    assert first.startswith("This is a fault of fs_tf, not of yours: please report")
    assert "Traceback" in done.stderr and 'binary.py", line 7' in done.stderr


TEXT = "print('ü ↑ ↓ ✓ ✗ – … ∞ \\udce9'); raise errors.BadValue('ü ↓ ∞ \\udce9')"
IN_ASCII = r"\xfc ^ v y n - . \u221e"


@pytest.mark.parametrize(
    ("variables", "text", "error"),
    [
        ({"PYTHONIOENCODING": "ascii"}, IN_ASCII, r"\xfc v \u221e"),
        ({"PYTHONIOENCODING": "ascii:strict"}, IN_ASCII, r"\xfc v \u221e"),
        (
            {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            IN_ASCII,
            r"\xfc v \u221e",
        ),
        ({"PYTHONIOENCODING": "latin-1"}, r"ü ^ v y n - . \u221e", r"ü v \u221e"),
        ({"PYTHONIOENCODING": "utf-8"}, "ü ↑ ↓ ✓ ✗ – … ∞", "ü ↓ ∞"),
    ],
)
def test_terminals_that_lack_signs(variables, text, error, binary):
    encoding = "utf-8" if "utf-8" in variables.values() else "latin-1"
    done = binary(TEXT, encoding=None, **variables)
    assert done.returncode == 1
    assert done.stdout == text.encode(encoding) + b" \xe9\n"
    assert done.stderr == b"Error: " + error.encode(encoding) + b" \xe9\n"


def strings(path):
    """The texts in a module, but for its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documents = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in documents:
            yield str(node.value)


def test_every_sign_of_the_tables_has_a_plain_one(repository):
    modules = [
        *(repository / "fs_tf" / "report").rglob("*.py"),
        *(repository / "experiments").rglob("*.py"),
    ]
    signs = {s for path in modules for text in strings(path) for s in text}
    special = {sign for sign in signs if not sign.isascii()}
    assert special and special <= set(cli.PLAIN_SIGNS)
    assert all(len(plain) == 1 for plain in cli.PLAIN_SIGNS.values())


@pytest.mark.parametrize("pipe", ["| head -1", "2>&1 | head -1"])
@pytest.mark.parametrize("lines", [2, 100_000])
def test_a_closed_pipe_ends_it_quietly(pipe, lines, binary):
    body = (
        f"[print(i, flush=i < 2) for i in range({lines})]; "
        "[print(i, file=sys.stderr) for i in range(9) if _PATH.value == 'x']; "
        "__import__('time').sleep(0.2); print('end')"
    )
    done = binary(body, pipe=pipe)
    assert (done.returncode, done.stdout, done.stderr) == (141, "0\n", "")


def test_a_full_disk_is_one_sentence(binary):
    done = binary("print('text')", pipe="> /dev/full")
    assert done.returncode == 1
    told = "Error: No space left on device; make room, and start again.\n"
    assert done.stderr == told


@pytest.mark.parametrize("pipe", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_are_no_error(pipe, binary):
    done = binary("print('text'); print('more', file=sys.stderr)", pipe=pipe)
    assert done.returncode == 0 and "Traceback" not in done.stderr


def test_the_keyboard_interrupts(binary):
    done = binary("raise KeyboardInterrupt")
    assert (done.returncode, done.stderr) == (130, "")


def test_paths_begin_at_home(binary, tmp_path):
    home = {"HOME": str(tmp_path / "home")}
    show = "print(_PATH.value)"
    done = binary(show, "--path=~/x y", **home)
    assert done.stdout == f"{tmp_path}/home/x y\n"
    assert binary(show, "--path=a~", **home).stdout == "a~\n"
    assert binary(show, "--path=./~x", **home).stdout == "./~x\n"
    done = binary(show, "--path=~nobody.at.all/x", **home)
    assert done.returncode == 1 and "no home folder of '~nobody.at.all'" in done.stderr
    done = binary(show, "--path=", **home)
    assert done.returncode == 1 and "a path must not be empty" in done.stderr


def test_paths_are_text(binary):
    show = "print(_PATH.value)"
    done = binary(show, b"--path=/a\xe9/b", encoding="latin-1")
    assert done.returncode == 1
    assert "'/a\xe9/b' is not read as UTF-8: rename the folder or file" in done.stderr
    locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = binary(show, "--path=/ü", **locale)
    assert done.returncode == 1
    assert "'/ü' is not read as UTF-8: set LC_ALL=C.UTF-8" in done.stderr
    assert binary(show, "--path=/ü").stdout == "/ü\n"


# Flags whose text is no path; a path in builder_kwargs the builders expand.
NO_PATHS = {"dataset", "split", "builder_kwargs"}


def test_flags_of_text_are_no_paths(repository):
    found = set()
    for path in sorted((repository / "experiments").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            kind = ast.unparse(node.func)
            if kind == "flags.DEFINE_string":
                assert node.args[0].value in NO_PATHS, path.name
            if kind in ("flags.DEFINE", "flags.DEFINE_multi"):
                assert ast.unparse(node.args[0]) == "cli.PATH", path.name
                found |= {arg.value for arg in node.args if hasattr(arg, "value")}
    assert found >= {"output", "results", "submission", "data_dir", "figure", "voc"}
