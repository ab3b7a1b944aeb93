"""How far away every pixel of a street scene is."""

import cv2
import numpy as np

from fs_tf.labels import EGO_VEHICLE, LABEL_IDS

FAR = 1000.0
# Our choice for the ground-plane model; the first two are those of the Cityscapes
# car: focal length 2262 for 2048 columns, camera 1.22 m above the road.
FOCAL_PER_WIDTH = 2262 / 2048
CAMERA_HEIGHT = 1.22
DEFAULT_HORIZON = 0.43
_UPRIGHT_FAR = 80.0
# Label ids that lie on the ground: road, sidewalk, terrain, and the void classes
# ground, parking, rail track, and the ego vehicle, which is as near as the road there.
_ROAD = LABEL_IDS["road"]
_GROUND = (_ROAD, LABEL_IDS["sidewalk"], LABEL_IDS["terrain"], 6, 9, 10, EGO_VEHICLE)


def depth_from_disparity(
    disparity: np.ndarray, labels: np.ndarray, baseline: float, focal: float
) -> np.ndarray:
    """Returns the depth of every pixel, holes filled.

    Args:
      disparity: uint16 [H, W] as in Cityscapes: 0 is unmeasured, else
        (value - 1) / 256 pixels.
      labels: uint8 [H, W], label ids; sky is at `FAR`.
      baseline: between the cameras, in metres.
      focal: length in pixels at the size of `disparity`.

    Returns:
      float32 [H, W] in metres, within (0, FAR].
    """
    known = disparity > 0
    pixels = np.where(known, (disparity.astype(np.float32) - 1) / 256, 0)
    pixels = _filled(pixels, known)
    depth = np.float32(baseline * focal) / np.maximum(pixels, 1e-6)
    depth[labels == LABEL_IDS["sky"]] = FAR
    return np.clip(depth, 0.1, FAR).astype(np.float32)


def _filled(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Fills holes with the mean of what is known around them, coarse to fine."""
    weight = known.astype(np.float32)
    if min(values.shape) <= 2 or known.all():
        mean = float((values * weight).sum() / max(weight.sum(), 1))
        return np.where(known, values, np.float32(mean))
    half = (max(values.shape[1] // 2, 1), max(values.shape[0] // 2, 1))
    coarse_weight = cv2.resize(weight, half, interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(values * weight, half, interpolation=cv2.INTER_AREA)
    coarse /= np.maximum(coarse_weight, 1e-6)
    coarse = _filled(coarse, coarse_weight > 0)
    around = cv2.resize(coarse, values.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.where(known, values, around)


def depth_from_ground_plane(labels: np.ndarray, step: int = 1) -> np.ndarray:
    """Returns a model of the depth where none was measured.

    The road is a plane below a level camera, so depth follows from the row. The
    horizon is where the highest road begins. Everything else stands upright: it is as
    far away as the ground at its foot, the first ground pixel below it in its column.
    Sky is at `FAR`.

    Args:
      labels: uint8 [H, W], Cityscapes label ids.
      step: every how many rows and columns the model is wanted.

    Returns:
      float32 [ceil(H / step), ceil(W / step)] in metres.
    """
    small = labels[::step, ::step]
    rows, columns = small.shape
    horizon = _horizon(small)
    below = np.maximum(np.arange(rows) + 0.5 - horizon, 1e-3)
    of_row = CAMERA_HEIGHT * FOCAL_PER_WIDTH * columns / below
    of_row = np.minimum(of_row, FAR).astype(np.float32)
    is_ground = np.isin(small, _GROUND)
    is_ground &= np.arange(rows)[:, np.newaxis] >= horizon
    # Row of the nearest ground below, or of the lower image border.
    foot = np.where(is_ground, np.arange(rows)[:, np.newaxis], rows - 1)
    foot = np.minimum.accumulate(foot[::-1], axis=0)[::-1]
    # A foot near the horizon tells little: a row more or less is a hundred metres.
    depth = np.where(is_ground, of_row[foot], np.minimum(of_row[foot], _UPRIGHT_FAR))
    depth[small == LABEL_IDS["sky"]] = FAR
    return depth


def _horizon(labels: np.ndarray) -> float:
    """Returns the row where the road vanishes: the top half percent of its pixels."""
    rows = np.nonzero(labels == _ROAD)[0]
    highest = np.quantile(rows, 0.005) - 1 if rows.size else np.inf
    # A road that begins low, behind a lorry, is no horizon.
    return float(min(highest, DEFAULT_HORIZON * labels.shape[0]))
