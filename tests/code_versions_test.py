"""What a stage names as its code is all the code that it runs."""

import ast
import importlib
import pathlib

import pytest

from fs_tf import digests
from fs_tf.benchmark import submissions
from fs_tf.methods import fitted
from fs_tf.overlay import parts
from fs_tf.training import embeddings, flows, segmenter

# The package has a function of the same name.
evaluate = importlib.import_module("fs_tf.evaluation.evaluate")

ROOT = pathlib.Path(__file__).resolve().parents[1] / "fs_tf"
WITHOUT_NUMBERS = digests.WITHOUT_NUMBERS | {
    # What it writes is known by its content.
    "submission/export.py",
    # Settings of these are compared by value.
    *("training/config.py", "training/schemes.py"),
}


def imported_files(path: pathlib.Path) -> set[pathlib.Path]:
    """The files of fs_tf that a module imports, packages by their `__init__`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            names.append(node.module)
        for name in names:
            parts_of = name.split(".")
            if parts_of[0] == "fs_tf":
                place = ROOT.joinpath(*parts_of[1:])
                candidates = [place.with_suffix(".py"), place / "__init__.py"]
                found |= {p for p in candidates if p.is_file()}
    return found - {ROOT / "__init__.py"}


def reached(start: str) -> set[str]:
    """All that runs when the module is used, as far as imports tell."""
    todo, seen = [ROOT / start], set()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        if path.relative_to(ROOT).as_posix() in WITHOUT_NUMBERS:
            continue
        todo += imported_files(path)
    return {path.relative_to(ROOT).as_posix() for path in seen}


def is_named(name: str, code: tuple[str, ...]) -> bool:
    return any(name == part or name.startswith(f"{part}/") for part in code)


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("overlay/generation.py", parts.CODE),
        ("overlay/opening.py", parts.CODE),
        ("data/frames.py", evaluate.CODE),
        ("evaluation/measure.py", evaluate.CODE),
    ],
)
def test_every_file_that_runs_is_named(start, code):
    unnamed = {
        name
        for name in reached(start)
        if not is_named(name, code) and not name.endswith("__init__.py")
    }
    assert unnamed <= WITHOUT_NUMBERS, f"{start} also runs {sorted(unnamed)}"


@pytest.mark.parametrize("stage", [segmenter, embeddings, fitted, submissions])
def test_direct_imports_are_named(stage):
    """Their packages import all of their parts, so only direct imports can be told."""
    path = pathlib.Path(stage.__file__)
    code = (*stage.CODE, *embeddings.CODE, *flows.CODE)
    unnamed = {
        name
        for name in (p.relative_to(ROOT).as_posix() for p in imported_files(path))
        if not is_named(name, code) and not name.endswith("__init__.py")
    }
    allowed = WITHOUT_NUMBERS | {
        *("benchmark/datasets.py", "benchmark/segmenters.py", "benchmark/settings.py"),
    }
    assert unnamed <= allowed, f"{path.name} also runs {sorted(unnamed)}"
