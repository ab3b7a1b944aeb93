"""`make` says which Python it found before it installs anything."""

import os
import re
import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="needs make")

# A Python that says that it is of another version, or that lacks a module.
OTHER = """#!/bin/sh
shift
code=$1
shift
exec '{python}' -c 'import sys
{change}
code = sys.argv.pop(1)
sys.argv[0] = "-c"
exec(code)' "$code" "$@"
"""


@pytest.fixture
def folder(tmp_path, repository):
    """A checkout with an odd name, as far as `make` looks at it."""
    folder = tmp_path / "a [b] ü c"
    folder.mkdir()
    for name in ("Makefile", "setup.py", "constraints.txt"):
        shutil.copy(repository / name, folder)
    return folder


@pytest.fixture
def make(folder):
    # Without what the `make` above this test was told.
    told = {"PYTHON", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "CHECK"}
    own = {name: text for name, text in os.environ.items() if name not in told}

    def run(*arguments):
        return subprocess.run(
            ["make", *arguments],
            cwd=folder,
            env=own,
            capture_output=True,
            encoding="utf-8",
        )

    return run


def write_python(path, change):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = OTHER.format(python=sys.executable, change=change)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def version(minor, major=3):
    return f"sys.version_info = ({major}, {minor}, 0)"


def test_the_makefile_and_setup_py_need_the_same(repository):
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    setup = (repository / "setup.py").read_text(encoding="utf-8")
    oldest, newest = re.findall(r"^\w+EST := 3\.(\d+)$", makefile, re.M)
    assert f'python_requires=">=3.{oldest},<3.{int(newest) + 1}"' in setup


def test_this_python_will_do(make):
    done = make("python", f"PYTHON={sys.executable}")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (version(9), "Python 3.9:"),
        (version(14), "Python 3.14:"),
        (version(7, major=2), "Python 2.7:"),
    ],
)
def test_an_old_or_new_python_is_named(change, found, make, folder, tmp_path):
    python = write_python(tmp_path / "other", change)
    done = make("demo", f"PYTHON={python}")
    assert done.returncode == 2
    assert done.stderr.startswith(
        f"fs_tf needs Python 3.10 to 3.13, and '{python}' is {found} "
        "`make PYTHON=...` chooses another one.\n"
    )
    assert not (folder / ".venv").exists()


def test_a_missing_python_is_named(make, folder):
    done = make("test", "PYTHON=no_such_python")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "fs_tf needs Python 3.10 to 3.13, and there is no 'no_such_python': `make PYT"
    )
    assert not (folder / ".venv").exists()


def test_a_python_without_venv_is_named(make, folder, tmp_path):
    change = f'{version(12)}\nsys.modules["ensurepip"] = None'
    python = write_python(tmp_path / "other", change)
    done = make("demo", f"PYTHON={python}")
    assert done.returncode == 2
    assert done.stderr.startswith(
        f"'{python}' is Python 3.12, but lacks venv: install it (`apt install "
        "python3.12-venv` on Debian), or `make PYTHON=...` chooses another one.\n"
    )
    assert not (folder / ".venv").exists()


def test_an_environment_of_another_python_is_named(make, folder, tmp_path):
    write_python(folder / ".venv" / "bin" / "python", version(11))
    python = write_python(tmp_path / "other", version(12))
    done = make("python", f"PYTHON={python}")
    assert done.returncode == 2
    assert done.stderr.startswith(
        f".venv was made by Python 3.11, and '{python}' is Python 3.12: `make clean` "
    )
    # Who asks for none takes that one, whatever python3 is.
    assert make("python").returncode == 0
    write_python(folder / ".venv" / "bin" / "python", version(9))
    done = make("python")
    assert done.returncode == 2
    assert "'.venv/bin/python' is Python 3.9:" in done.stderr


def test_half_an_environment_is_made_again(make, folder, tmp_path):
    # As `python3 -m venv` leaves it where it was stopped.
    write_python(folder / ".venv" / "bin" / "python", 'sys.modules["pip"] = None')
    python = write_python(tmp_path / "other", version(12))
    done = make("-n", ".venv/.installed", f"PYTHON={python}")
    assert done.returncode == 0
    assert f'|| "{python}" -m venv --clear .venv' in done.stdout
