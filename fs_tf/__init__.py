"""The Fishyscapes benchmark: anomaly segmentation for urban driving."""

__version__ = "0.1.0"
