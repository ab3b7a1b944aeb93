"""Laws of the training stream."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from fs_tf.data import augmentation, frames
from fs_tf.labels import PADDING


def colored(count=5, height=32, width=48):
    """Frames whose labels can be read off the image: red is ten times the class."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 19, (count, height // 8, width // 8, 1), np.uint8)
    labels = labels.repeat(8, axis=1).repeat(8, axis=2)
    images = np.concatenate([labels * 10, labels * 0, labels * 0], axis=-1)
    examples = tf.data.Dataset.from_tensor_slices(
        {
            "image_id": [str(index) for index in range(count)],
            "image_left": images,
            "segmentation_label": labels,
        }
    )
    return frames.FrameDataset(
        name="colored",
        split="train",
        size=count,
        digest="",
        target=frames.SEGMENTATION,
        examples=examples,
    )


def take(batches, count):
    return list(batches.take(count).as_numpy_iterator())


def assert_equal(left, right):
    for (image, labels), (other_image, other_labels) in zip(left, right, strict=True):
        np.testing.assert_array_equal(image, other_image)
        np.testing.assert_array_equal(labels, other_labels)


@pytest.fixture(scope="module")
def crops():
    return augmentation.Augmentation((24, 40))


def test_stream_continues_where_it_was_left(crops):
    whole = take(augmentation.training_batches(colored(), crops, 2, seed=3), 9)
    for first in (1, 4, 7):
        rest = augmentation.training_batches(colored(), crops, 2, 3, first_step=first)
        assert_equal(take(rest, 9 - first), whole[first:])


def test_seed_changes_the_stream_and_epochs_differ(crops):
    one = take(augmentation.training_batches(colored(), crops, 5, seed=3), 2)
    other = take(augmentation.training_batches(colored(), crops, 5, seed=4), 1)
    assert (one[0][0] != other[0][0]).any()
    assert (one[0][0] != one[1][0]).any()


def test_labels_move_with_the_image():
    # Without scaling every pixel keeps its exact colour, through crop and flip.
    crops = augmentation.Augmentation((24, 40), scales=(1.0, 1.0, 0.25))
    for image, labels in take(
        augmentation.training_batches(colored(), crops, 4, seed=0), 3
    ):
        np.testing.assert_array_equal(image[..., 0], labels * 10)


def test_padding_is_grey_and_labelled_as_such():
    crops = augmentation.Augmentation((64, 80), scales=(0.5, 0.5, 0.25), flip=False)
    [(image, labels)] = take(augmentation.training_batches(colored(), crops, 1, 0), 1)
    # 32 x 48 at half size is 16 x 24, so at most that much is not padding.
    assert (labels != 254).sum() == 16 * 24
    assert (image[labels == 254] == 128).all()


def test_scale_covers_its_range():
    crops = augmentation.Augmentation((64, 96), scales=(0.5, 2.0, 0.25))
    batches = take(augmentation.training_batches(colored(), crops, 40, seed=0), 1)
    valid = {int((labels != 254).sum()) for labels in batches[0][1]}
    assert valid == {
        round(32 * scale) * round(48 * scale) for scale in np.arange(0.5, 2.01, 0.25)
    }


def test_masks_are_no_labels(crops):
    masks = dataclasses.replace(colored(), target=frames.MASK)
    with pytest.raises(ValueError, match="Training needs class labels"):
        augmentation.training_batches(masks, crops, 1, 0)


def test_jitter_changes_colors_and_nothing_else(crops):
    jittery = dataclasses.replace(crops, color_jitter=0.5)
    plain = take(augmentation.training_batches(colored(), crops, 5, seed=3), 1)
    one, again = (
        take(augmentation.training_batches(colored(), jittery, 5, seed=3), 1)
        for _ in range(2)
    )
    assert_equal(one, again)
    np.testing.assert_array_equal(one[0][1], plain[0][1])
    change = np.abs(one[0][0].astype(int) - plain[0][0])
    is_padding = one[0][1] == PADDING
    assert is_padding.any() and not change[is_padding].any()
    means = change.mean(axis=(1, 2, 3))  # of the crops, each with colors of its own
    assert (means > 2).all() and len(np.unique(means)) == 5


@pytest.mark.parametrize("strength", [-0.1, 2.1, float("nan")])
def test_a_strength_without_meaning_is_refused(strength):
    with pytest.raises(ValueError, match="`color_jitter` must lie between 0 and 2"):
        augmentation.Augmentation((24, 40), color_jitter=strength)


def test_a_small_dataset_is_decoded_once(crops, monkeypatch):
    decoded = []

    def decode(example):
        tf.py_function(lambda: decoded.append(1), [], [])
        return example

    dataset = colored()
    dataset = dataclasses.replace(dataset, examples=dataset.examples.map(decode))
    batches = 3 * dataset.size // 2  # three epochs
    kept = take(augmentation.training_batches(dataset, crops, 2, seed=3), batches)
    # The first is decoded once more, to learn its size.
    assert len(decoded) == dataset.size + 1
    monkeypatch.setattr(augmentation, "DECODED_BYTES", 0)
    fresh = take(augmentation.training_batches(dataset, crops, 2, seed=3), batches)
    assert len(decoded) >= 4 * dataset.size
    for one, other in zip(kept, fresh, strict=True):
        assert_equal([one], [other])


def test_iterators_do_not_wait_for_autotuning(crops):
    batches = augmentation.training_batches(colored(), crops, 2, seed=3)
    assert batches.options().autotune.enabled is False


def test_a_damaged_file_is_a_sentence(crops, tmp_path):
    (tmp_path / "damaged").write_bytes(b"no record" * 10)

    def example(record):
        pixels = tf.zeros([32, 48, 3], tf.uint8)
        return {"image_id": record, "image_left": pixels, "segmentation_label": pixels}

    examples = tf.data.TFRecordDataset(str(tmp_path / "damaged")).map(example)
    damaged = dataclasses.replace(colored(), examples=examples)
    with pytest.raises(ValueError, match="'colored', split 'train', is damaged"):
        augmentation.training_batches(damaged, crops, 2, seed=3)
