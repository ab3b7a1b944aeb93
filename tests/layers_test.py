"""Imports only point down, and the light packages stay light."""

import ast
import pathlib

import pytest

BASE = {
    *("errors", "files", "digests", "labels", "tables", "cli", "results", "runs"),
    *("archives", "environment", "plain_paths"),
}
# What each part of fs_tf may import from fs_tf, beside itself and BASE.
ALLOWED = {
    "errors": set(),
    "environment": {"errors"},
    "plain_paths": {"errors"},
    "files": {"errors"},
    "digests": {"files"},
    "archives": {"errors"},
    "labels": {"errors"},
    "tables": {"errors"},
    "cli": {"errors"},
    "results": {"errors", "files"},
    "runs": {"errors", "files", "digests"},
    "metrics": set(),
    "overlay": set(),
    "sample_world": set(),
    "scores": set(),
    "losses": {"scores"},  # the entropy that training maximises
    "models": set(),
    "density": set(),
    "data": set(),
    "training": {"models", "density", "losses", "data"},
    "methods": {"training", "models", "density", "scores", "data", "metrics"},
    "submission": {"methods"},
    "evaluation": {"metrics", "submission", "data"},
    "report": {"metrics", "submission", "data"},
    "benchmark": {
        *{"sample_world", "data", "models", "training", "methods", "submission"},
        *{"metrics", "evaluation", "report"},
    },
}
WITHOUT_TENSORFLOW = (
    *("errors", "files", "digests", "archives", "environment"),
    *("plain_paths", "labels", "tables", "results", "runs"),
    *("metrics", "overlay", "sample_world", "report"),
)
REPOSITORY = pathlib.Path(__file__).resolve().parents[1]


def imported_modules(path: pathlib.Path) -> set[str]:
    """Every absolute module name that `path` imports, `from a import b` as a.b."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def parts(names: set[str], package: str) -> set[str]:
    """The parts of `package` among the names: "fs_tf.metrics.x" -> "metrics"."""
    split = [name.split(".") for name in names]
    return {name[1] for name in split if name[0] == package and len(name) > 1}


def sources(folder: str) -> list[pathlib.Path]:
    return sorted((REPOSITORY / folder).rglob("*.py"))


def part_of(path: pathlib.Path) -> str:
    return path.relative_to(REPOSITORY / "fs_tf").parts[0].removesuffix(".py")


LIBRARY = [path for path in sources("fs_tf") if part_of(path) != "__init__"]


def relative(path: pathlib.Path) -> str:
    return str(path.relative_to(REPOSITORY))


def test_the_walk_sees_every_form_of_import(tmp_path):
    source = tmp_path / "module.py"
    source.write_text(
        "import fs_tf.report.page\n"
        "def f():\n"
        "    from fs_tf import metrics\n"
        "    from fs_tf.data.frames import load\n"
    )
    assert parts(imported_modules(source), "fs_tf") == {"report", "metrics", "data"}


@pytest.mark.parametrize("path", LIBRARY, ids=relative)
def test_imports_point_down(path):
    part = part_of(path)
    assert part in ALLOWED, f"'{part}' has no layer: add it to ALLOWED"
    used = parts(imported_modules(path), "fs_tf") - BASE - {part}
    if part in BASE:
        used = parts(imported_modules(path), "fs_tf") - {part}
    assert used <= ALLOWED[part], f"{part} imports {used - ALLOWED[part]}"


def test_no_cycle_among_layers():
    remaining = dict(ALLOWED)
    while remaining:
        free = [name for name, below in remaining.items() if not below & set(remaining)]
        assert free, f"cycle among {sorted(remaining)}"
        for name in free:
            del remaining[name]


@pytest.mark.parametrize("path", LIBRARY, ids=relative)
def test_light_packages_have_no_tensorflow(path):
    if part_of(path) not in WITHOUT_TENSORFLOW:
        return
    heavy = {name.split(".")[0] for name in imported_modules(path)}
    assert not heavy & {"tensorflow", "keras", "tf_keras", "tensorflow_probability"}


@pytest.mark.parametrize("path", LIBRARY, ids=relative)
def test_library_imports_neither_builders_nor_binaries(path):
    roots = {name.split(".")[0] for name in imported_modules(path)}
    assert not roots & {"tfds_builders", "experiments", "submission_template"}


@pytest.mark.parametrize("path", sources("tfds_builders"), ids=relative)
def test_builders_use_overlay_and_labels_alone(path):
    used = parts(imported_modules(path), "fs_tf")
    assert used <= BASE | {"overlay"}


@pytest.mark.parametrize("path", sources("submission_template"), ids=relative)
def test_template_needs_tensorflow_alone(path):
    roots = {name.split(".")[0] for name in imported_modules(path)}
    assert "fs_tf" not in roots and "tfds_builders" not in roots


@pytest.mark.parametrize("path", sources("experiments"), ids=relative)
def test_binaries_do_not_import_each_other_and_stay_small(path):
    assert not parts(imported_modules(path), "experiments")
    if path.name == "__init__.py":
        return
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), f"{path} has no manual page"
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    flags = [c for c in calls if ast.unparse(c.func).startswith("flags.DEFINE")]
    assert len(flags) <= 8, f"{path} has {len(flags)} flags"
    mains = [n for n in tree.body if getattr(n, "name", None) == "main"]
    assert mains and mains[0].end_lineno - mains[0].lineno < 30


@pytest.mark.parametrize(
    "folder", ["fs_tf", "tfds_builders", "experiments", "submission_template"]
)
def test_text_files_are_utf8_whatever_the_locale(folder):
    for path in sources(folder):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            function = ast.unparse(node.func)
            is_text = function.endswith((".read_text", ".write_text")) or (
                function == "open" and "b" not in ast.unparse(node.args[1:2])
            )
            if is_text and function not in ("files.read_text", "files.write_text"):
                named = {keyword.arg for keyword in node.keywords}
                assert "encoding" in named, f"{relative(path)}:{node.lineno}"
