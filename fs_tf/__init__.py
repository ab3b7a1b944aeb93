"""The Fishyscapes benchmark: anomaly segmentation for urban driving."""

from fs_tf import environment

__version__ = "0.1.0"

environment.pin()
