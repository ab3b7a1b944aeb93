"""DeepLabv3+: encoder, context, decoder, logits, and the feature maps between."""

import dataclasses

import keras
import tensorflow as tf

from fs_tf import errors, tables
from fs_tf.models import (
    aspp,
    convolution,
    decoder,
    dense_prediction_cell,
    encoder,
    mobilenet_v2,
    presets,
    resize,
    xception,
)

OUTPUT_STRIDES = (8, 16)


class DeepLabV3Plus(keras.Model):
    """A segmenter; `build` makes one by name, with all variables.

    Args:
      preset: its architecture.
      num_classes: channels of the logits.
      output_stride: 8 or 16; None for the preset's.
      is_folded: has no batch norm; see `fold_batch_norm`.
      seed: of the initial weights.

    Attributes:
      encoder: the encoder; its `blocks` are in order.
      feature_names: the names of the feature maps among the outputs.

    Raises:
      ValueError: impossible output stride or number of classes.
    """

    def __init__(
        self,
        preset: presets.Preset,
        num_classes: int,
        output_stride: int | None = None,
        *,
        is_folded: bool = False,
        seed: int = 0,
    ):
        super().__init__(name=preset.name)
        self.preset = preset
        self.num_classes = _checked_classes(num_classes)
        self.output_stride = _checked_stride(output_stride or preset.output_stride)
        self.is_folded = is_folded
        conventions = convolution.Conventions(
            momentum=preset.momentum, is_folded=is_folded, seed=seed
        )
        self.encoder = _encoder(preset, self.output_stride, conventions)
        conventions = dataclasses.replace(conventions, epsilon=1e-5)
        self.context = _context(preset, self.output_stride, conventions)
        self.decoder = None
        if preset.has_decoder:
            self.decoder = decoder.Decoder(
                preset.channels, preset.low_level_channels, conventions
            )
        self.classifier = convolution.Convolution(
            "logits/semantic", self.num_classes, conventions, has_norm=False
        )
        self._channels: dict[str, int] = {}

    def build(self, input_shape):
        """Does nothing: its layers make their variables when first called."""

    def call(
        self, inputs, training=False, after_block: encoder.AfterBlock | None = None
    ):
        """Returns logits and named feature maps.

        Args:
          inputs: float32 [B, H, W, 3] from `preprocess`; any B, H, W.
          training: batch norm uses and moves batch statistics, dropout drops.
          after_block: applied to the output of each block of the encoder, given its
            name and map; the place for dropout that stays on at inference.

        Returns:
          "logits": float32 [B, H, W, num_classes], resized with aligned corners;
          "class_logits": float32 [B, h, w, num_classes] before that; and the maps
          in `feature_names`: "low_level", one per block of the encoder, "encoder",
          "aspp" (or the cell that replaces it), "decoder" where there is one.
        """
        _check_inputs(inputs)
        features = self.encoder(inputs, training=training, after_block=after_block)
        return self._with_logits(features, inputs, training)

    def resume(
        self,
        features: dict[str, tf.Tensor],
        after: str,
        inputs: tf.Tensor,
        after_block: encoder.AfterBlock,
    ) -> dict[str, tf.Tensor]:
        """Runs what follows a block of the encoder, at inference.

        So what comes before the first dropout runs once for many samples.

        Args:
          features: what `encoder(inputs, until=after)` returned.
          after: name of that block.
          inputs: of the encoder; their size is that of the logits.
          after_block: as in `call`; applied to the map of `after` too.

        Returns:
          as `call`.
        """
        features = self.encoder.resume(features, after, after_block)
        return self._with_logits(features, inputs, training=False)

    def _with_logits(
        self, features: dict[str, tf.Tensor], inputs: tf.Tensor, training: bool
    ) -> dict[str, tf.Tensor]:
        features = dict(features)
        x = features["aspp"] = self.context(features["encoder"], training=training)
        if self.decoder is not None:
            x = self.decoder(x, features["low_level"], training=training)
            features["decoder"] = x
        class_logits = tf.cast(self.classifier(x, training=training), tf.float32)
        logits = resize.resize_to_image(class_logits, inputs)
        return {"logits": logits, "class_logits": class_logits, **features}

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The names of the feature maps, from the image upwards."""
        return tuple(self._channels)

    def feature_channels(self, name: str) -> int:
        """Returns the number of channels of a feature map.

        Raises:
          KeyError: unknown name; the message lists the known ones.
        """
        return tables.lookup(self._channels, name, f"feature of '{self.preset.name}'")

    def create_variables(self) -> None:
        """Makes all variables, by running a small image once."""
        outputs = self(tf.zeros((1, 33, 33, 3)))
        self._channels = {
            name: maps.shape[-1]
            for name, maps in outputs.items()
            if name not in ("logits", "class_logits")
        }


def build(
    preset: str, num_classes: int = 19, output_stride: int | None = None, seed: int = 0
) -> DeepLabV3Plus:
    """Returns a segmenter with random weights.

    Args:
      preset: a name in `PRESETS`.
      num_classes: channels of the logits, at least 2.
      output_stride: 8 or 16; None for the preset's.
      seed: of the initial weights.

    Raises:
      KeyError: unknown preset.
      ValueError: impossible output stride or number of classes.
    """
    chosen = tables.lookup(presets.PRESETS, preset, "preset")
    segmenter = DeepLabV3Plus(chosen, num_classes, output_stride, seed=seed)
    segmenter.create_variables()
    return segmenter


def _encoder(
    preset: presets.Preset, output_stride: int, conventions: convolution.Conventions
) -> encoder.Encoder:
    if preset.encoder == "mobilenet_v2":
        return mobilenet_v2.MobileNetV2(
            conventions, output_stride, preset.width, preset.depth
        )
    return xception.Xception(preset.encoder, conventions, output_stride)


def _context(
    preset: presets.Preset, output_stride: int, conventions: convolution.Conventions
) -> keras.layers.Layer:
    multiplier = 16 // output_stride
    if preset.context == "dpc":
        return dense_prediction_cell.DensePredictionCell(
            preset.channels, multiplier, conventions
        )
    rates = [multiplier * rate for rate in preset.atrous_rates]
    return aspp.ASPP(preset.channels, rates, conventions)


def _checked_classes(num_classes: int) -> int:
    if num_classes < 2:
        raise errors.BadValue(f"`num_classes` must be at least 2; got {num_classes}.")
    return num_classes


def _checked_stride(output_stride: int) -> int:
    if output_stride not in OUTPUT_STRIDES:
        raise errors.BadValue(f"`output_stride` must be 8 or 16; got {output_stride}.")
    return output_stride


def _check_inputs(inputs: tf.Tensor) -> None:
    if not inputs.dtype.is_floating or inputs.shape.rank != 4 or inputs.shape[3] != 3:
        raise ValueError(
            "A segmenter takes float [B, H, W, 3] from `models.preprocess`; got "
            f"{inputs.dtype.name} {inputs.shape}."
        )
