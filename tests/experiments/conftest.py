"""Runs binaries in this process, which spares each of them TensorFlow's start."""

import contextlib
import dataclasses
import io
import runpy
import sys

import pytest
from absl import flags

from fs_tf import cli  # noqa: F401  its flags are those of every binary


@dataclasses.dataclass(frozen=True)
class Finished:
    """How a binary ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def error(self) -> str:
        """The one sentence after which a binary must end when its input is bad."""
        assert self.returncode == 1, self.stderr
        assert "Traceback" not in self.stderr
        lines = self.stderr.splitlines()
        [line] = [text for text in lines if text.startswith("Error: ")]
        return line


@pytest.fixture
def binary(monkeypatch):
    """Runs `python -m experiments.NAME ARGUMENTS`, whatever flags it defines."""

    def run(name, *arguments):
        monkeypatch.setattr(sys, "argv", [name, *arguments])
        known = set(flags.FLAGS)
        out, err = io.StringIO(), io.StringIO()
        code = 0
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                runpy.run_module(f"experiments.{name}", run_name="__main__")
        except SystemExit as stop:
            code = stop.code or 0
        finally:
            for flag in set(flags.FLAGS) - known:
                delattr(flags.FLAGS, flag)
        text = err.getvalue()
        if isinstance(code, str):  # as the interpreter does at its end
            code, text = 1, f"{text}{code}\n"
        return Finished(code, out.getvalue(), text)

    return run
