"""Binaries of the benchmark; run each with `python -m experiments.NAME --help`."""

import os

# Before TensorFlow is imported: its start-up messages about CPU features and missing
# GPU drivers would bury ours.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import fs_tf  # noqa: F401  sets which kernels TensorFlow uses
