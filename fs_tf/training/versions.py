"""The libraries that trained weights and exported graphs follow from."""

import keras
import tensorflow as tf


def versions() -> dict[str, str]:
    """Returns the versions of TensorFlow and Keras."""
    return {"tensorflow": tf.__version__, "keras": keras.__version__}
