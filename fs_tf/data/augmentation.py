"""The stream of augmented crops that a segmenter trains on.

Random scale, crop and flip as in the DeepLab training of the paper's base model;
other colors are our addition, for training sets with little variety of light.
The stream is a pure function of (seed, position), so a run that was killed goes on
with the crops it would have seen.
"""

import dataclasses

import numpy as np
import tensorflow as tf

from fs_tf import errors
from fs_tf.data import frames
from fs_tf.labels import PADDING

_PAD_VALUE = 127.5  # maps to zero after preprocessing
_LONGEST = 2**62
# How much of a dataset may stay decoded in memory.
DECODED_BYTES = 2**30


@dataclasses.dataclass(frozen=True)
class Augmentation:
    """How an example becomes a training crop.

    Attributes:
      crop_size: (height, width) of the crop, in pixels.
      scales: (low, high, step) of the random scale; DeepLab's 0.5 to 2 by 0.25.
      flip: whether half of the crops are mirrored.
      color_jitter: strength of random changes of color, 0 for none; at 1, brightness
        moves by up to 20 % of the range, contrast by 40 %, saturation by 50 %, and
        hue by 5 % of the circle.

    Raises:
      ValueError: a strength outside [0, 2].
    """

    crop_size: tuple[int, int]
    scales: tuple[float, float, float] = (0.5, 2.0, 0.25)
    flip: bool = True
    color_jitter: float = 0.0

    def __post_init__(self):
        if not 0.0 <= self.color_jitter <= 2.0:
            raise errors.BadValue(
                f"`color_jitter` must lie between 0 and 2; got {self.color_jitter}."
            )

    def __call__(
        self, image: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns one random crop.

        Args:
          image: uint8 [H, W, 3].
          labels: uint8 [H, W, 1], train ids or 255.
          seed: int64 [2].

        Returns:
          uint8 [h, w, 3] and uint8 [h, w], padded with grey and 254 where the scaled
          image is smaller than the crop.
        """
        seeds = tf.random.experimental.stateless_split(seed, 4)
        if self.color_jitter:
            image = self._recolored(image, seeds[3])
        image, labels = self._scaled(image, labels, seeds[0])
        image, labels = self._cropped(image, labels, seeds[1])
        if self.flip and tf.random.stateless_uniform([], seeds[2]) < 0.5:
            image, labels = image[:, ::-1], labels[:, ::-1]
        image = tf.ensure_shape(image, [*self.crop_size, 3])
        labels = tf.ensure_shape(labels, [*self.crop_size, 1])
        image = tf.cast(tf.round(tf.clip_by_value(image, 0.0, 255.0)), tf.uint8)
        return image, tf.cast(labels[..., 0], tf.uint8)

    def _recolored(self, image, seed):
        seeds = tf.random.experimental.stateless_split(seed, 4)
        strength = self.color_jitter
        x = tf.cast(image, tf.float32) / 255.0
        x = tf.image.stateless_random_brightness(x, 0.2 * strength, seeds[0])
        low, high = 1 - 0.4 * strength, 1 + 0.4 * strength
        x = tf.image.stateless_random_contrast(x, low, high, seeds[1])
        low, high = 1 - 0.5 * strength, 1 + 0.5 * strength
        x = tf.image.stateless_random_saturation(x, low, high, seeds[2])
        x = tf.image.stateless_random_hue(x, 0.05 * strength, seeds[3])
        return x * 255.0

    def _scaled(self, image, labels, seed):
        low, high, step = self.scales
        choices = round((high - low) / step) + 1
        choice = tf.random.stateless_uniform([], seed, 0, choices, tf.int32)
        scale = low + step * tf.cast(choice, tf.float32)
        shape = tf.cast(tf.shape(image)[:2], tf.float32)
        size = tf.cast(tf.round(shape * scale), tf.int32)
        image = tf.image.resize(image, size, "bilinear")
        labels = tf.image.resize(labels, size, "nearest")
        return image, tf.cast(labels, tf.float32)

    def _cropped(self, image, labels, seed):
        # One stack, so that image and labels are padded and cut at the same place;
        # labels travel with an offset that turns the zero padding into PADDING.
        stack = tf.concat([image - _PAD_VALUE, labels - PADDING], axis=-1)
        height, width = self.crop_size
        shape = tf.shape(stack)
        rows = tf.maximum(height - shape[0], 0)
        columns = tf.maximum(width - shape[1], 0)
        stack = tf.pad(
            stack,
            [[rows // 2, rows - rows // 2], [columns // 2, columns - columns // 2]]
            + [[0, 0]],
        )
        stack = tf.image.stateless_random_crop(stack, [height, width, 4], seed)
        return stack[..., :3] + _PAD_VALUE, stack[..., 3:] + PADDING


def training_batches(
    dataset: frames.FrameDataset,
    augmentation: Augmentation,
    batch_size: int,
    seed: int,
    first_step: int = 0,
    shuffle_buffer: int = 512,
) -> tf.data.Dataset:
    """Returns the endless batches of a training run, from `first_step` on.

    Args:
      dataset: frames with train ids.
      augmentation: applied to each example, every time anew.
      batch_size: crops per batch.
      seed: of order and augmentation.
      first_step: number of batches already consumed; skipping them costs at most
        one pass over the files.
      shuffle_buffer: examples among which the next one is drawn.

    Returns:
      dataset of (uint8 [B, h, w, 3], uint8 [B, h, w]).

    Raises:
      ValueError: the dataset has no class labels.
    """
    if dataset.target != frames.SEGMENTATION:
        raise errors.BadValue(
            f"Training needs class labels; '{dataset.name}' has masks."
        )
    consumed = first_step * batch_size
    examples = _decoded_once(dataset)

    def epoch_examples(epoch: tf.Tensor) -> tf.data.Dataset:
        return examples.shuffle(min(shuffle_buffer, dataset.size), seed + epoch, False)

    def crop(position: tf.Tensor, example: dict[str, tf.Tensor]):
        image, labels = example[frames.IMAGE], example[frames.SEGMENTATION]
        return augmentation(
            image, labels, tf.stack([tf.constant(seed, tf.int64), position])
        )

    epochs = tf.data.Dataset.range(consumed // dataset.size, _LONGEST)
    stream = epochs.flat_map(epoch_examples).skip(consumed % dataset.size)
    stream = stream.enumerate(start=consumed).map(crop, tf.data.AUTOTUNE)
    batches = stream.batch(batch_size, drop_remainder=True).prefetch(2)
    return frames.without_autotuning(batches)


def _decoded_once(dataset: frames.FrameDataset) -> tf.data.Dataset:
    """Returns the examples, kept decoded after the first epoch where that is little.

    Decoding PNGs is half of the work on a small crop.
    """
    with dataset.reading():
        [first] = dataset.examples.take(1).as_numpy_iterator()
    size = sum(np.asarray(value).nbytes for value in first.values())
    fits = size * dataset.size <= DECODED_BYTES
    return dataset.examples.cache() if fits else dataset.examples
