"""Weights from Google's model zoo (TF1 checkpoints), and folded ImageNet encoders."""

import logging
import os
import pathlib
from collections.abc import Mapping

import keras
import numpy as np
import tensorflow as tf

from fs_tf import archives, errors, plain_paths
from fs_tf.models import convolution, deeplab, weights

# What optimizers and averaging leave beside a variable. The averages of ImageNet
# checkpoints are ignored as DeepLab itself ignores them.
SLOTS = frozenset(
    ("Momentum", "ExponentialMovingAverage", "RMSProp", "RMSProp_1", "Adam", "Adam_1")
)
COUNTERS = frozenset(("global_step", "beta1_power", "beta2_power"))
# In the error; the log has all.
SHOWN_NAMES = 12

_LOGGER = logging.getLogger(__name__)


def import_checkpoint(segmenter: deeplab.DeepLabV3Plus, path: os.PathLike) -> list[str]:
    """Sets a segmenter's variables from a checkpoint, all of them or none.

    A checkpoint without any variable of context, decoder and logits is one of an
    ImageNet classifier: it sets the encoder, and the classifier's own layers are
    ignored. Optimizer slots, moving averages of weights and counters always are.

    Args:
      segmenter: from `build`, with the preset and classes of the checkpoint.
      path: prefix of a TF1 checkpoint (what precedes `.index`), or a `.npz` of an
        encoder whose batch norm was folded, under the same names.

    Returns:
      The names of the variables that were *not* set: empty, or those after the
      encoder.

    Raises:
      FileNotFoundError: no such checkpoint.
      ValueError: it is truncated, or lacks variables, has others, or other shapes.
    """
    wanted = {}
    for layer in convolution.convolutions(segmenter):
        wanted |= layer.zoo_variables()
    is_folded = str(path).endswith(".npz")
    found = _read_folded(path, segmenter) if is_folded else _read_tf1(path)
    encoder_scope = f"{segmenter.encoder.scope}/"
    head = [name for name in wanted if not name.startswith(encoder_scope)]
    unset = [] if any(name in found for name in head) else head
    if unset:
        wanted = {name: wanted[name] for name in wanted.keys() - set(unset)}
        found = _without_classifier(found, encoder_scope)
    _check_complete(segmenter, path, wanted, found)
    for name, variable in wanted.items():
        variable.assign(found[name])
    return unset


def convert(
    path: os.PathLike, preset: str, output: os.PathLike, num_classes: int = 19
) -> list[str]:
    """Writes the weights file of a checkpoint; nothing unless it was complete.

    Args, returns and raises as `import_checkpoint`, `build` and `save_weights`; and

    Raises:
      FileExistsError: `output` exists.
    """
    written = weights.check_path(output)
    if written.exists():
        raise errors.AlreadyThere(
            f"'{written}' exists: choose another name or delete it."
        )
    segmenter = deeplab.build(preset, num_classes)
    unset = import_checkpoint(segmenter, path)
    weights.save_weights(segmenter, output, encoder_only=bool(unset))
    return unset


def _read_tf1(path: os.PathLike) -> dict[str, np.ndarray]:
    prefix = str(path)
    if not pathlib.Path(f"{prefix}.index").is_file():
        raise errors.NotFound(
            f"No checkpoint '{prefix}': there is no '{prefix}.index'. Give the part of "
            "the name before '.index', for instance 'model.ckpt'."
        )
    try:
        reader = tf.train.load_checkpoint(plain_paths.plain_prefix(prefix))
        names = [name for name in reader.get_variable_to_shape_map() if _is_model(name)]
        return {name: reader.get_tensor(name) for name in names}
    except (tf.errors.OpError, ValueError, RuntimeError, IndexError) as error:
        raise errors.BadValue(
            f"Checkpoint '{prefix}' cannot be read, it may be truncated: download it "
            f"again ({_first_line(error)})."
        ) from error


def _is_model(name: str) -> bool:
    return name not in COUNTERS and name.rpartition("/")[2] not in SLOTS


def _read_folded(
    path: os.PathLike, segmenter: deeplab.DeepLabV3Plus
) -> dict[str, np.ndarray]:
    """Reads a file whose only batch norm variable is `beta`, the folded bias."""
    if not pathlib.Path(path).is_file():
        raise errors.NotFound(f"No file of folded weights at '{path}'.")
    found = archives.arrays(path, os.fspath(path), "make it again")
    if any(name.endswith("/BatchNorm/gamma") for name in found):
        return found
    for layer in convolution.convolutions(segmenter):
        scope = f"{layer.scope}/BatchNorm"
        if f"{scope}/beta" in found:
            ones = np.ones_like(found[f"{scope}/beta"])
            found[f"{scope}/gamma"] = ones
            found[f"{scope}/moving_mean"] = 0.0 * ones
            epsilon = layer.conventions.epsilon
            found[f"{scope}/moving_variance"] = (1.0 - epsilon) * ones
    return found


def _without_classifier(
    found: Mapping[str, np.ndarray], encoder_scope: str
) -> dict[str, np.ndarray]:
    classifiers = ("classifier/",) + tuple(
        f"{encoder_scope}{part}/"
        for part in ("Conv_1", "Logits", "Predictions", "logits", "prelogits")
    )
    return {
        name: value for name, value in found.items() if not name.startswith(classifiers)
    }


def _check_complete(
    segmenter: deeplab.DeepLabV3Plus,
    path: os.PathLike,
    wanted: Mapping[str, keras.Variable],
    found: Mapping[str, np.ndarray],
) -> None:
    common = sorted(wanted.keys() & found.keys())
    shapes = [
        f"{name} {list(found[name].shape)} instead of {list(wanted[name].shape)}"
        for name in common
        if tuple(found[name].shape) != tuple(wanted[name].shape)
    ]
    strange = [name for name in common if not _is_sane(found[name])]
    problems = {
        "missing": sorted(wanted.keys() - found.keys()),
        "left over": sorted(found.keys() - wanted.keys()),
        "of another shape": shapes,
        "not of finite floating point numbers": strange,
    }
    texts = [_listed(kind, names) for kind, names in problems.items() if names]
    if texts:
        for kind in filter(problems.get, problems):
            _LOGGER.warning("Variables %s: %s", kind, ", ".join(problems[kind]))
        raise errors.BadValue(
            f"Checkpoint '{path}' is not of variant '{segmenter.preset.name}' with "
            f"{segmenter.num_classes} classes; nothing was imported. {' '.join(texts)}"
        )


def _is_sane(values: np.ndarray) -> bool:
    return values.dtype.kind == "f" and bool(np.isfinite(values).all())


def _listed(kind: str, names: list[str]) -> str:
    more = len(names) - SHOWN_NAMES
    tail = f" and {more} more" if more > 0 else ""
    return f"{len(names)} {kind}: {', '.join(names[:SHOWN_NAMES])}{tail}."


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
