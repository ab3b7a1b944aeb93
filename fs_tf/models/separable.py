"""The separable convolution: depthwise, then pointwise."""

from fs_tf.models import composite, convolution


class SeparableConvolution(composite.Composite):
    """A depthwise and a pointwise convolution, each with batch norm.

    Args:
      scope: prefix of the two scopes, `SCOPE_depthwise` and `SCOPE_pointwise`.
      filters: channels of the output.
      conventions: what it shares with its neighbours.
      stride, rate: of the depthwise convolution.
      activation: after each of the two; None for none.
    """

    def __init__(
        self,
        scope: str,
        filters: int,
        conventions: convolution.Conventions,
        *,
        stride: int = 1,
        rate: int | tuple[int, int] = 1,
        activation: convolution.Activation | None = None,
    ):
        super().__init__(name=scope.replace("/", "_"))
        self.depthwise = convolution.DepthwiseConvolution(
            f"{scope}_depthwise",
            conventions,
            stride=stride,
            rate=rate,
            activation=activation,
        )
        self.pointwise = convolution.Convolution(
            f"{scope}_pointwise", filters, conventions, activation=activation
        )

    def call(self, inputs, training=False, has_holes=True):
        """Returns the output; without holes, the rate is 1 (see `phases`)."""
        x = self.depthwise(inputs, training=training, has_holes=has_holes)
        return self.pointwise(x, training=training)
