"""A layer made of layers."""

import keras


class Composite(keras.layers.Layer):
    """Owns no variables; its layers make theirs when first called.

    Without a `build` of its own, Keras would trace the layer symbolically first, at
    every level of nesting: that doubles the seconds until a segmenter is ready.
    """

    def build(self, input_shape):
        """Does nothing: the layers inside make their variables when first called."""
        del input_shape
