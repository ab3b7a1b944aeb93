"""Weights on disk: Keras's `.weights.h5`, marked with what they are weights of."""

import hashlib
import os
import pathlib

import h5py
import numpy as np

from fs_tf import errors, files
from fs_tf.models import deeplab

SUFFIX = ".weights.h5"
ENCODER_ONLY = "encoder_only"
# Of the weights: HDF5 has no checksums of its own.
DIGEST = "weights_sha256"


def save_weights(
    segmenter: deeplab.DeepLabV3Plus, path: os.PathLike, encoder_only: bool = False
) -> None:
    """Writes all variables in one step, so that a partial file never exists.

    Args:
      segmenter: from `build`, with or without batch norm.
      path: ends in `.weights.h5`; folders above it are made.
      encoder_only: marks that what follows the encoder is random.

    Raises:
      ValueError: another ending.
    """
    with files.writing(check_path(path)) as partial:
        segmenter.save_weights(partial)
        with h5py.File(partial, "r+") as file:
            file.attrs.update(_identity(segmenter))
            file.attrs[ENCODER_ONLY] = encoder_only
            file.attrs[DIGEST] = weights_digest(segmenter)


def check_path(path: os.PathLike) -> pathlib.Path:
    """Returns the path of a file of weights to be written.

    Raises:
      ValueError: it does not end in `.weights.h5`.
    """
    path = pathlib.Path(path)
    if not path.name.endswith(SUFFIX):
        raise errors.BadValue(
            f"A file of weights must end in '{SUFFIX}'; got '{path}'."
        )
    return path


def load_weights(
    segmenter: deeplab.DeepLabV3Plus, path: os.PathLike, must_segment: bool = False
) -> None:
    """Reads what `save_weights` wrote.

    Args:
      segmenter: from `build`.
      path: of the file.
      must_segment: whether to refuse a file of which only the encoder is trained.

    Raises:
      FileNotFoundError: no such file.
      ValueError: truncated, not ours, of another preset or number of classes, or
        refused.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise errors.NotFound(
            f"No weights at '{path}': train with `python -m experiments."
            "train_segmenter` or import with `python -m experiments.import_deeplab`."
        )
    try:
        with h5py.File(path, "r") as file:
            found = dict(file.attrs)
        _check_identity(segmenter, found, path)
        if must_segment and found.get(ENCODER_ONLY):
            raise errors.BadValue(
                f"'{path}' holds a trained encoder only, which segments nothing: train "
                "it with `python -m experiments.train_segmenter` first."
            )
        _load(segmenter, path)
        if found.get(DIGEST, "") not in ("", weights_digest(segmenter)):
            raise errors.BadValue(
                f"'{path}' is damaged, its weights are not those that were written: "
                "make it again."
            )
    except (OSError, KeyError, RuntimeError) as error:  # h5py's, of damaged files
        if getattr(error, "errno", None) is not None:
            raise  # The system's: nothing is damaged.
        raise errors.BadValue(
            f"'{path}' is truncated or no file of weights: make it again ({error})."
        ) from error


def _load(segmenter: deeplab.DeepLabV3Plus, path: pathlib.Path) -> None:
    try:
        segmenter.load_weights(path)
    except ValueError as error:  # Keras's, of several lines
        raise errors.BadValue(
            f"'{path}' holds weights of other layers than preset "
            f"'{segmenter.preset.name}' has, perhaps of an older version: make it "
            "again."
        ) from error


def _identity(segmenter: deeplab.DeepLabV3Plus) -> dict[str, object]:
    return {
        "preset": segmenter.preset.name,
        "num_classes": segmenter.num_classes,
        "batch_norm": "folded" if segmenter.is_folded else "separate",
    }


def _check_identity(
    segmenter: deeplab.DeepLabV3Plus, found: dict, path: pathlib.Path
) -> None:
    for key, wanted in _identity(segmenter).items():
        if key not in found:
            raise errors.BadValue(f"'{path}' was not written by `models.save_weights`.")
        if found[key] != wanted:
            raise errors.BadValue(
                f"'{path}' holds weights with {key} '{found[key]}', but the segmenter "
                f"has {key} '{wanted}': build it to match, or choose another file."
            )


def copy_weights(
    source: deeplab.DeepLabV3Plus,
    target: deeplab.DeepLabV3Plus,
    logit_scale: float = 1.0,
) -> None:
    """Starts a segmenter from another one that may have fewer outputs.

    Args:
      source: a trained segmenter.
      target: of the same preset; outputs beyond those of `source` stay as they are.
      logit_scale: multiplies all logits, > 0; the largest remains the largest.

    Raises:
      ValueError: another preset, or fewer outputs than `source`.
    """
    if source.preset != target.preset or source.num_classes > target.num_classes:
        raise errors.BadValue(
            f"Weights of '{source.preset.name}' with {source.num_classes} outputs "
            f"cannot start '{target.preset.name}' with {target.num_classes}."
        )
    # Not `variables`: how often dropout has drawn is no weight, and not in the files.
    for old, new in zip(source.weights, target.weights, strict=True):
        if old.shape == new.shape:
            new.assign(old)
        else:  # Kernel or bias of the logits, outputs last.
            kept = np.asarray(new)
            kept[..., : source.num_classes] = np.asarray(old)
            new.assign(kept)
    for variable in target.classifier.trainable_variables:
        variable.assign(variable * logit_scale)


def weights_digest(segmenter: deeplab.DeepLabV3Plus) -> str:
    """Returns a hash over all weights, to recognize what was made with them."""
    digest = hashlib.sha256(repr(_identity(segmenter)).encode())
    for variable in segmenter.weights:
        digest.update(np.ascontiguousarray(variable).tobytes())
    return digest.hexdigest()
