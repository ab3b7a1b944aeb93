"""No variable, file or order of imports changes a number without a word."""

import ast
import json
import os
import pathlib
import platform
import subprocess
import sys
import types

import pytest

import fs_tf
from fs_tf import environment

ROOM_NAMES = sorted(
    path.stem
    for path in pathlib.Path(fs_tf.__file__).parent.iterdir()
    if path.stem.isidentifier() and not path.stem.startswith("_")
)


def python(code, *options, home=None, **variables):
    """Runs code in a process whose environment was set by somebody else."""
    cleared = {*environment.PINNED, environment.ONEDNN, "KERAS_HOME"}
    own = {name: text for name, text in os.environ.items() if name not in cleared}
    own["TF_CPP_MIN_LOG_LEVEL"] = "3"
    if home is not None:
        own["HOME"] = str(home)
    return subprocess.run(
        [sys.executable, *options, "-c", code],
        cwd=pathlib.Path(fs_tf.__file__).parents[1],
        env={**own, **variables},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def printed(*arguments, **variables):
    done = python(*arguments, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("name", environment.PINNED)
def test_variables_are_pinned(name, monkeypatch):
    monkeypatch.setenv(name, "something else")
    environment.pin()
    assert os.environ[name] == environment.PINNED[name]


@pytest.mark.parametrize(
    ("given", "pinned"),
    [("1", "1"), ("", "1"), ("yes", "1"), ("0", "0"), ("False", "False")],
)
def test_only_a_clear_no_keeps_onednn_off(given, pinned, monkeypatch):
    monkeypatch.setenv(environment.ONEDNN, given)
    environment.pin()
    assert os.environ[environment.ONEDNN] == pinned


@pytest.mark.skipif(
    platform.machine() != "x86_64" or sys.platform != "linux",
    reason="TensorFlow has oneDNN's kernels on Linux and x86 alone",
)
@pytest.mark.parametrize(("choice", "has"), [(None, "True"), ("0", "False")])
def test_tensorflow_tells_which_kernels_it_uses(choice, has):
    code = (
        "from fs_tf import environment, models\nprint(environment._has_onednn(), "
        "bool(models.PRESETS))"
    )
    chosen = {} if choice is None else {environment.ONEDNN: choice}
    assert printed(code, **chosen) == [f"{has} True"]


TENSORFLOW_FIRST = f"""
import importlib, os
os.environ["{environment.ONEDNN}"] = "0"  # as on a processor without AVX-512
import tensorflow
del os.environ["{environment.ONEDNN}"]
for room in {ROOM_NAMES}:
    try:
        module = importlib.import_module("fs_tf." + room)
        print(room, "computes" if "tf" in dir(module) else "imported")
    except ValueError as error:
        print(room, error)
"""


def test_every_room_with_tensorflow_refuses_other_kernels():
    found = dict(line.split(" ", 1) for line in printed(TENSORFLOW_FIRST))
    imported = {room for room, text in found.items() if text == "imported"}
    assert imported >= {"metrics", "overlay", "report", "results", "cli"}
    heavy = {"scores", "losses", "models", "density", "data", "training", "methods"}
    heavy |= {"submission", "evaluation", "benchmark"}
    assert imported | heavy == set(ROOM_NAMES)
    for room in heavy:
        assert found[room].startswith(
            "TensorFlow was imported before fs_tf and computes without oneDNN's "
            "kernels, which changes results: import fs_tf first, or set "
        )


def test_tensorflow_may_come_first_where_it_makes_no_difference():
    code = "import tensorflow\nfrom fs_tf import scores\nprint('imported')"
    for choice in ("0", "1"):
        assert printed(code, **{environment.ONEDNN: choice}) == ["imported"]


SETTINGS = """
import json
from fs_tf import models, density
import keras
from tensorflow_probability.python.internal import tf_keras
print(json.dumps([
    keras.config.backend(), keras.config.floatx(), keras.config.epsilon(),
    keras.config.image_data_format(), keras.config.dtype_policy().name,
    tf_keras.backend.floatx(),
    models.build("tiny").encoder.compute_dtype,
]))
"""
PINNED_SETTINGS = [
    *("tensorflow", "float32", 1e-7, "channels_last", "float32"),
    *("float32", "float32"),
]


@pytest.mark.parametrize(
    "content",
    [
        '{"backend": "theano", "floatx": "bfloat16", "epsilon": 1, '
        '"image_data_format": "channels_first", "nnx_enabled": true}',
        '{"floatx": "float64", "epsilon": 0.1, "image_data_format": "channels_first"}',
        "[1, 2]",
        None,  # a folder
    ],
)
def test_keras_json_changes_nothing(content, tmp_path):
    path = tmp_path / ".keras" / "keras.json"
    path.parent.mkdir()
    if content is None:
        path.mkdir()
    else:
        path.write_text(content, encoding="utf-8")
    variables = {"KERAS_BACKEND": "jax", "TF_USE_LEGACY_KERAS": "1"}
    [line] = printed(SETTINGS, home=tmp_path, **variables)
    assert json.loads(line) == PINNED_SETTINGS
    assert content is None or path.read_text(encoding="utf-8") == content


def test_what_a_program_chose_before_is_pinned():
    before = (
        "import keras\nkeras.config.set_floatx('float64')\n"
        "keras.config.set_image_data_format('channels_first')\n"
        "keras.config.set_epsilon(0.1)\nkeras.config.dtype_policy()\n"
    )
    [line] = printed(before + SETTINGS, **{environment.ONEDNN: "1"})
    assert json.loads(line)[:5] == PINNED_SETTINGS[:5]
    assert json.loads(line)[6] == "float32"


def test_another_backend_is_refused(monkeypatch):
    # A stand-in: no other backend is installed beside TensorFlow.
    config = types.SimpleNamespace(backend=lambda: "torch")
    monkeypatch.setitem(sys.modules, "keras", types.SimpleNamespace(config=config))
    with pytest.raises(
        ValueError, match="before fs_tf, with the backend 'torch'; fs_tf needs 'tens"
    ):
        environment.pin_keras()


def imports(path):
    """Yields (line, module) of all imports, and of calls of `pin_keras`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module
        elif isinstance(node, ast.Call) and "pin_keras" in ast.unparse(node.func):
            yield node.lineno, "pin_keras"


@pytest.mark.parametrize("room", ROOM_NAMES)
def test_rooms_pin_keras_before_they_import_it(room):
    folder = pathlib.Path(fs_tf.__file__).parent / room
    files = sorted(folder.rglob("*.py")) or [folder.with_suffix(".py")]
    roots = {name.split(".")[0] for path in files for _, name in imports(path)}
    if not roots & {"keras", "tf_keras", "tensorflow_probability"}:
        return
    found = sorted(imports(folder / "__init__.py"))
    assert [name for _, name in found[:2]] == ["fs_tf", "pin_keras"]


def test_limits_of_opencv_are_lifted():
    code = (
        "from fs_tf.overlay.sources import images\nimport numpy as np\n"
        "data = images.encode_png(np.zeros((40, 50, 3), np.uint8))\n"
        "print(images.decode_rgb(data, 'x').shape)"
    )
    assert printed(code, OPENCV_IO_MAX_IMAGE_PIXELS="99") == ["(40, 50, 3)"]


REFUSED = """
import pathlib, sys, tempfile
import tensorflow_datasets as tfds
import tfds_builders
folder = tempfile.mkdtemp()
for name in ("fishyscapes/Static:9.9.9", "cityscapes_frames"):
    try:
        config = tfds.download.DownloadConfig(manual_dir=folder + "/manual")
        builder = tfds.builder(name, data_dir=folder)
        builder.download_and_prepare(download_config=config)
    except (ValueError, FileNotFoundError) as error:
        print("Refused:", str(error).replace(folder, "FOLDER"))
"""


def test_the_checks_need_no_assertions():
    found = [
        [line for line in printed(REFUSED, *options) if line.startswith("Refused")]
        for options in ((), ("-O",))
    ]
    assert len(found[0]) == 2 and found[0] == found[1]


def test_missing_docstrings_are_refused():
    sentence = "Python drops docstrings, which Keras needs: run it without -OO and "
    done = python("from fs_tf import metrics\nfrom fs_tf import models", "-OO")
    assert sentence in done.stderr.splitlines()[-1]
    done = python("import experiments.leaderboard", PYTHONOPTIMIZE="2")
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {sentence}")
    assert len(done.stderr.splitlines()) == 1


def test_a_backend_that_tensorflow_has_read_before_is_named():
    code = "import tensorflow, fs_tf\nfrom fs_tf import models"
    done = python(code, KERAS_BACKEND="jax", TF_ENABLE_ONEDNN_OPTS="1")
    assert done.returncode, "fs_tf took another backend"
    last = done.stderr.splitlines()[-1]
    assert "BadValue: Keras" in last and "set KERAS_BACKEND=tensorflow" in last
