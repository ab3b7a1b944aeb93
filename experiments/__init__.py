"""Binaries of the benchmark; run each with `python -m experiments.NAME --help`."""

import os
import sys

# Before TensorFlow is imported: its start-up messages about CPU features and missing
# GPU drivers would bury ours.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# Also sets which kernels TensorFlow uses.
from fs_tf import environment, errors

try:
    environment.check_docstrings()
except errors.BadValue as error:  # before `cli.run`, which prints others like this
    sys.exit(f"Error: {error}")
