"""The libraries that trained weights and exported graphs follow from."""

import os

import keras
import numpy as np
import sklearn
import tensorflow as tf
import tensorflow_probability as tfp

from fs_tf import environment


def versions() -> dict[str, str]:
    """Returns the versions of the libraries that compute, and whether oneDNN may."""
    return {
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "tensorflow_probability": tfp.__version__,
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "onednn": os.environ.get(environment.ONEDNN, ""),
    }
