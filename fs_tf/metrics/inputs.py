"""Checks of what the metrics are given, with errors that name the place."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from fs_tf import errors, labels

NO_IMAGES = (
    "The dataset must hold at least one image; got none: call `update` before asking "
    "for results."
)

# NumPy's own. Others such as bfloat16 are "V" or "f" to it, and have no common rules.
FLOATS = (np.float16, np.float32, np.float64, np.longdouble)


class Image(NamedTuple):
    """One checked image.

    Attributes:
      image_id: as given, or None.
      target: uint8 or int [H, W], the mask or the train ids.
      prediction: the scores or the predicted train ids, [H, W].
    """

    image_id: str | None
    target: np.ndarray
    prediction: np.ndarray


def place(image_id: str | None) -> str:
    """Returns " in image 'NAME'", or nothing where the image has no name."""
    return "" if image_id is None else f" in image '{image_id}'"


def scored_images(mask, score, image_id=None) -> list[Image]:
    """Returns checked masks and float32 scores, one pair per image.

    Args:
      mask: integer or bool [H, W], [H, W, 1], [B, H, W] or [B, H, W, 1] of 0
        (in-distribution), 1 (anomaly) and 255 (void).
      score: floating, of the same shape up to the last 1, finite as float32.
      image_id: text, or one text per image of the batch.

    Raises:
      ValueError: other shapes, types or values.
    """
    images = list(_images("mask", mask, "score", score, image_id))
    return [_checked_scores(image) for image in images]


def segmented_images(target, prediction, image_id=None) -> list[Image]:
    """Returns targets and predictions of train ids, one pair per image.

    Only shapes and types are checked here; the confusion matrix checks the values.

    Args:
      target: integer [H, W], [H, W, 1], [B, H, W] or [B, H, W, 1].
      prediction: integer, of the same shape up to the last 1.
      image_id: text, or one text per image of the batch.

    Raises:
      ValueError: other shapes or types.
    """
    images = list(_images("target", target, "prediction", prediction, image_id))
    for image in images:
        _require_integers("prediction", image.prediction, image.image_id)
    return images


def _images(
    target_name: str, target, prediction_name: str, prediction, image_id
) -> Iterator[Image]:
    names = None if image_id is None else _texts(image_id)
    where = place(names and "', '".join(names))
    targets = _batch(target_name, target, where)
    predictions = _batch(prediction_name, prediction, where)
    if targets.shape != predictions.shape:
        raise errors.BadValue(
            f"`{prediction_name}` must have the shape of `{target_name}`, "
            f"{list(targets.shape[1:])} per image for {len(targets)} images; got "
            f"{list(predictions.shape[1:])} for {len(predictions)}{where}."
        )
    for name, one_target, one_prediction in zip(
        _one_per_image(names, len(targets)), targets, predictions, strict=True
    ):
        _require_integers(target_name, one_target, name)
        yield Image(name, one_target, one_prediction)


def _batch(name: str, values, where: str) -> np.ndarray:
    if isinstance(values, np.ma.MaskedArray):
        raise errors.BadValue(
            f"`{name}` must not be a masked array{where}: what it hides would be "
            "measured; make those pixels void in the ground truth."
        )
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:
        # Ragged lists; tensors of other libraries on a device or of their own types.
        raise errors.BadValue(
            f"`{name}` must be what NumPy takes as an array{where}; got "
            f"{type(values).__name__}: {error}"
        ) from error
    shape = list(array.shape)
    if array.ndim in (3, 4) and shape[-1] == 1:
        array = array[..., 0]
    if array.ndim == 2:
        array = array[None]
    if array.ndim != 3 or array.size == 0:
        raise errors.BadValue(
            f"`{name}` must be [H, W], [H, W, 1], [B, H, W] or [B, H, W, 1] and not "
            f"empty; got shape {shape}{where}."
        )
    return array


def _texts(image_id) -> list[str]:
    """Returns one name or many, text or bytes as TFDS gives them, as a list of text."""
    names = np.atleast_1d(np.asarray(image_id, object)).tolist()
    return [name.decode() if isinstance(name, bytes) else str(name) for name in names]


def _one_per_image(names: list[str] | None, count: int) -> Sequence[str | None]:
    if names is None:
        return [None] * count
    if len(names) != count:
        raise errors.BadValue(
            f"`image_id` must name each of the {count} images of the batch; got "
            f"{len(names)} name(s): {names!r}."
        )
    return names


def _require_integers(name: str, array: np.ndarray, image_id: str | None) -> None:
    if array.dtype.kind not in "iub":
        raise errors.BadValue(
            f"`{name}` must be of an integer type; got {_type(array)}{place(image_id)}."
        )


def _type(array: np.ndarray) -> str:
    """Returns the name of a type, also of one that NumPy forgets in its files."""
    if array.dtype.kind == "V" and array.dtype.type is np.void:
        return f"{array.dtype}, as NumPy loads bfloat16 and its like,"
    return str(array.dtype)


def _checked_scores(image: Image) -> Image:
    image_id, mask, score = image
    if score.dtype.type not in FLOATS:
        raise errors.BadValue(
            "`score` must be float16, float32 or float64; got "
            f"{_type(score)}{place(image_id)}: convert it to float32 where it is made."
        )
    known = sum(np.count_nonzero(mask == value) for value in labels.MASK_VALUES)
    if known != mask.size:
        value = mask[~np.isin(mask, labels.MASK_VALUES)][0]
        raise errors.BadValue(
            f"`mask` must hold only 0, 1 or 255; got {value}{place(image_id)}."
        )
    with np.errstate(over="ignore"):
        single = np.ascontiguousarray(score, np.float32)
    if not np.isfinite(single).all():
        row, column = np.argwhere(~np.isfinite(single))[0]
        raise errors.BadValue(
            "`score` must be finite as float32, at void pixels too; got "
            f"{score[row, column]} at row {row}, column {column}{place(image_id)}."
        )
    return Image(image_id, mask, single)
