"""What decides the numbers beside our code: variables, files and imports.

It is pinned, whatever the machine says, or refused where it is too late for that.
"""

import contextlib
import importlib
import json
import os
import pathlib
import sys
import tempfile
from collections.abc import Iterator

from fs_tf import errors

# Variables that change kernels or the backend.
PINNED = {
    "KERAS_BACKEND": "tensorflow",
    "TF_USE_LEGACY_KERAS": "0",
    # Else oneDNN may compute float32 in bfloat16 where the processor can.
    "ONEDNN_DEFAULT_FPMATH_MODE": "STRICT",
}
# oneDNN's kernels. TensorFlow leaves them off on processors without AVX-512, where its
# own ones are up to twice as slow; it reads the variable when it is imported.
ONEDNN = "TF_ENABLE_ONEDNN_OPTS"
# How TensorFlow spells "no"; what it does not know it ignores.
OFF = ("0", "false")
# Limits of OpenCV, below which it fails on images of ordinary sizes.
IMAGE_LIMITS = "OPENCV_IO_MAX_IMAGE_"
# What `keras.json` may hold without a difference, named as there.
KERAS = {
    "backend": "tensorflow",
    "floatx": "float32",
    "epsilon": 1e-7,
    "image_data_format": "channels_last",
    "nnx_enabled": False,
}


def pin() -> None:
    """Sets the variables that TensorFlow, Keras and OpenCV read when imported.

    `TF_ENABLE_ONEDNN_OPTS=0` stays: it is how to do without oneDNN's kernels.
    """
    os.environ.update(PINNED)
    if not _is_onednn_off():
        os.environ[ONEDNN] = "1"
    for name in [name for name in os.environ if name.startswith(IMAGE_LIMITS)]:
        del os.environ[name]


# Whether it has read its variables before `pin` set them.
_TENSORFLOW_WAS_FIRST = "tensorflow" in sys.modules


def check_kernels() -> None:
    """Refuses kernels other than the pinned ones, for whatever computes with them.

    Raises:
      ValueError: TensorFlow was imported before fs_tf, and chose others.
    """
    if not _TENSORFLOW_WAS_FIRST or _is_onednn_off() or _has_onednn():
        return
    raise errors.BadValue(
        "TensorFlow was imported before fs_tf and computes without oneDNN's kernels, "
        f"which changes results: import fs_tf first, or set {ONEDNN}=1 in the "
        "environment (0 to do without them)."
    )


def check_docstrings() -> None:
    """Refuses `python -OO`, under which Keras cannot be imported.

    Raises:
      ValueError: Python drops docstrings.
    """
    if sys.flags.optimize > 1:
        raise errors.BadValue(
            "Python drops docstrings, which Keras needs: run it without -OO and "
            "PYTHONOPTIMIZE=2."
        )


def pin_keras(*packages: str) -> None:
    """Imports Keras with the settings in `KERAS`, whatever `keras.json` says.

    Its default dtype is float32, too, unless the program chose a mixed precision.

    Args:
      packages: to import the same way: "tf_keras", which TensorFlow Probability
        brings and which asserts what it reads.

    Raises:
      ValueError: Keras was imported before, with another backend; or Python drops
        docstrings.
    """
    check_docstrings()
    for name in ("keras", *packages):
        if name not in sys.modules:
            with _without_other_settings(), _naming_the_backend():
                importlib.import_module(name)
    keras = sys.modules["keras"]
    if keras.config.backend() != KERAS["backend"]:
        raise errors.BadValue(
            f"Keras was imported before fs_tf, with the backend "
            f"'{keras.config.backend()}'; fs_tf needs 'tensorflow': import fs_tf "
            "first, or set KERAS_BACKEND=tensorflow in the environment."
        )
    keras.config.set_floatx(KERAS["floatx"])
    keras.config.set_epsilon(KERAS["epsilon"])
    keras.config.set_image_data_format(KERAS["image_data_format"])
    if not keras.config.dtype_policy().name.startswith("mixed_"):
        keras.config.set_dtype_policy(KERAS["floatx"])


@contextlib.contextmanager
def _naming_the_backend() -> Iterator[None]:
    """Says why Keras looks for a library that nobody asked for.

    TensorFlow, imported first, has read which backend the environment then named.
    """
    try:
        yield
    except ImportError as error:
        raise errors.BadValue(
            f"Keras cannot be imported ({error}): import fs_tf before tensorflow, or "
            "set KERAS_BACKEND=tensorflow in the environment."
        ) from error


@contextlib.contextmanager
def _without_other_settings() -> Iterator[None]:
    """Hides a `keras.json` that says something else, or cannot be read."""
    given = os.environ.get("KERAS_HOME")
    # Keras takes the second one where the home folder cannot be written.
    temporary = os.path.join(os.sep, "tmp", ".keras")
    homes = ("~/.keras", temporary) if given is None else (given,)
    if all(_says_the_same(os.path.expanduser(home)) for home in homes):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="keras-") as folder:
        os.environ["KERAS_HOME"] = folder
        try:
            yield
        finally:
            del os.environ["KERAS_HOME"]
            if given is not None:
                os.environ["KERAS_HOME"] = given


def _says_the_same(home: str) -> bool:
    """Whether Keras may read the file; a missing one it writes with its defaults."""
    try:
        settings = json.loads(pathlib.Path(home, "keras.json").read_bytes())
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    if not isinstance(settings, dict):
        return False
    return all(settings.get(name, value) == value for name, value in KERAS.items())


def _is_onednn_off() -> bool:
    return os.environ.get(ONEDNN, "").lower() in OFF


def _has_onednn() -> bool:
    """Whether the imported TensorFlow uses them, which only a private name says."""
    ports = importlib.import_module("tensorflow.python.util._pywrap_util_port")
    return ports.IsMklEnabled()
