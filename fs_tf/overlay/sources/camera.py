"""Depth that Cityscapes measured: a frame's disparity and the camera it is seen by."""

import dataclasses
import json

import cv2
import numpy as np

from fs_tf import errors
from fs_tf.overlay.depth import depth_from_disparity
from fs_tf.overlay.sources import images


@dataclasses.dataclass(frozen=True)
class Camera:
    """A stereo camera.

    Attributes:
      baseline: between the two lenses, in metres.
      focal_length: in pixels.
    """

    baseline: float
    focal_length: float

    def depth(self, disparity: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Returns the depth at the size of the labels.

        Args:
          disparity: uint16 [h, w], as stored.
          labels: uint8 [H, W], label ids.

        Returns:
          float32 [H, W] in metres.
        """
        full = images.resized(labels, disparity.shape, cv2.INTER_NEAREST)
        depth = depth_from_disparity(disparity, full, self.baseline, self.focal_length)
        return images.resized(depth, labels.shape, cv2.INTER_LINEAR)


def decode(data: bytes, where: str) -> Camera:
    """Reads a `_camera.json`.

    Raises:
      ValueError: broken file, or something else.
    """
    try:
        content = json.loads(data)
        return Camera(
            float(content["extrinsic"]["baseline"]), float(content["intrinsic"]["fx"])
        )
    except (ValueError, KeyError, TypeError):
        raise errors.BadValue(
            f"'{where}' must be JSON with extrinsic.baseline and intrinsic.fx; "
            "download it again."
        ) from None
