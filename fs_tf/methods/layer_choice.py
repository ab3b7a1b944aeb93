"""Chooses the layer of an embedding method on validation images."""

from collections.abc import Callable, Mapping

import numpy as np
import tensorflow as tf
import tqdm

from fs_tf import data, errors, metrics, models

# From the outputs of a segmenter to one score map [B, h, w] per layer.
LayerScores = Callable[[Mapping[str, tf.Tensor]], Mapping[str, tf.Tensor]]


def validation_precision(
    segmenter: models.DeepLabV3Plus,
    layer_scores: LayerScores,
    validation: data.FrameDataset,
) -> dict[str, float]:
    """Returns the average precision of every layer's score on the validation split.

    Args:
      segmenter: gives the feature maps.
      layer_scores: of every candidate, higher is more anomalous.
      validation: frames with anomaly masks, never those of a test split.

    Raises:
      ValueError: the split has no anomaly, so no layer is better than another.
    """

    @tf.function(input_signature=[tf.TensorSpec([1, None, None, 3], tf.uint8)])
    def full_size(image):
        inputs = models.preprocess(image)
        found = layer_scores(segmenter(inputs))
        return {name: resized(maps, inputs)[0] for name, maps in found.items()}

    accumulators: dict[str, metrics.AnomalyMetrics] = {}
    frames = tqdm.tqdm(validation.frames(), "layers", validation.size, unit="image")
    for image_id, image, mask in frames:
        for name, score in full_size(image[np.newaxis]).items():
            accumulator = accumulators.setdefault(name, metrics.AnomalyMetrics())
            accumulator.update(mask, score.numpy(), image_id=image_id)
    found = {name: kept.result()["AP"] for name, kept in accumulators.items()}
    if not np.isfinite(list(found.values())).all():
        raise errors.BadValue(
            f"'{validation.name}', split '{validation.split}', has no anomalous pixel, "
            "so no layer can be chosen on it: take a validation split with anomalies."
        )
    return found


def resized(maps: tf.Tensor, inputs: tf.Tensor) -> tf.Tensor:
    """Returns score maps [B, h, w] at the size of the inputs, [B, H, W]."""
    return models.resize_to_image(maps[..., tf.newaxis], inputs)[..., 0]
