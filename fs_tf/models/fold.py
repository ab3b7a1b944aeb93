"""Folds batch norm into the convolutions before it, for inference."""

import numpy as np

from fs_tf.models import convolution, deeplab


def fold_batch_norm(segmenter: deeplab.DeepLabV3Plus) -> deeplab.DeepLabV3Plus:
    """Returns the same function of the image, without batch norm.

    gamma * (w * x - mean) / sqrt(variance + epsilon) + beta = w' * x + b' with
    w' = s * w, b' = beta - s * mean, s = gamma / sqrt(variance + epsilon).

    Args:
      segmenter: unchanged.

    Returns:
      An inference-only segmenter of the same interface with its own variables.
    """
    folded = deeplab.DeepLabV3Plus(
        segmenter.preset,
        segmenter.num_classes,
        segmenter.output_stride,
        is_folded=True,
    )
    folded.create_variables()
    sources = convolution.convolutions(segmenter)
    targets = convolution.convolutions(folded)
    for source, target in zip(sources, targets, strict=True):
        kernel, bias = _folded(source)
        target.kernel.assign(kernel)
        target.bias.assign(bias)
    folded.trainable = False
    return folded


def _folded(layer: convolution.Convolution) -> tuple[np.ndarray, np.ndarray]:
    kernel = np.asarray(layer.kernel, np.float64)
    if layer.norm is None:
        return kernel, np.asarray(layer.bias)
    gamma, beta, mean, variance = (
        np.asarray(getattr(layer.norm, name), np.float64)
        for name in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    scale = gamma / np.sqrt(variance + layer.norm.epsilon)
    is_depthwise = isinstance(layer, convolution.DepthwiseConvolution)
    per_channel = scale[:, np.newaxis] if is_depthwise else scale
    return kernel * per_channel, beta - mean * scale
