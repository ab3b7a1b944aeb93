"""The Fishyscapes benchmark: anomaly segmentation for urban driving."""

import os

# Before TensorFlow is imported: oneDNN's kernels. TensorFlow leaves them off on
# processors without AVX-512, where its own ones are up to twice as slow.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

__version__ = "0.1.0"
