"""The contract between a submission and the evaluator.

A submission is a SavedModel folder with the signatures
  serving_default: image uint8 [B, H, W, 3] -> anomaly_score float32 [B, H, W]
  segmentation:    image uint8 [B, H, W, 3] -> segmentation int32 [B, H, W], train ids
of which the second is optional. B, H and W are free. A `submission.json` beside the
`saved_model.pb` may state the texts and flags of the leaderboard row.
"""

from collections.abc import Mapping

import numpy as np

from fs_tf import errors
from fs_tf.labels import NUM_CLASSES

INPUT = "image"
SCORE = "anomaly_score"
SEGMENTATION = "segmentation"
SCORE_SIGNATURE = "serving_default"
SEGMENTATION_SIGNATURE = "segmentation"

# What makes a folder a SavedModel.
MODEL_FILE = "saved_model.pb"
METADATA_FILE = "submission.json"
# What one of our own submissions was made from.
MADE_FROM_FILE = "made_from.json"
# Keys that a submission may state in METADATA_FILE, with their types.
ROW_TYPES = {
    "title": str,
    "score": str,
    "needs_retraining": bool,
    "needs_ood_data": bool,
}


def checked_image(image: np.ndarray) -> np.ndarray:
    """Returns the image as a batch of one.

    Raises:
      ValueError: the image is not uint8 [H, W, 3].
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[-1] != 3:
        raise errors.BadValue(
            f"`image` must be uint8 [H, W, 3] in RGB; got {image.dtype} "
            f"{list(image.shape)}. Convert floats to 0..255 and drop an alpha channel."
        )
    return image[None]


def checked_score(score: np.ndarray, size: tuple[int, int], where: str) -> np.ndarray:
    """Returns the anomaly score of one image.

    Args:
      score: output of the submission, to be float32 [1, H, W].
      size: (H, W) of the image.
      where: names submission and image in errors.

    Returns:
      float32 [H, W].

    Raises:
      ValueError: wrong type or shape, or a score that is not finite.
    """
    score = _checked_shape(SCORE, score, np.float32, size, where)
    if not np.isfinite(score).all():
        row, column = np.argwhere(~np.isfinite(score))[0]
        raise errors.BadValue(
            f"`{SCORE}` must be finite; got {score[row, column]} at row {row}, "
            f"column {column} of {where}."
        )
    return score


def checked_segmentation(
    segmentation: np.ndarray, size: tuple[int, int], where: str
) -> np.ndarray:
    """Returns the train ids of one image, int32 [H, W]; see `checked_score`."""
    segmentation = _checked_shape(SEGMENTATION, segmentation, np.int32, size, where)
    low, high = int(segmentation.min()), int(segmentation.max())
    if low < 0 or high >= NUM_CLASSES:
        wrong = low if low < 0 else high
        raise errors.BadValue(
            f"`{SEGMENTATION}` must hold train ids 0..{NUM_CLASSES - 1}; got {wrong} "
            f"in {where}."
        )
    return segmentation


def _checked_shape(name, output, dtype, size, where) -> np.ndarray:
    if output.dtype != dtype or output.shape != (1, *size):
        raise errors.BadValue(
            f"`{name}` must be {np.dtype(dtype)} {[1, *size]}, the size of the image; "
            f"got {output.dtype} {list(output.shape)} for {where}."
        )
    return output[0]


def checked_row(metadata: object, where: str) -> Mapping[str, object]:
    """Returns the row texts that a metadata file states.

    Raises:
      ValueError: it is no JSON object, or a known key has another type.
    """
    if not isinstance(metadata, dict):
        raise errors.BadValue(f"'{where}' must hold one JSON object.")
    row = {key: metadata[key] for key in ROW_TYPES if key in metadata}
    for key, value in row.items():
        if not isinstance(value, ROW_TYPES[key]):
            raise errors.BadValue(
                f"`{key}` in '{where}' must be {ROW_TYPES[key].__name__}; "
                f"got {value!r}."
            )
    return row
