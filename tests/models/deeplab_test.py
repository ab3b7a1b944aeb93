"""What a segmenter returns, for any size, in any graph."""

import itertools
import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from fs_tf import models
from fs_tf.models import convolution, mobilenet_v2


@pytest.fixture(scope="module")
def tiny():
    return models.build("tiny", num_classes=7, seed=1)


def photo(height, width, batch=1, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (batch, height, width, 3), np.uint8)


def at_stride(size, stride):
    """A size scales as int((size - 1) * scale + 1), from the next 16 k + 1 on."""
    return -(-(size - 1) // 16) * 16 // stride + 1


@pytest.mark.parametrize("name", models.PRESETS)
def test_every_preset_has_logits_and_named_features(name):
    segmenter = models.build(name, num_classes=5)
    outputs = segmenter(models.preprocess(photo(49, 67)))
    assert outputs["logits"].shape == (1, 49, 67, 5)
    assert set(outputs) == {"logits", "class_logits", *segmenter.feature_names}
    low_level = (1, at_stride(49, 4), at_stride(67, 4))
    deep = (1, at_stride(49, 16), at_stride(67, 16))
    assert outputs["low_level"].shape[:3] == low_level
    assert outputs["encoder"].shape[:3] == outputs["aspp"].shape[:3] == deep
    assert ("decoder" in outputs) == models.PRESETS[name].has_decoder
    last = "decoder" if "decoder" in outputs else "aspp"
    assert outputs["class_logits"].shape[:3] == outputs[last].shape[:3]
    for feature in segmenter.feature_names:
        assert outputs[feature].shape[3] == segmenter.feature_channels(feature)
    blocks = [block.name for block in segmenter.encoder.blocks]
    assert [name for name in segmenter.feature_names if name in blocks] == blocks


def test_unknown_names_list_the_known_ones(tiny):
    with pytest.raises(KeyError, match="Unknown preset 'resnet'. Known: .*mobilenet"):
        models.build("resnet")
    with pytest.raises(KeyError, match="Unknown feature of 'tiny' 'x'. Known: .*aspp"):
        tiny.feature_channels("x")


def test_impossible_settings_are_refused():
    with pytest.raises(ValueError, match="`output_stride` must be 8 or 16; got 32"):
        models.build("tiny", output_stride=32)
    with pytest.raises(ValueError, match="`num_classes` must be at least 2; got 1"):
        models.build("tiny", num_classes=1)


def test_tiny_stays_small(tiny):
    trainable = sum(np.prod(variable.shape) for variable in tiny.trainable_variables)
    assert trainable < 0.5e6


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (17, 33), (64, 48), (31, 130)])
def test_any_size_gives_finite_logits_of_that_size(tiny, size):
    logits = tiny(models.preprocess(photo(*size, batch=2)))["logits"]
    assert logits.shape == (2, *size, 7)
    assert np.isfinite(logits).all()


@pytest.mark.parametrize("name", ["tiny", "mobilenet_v2", "xception_65"])
@pytest.mark.parametrize("output_stride", [8, 16])
def test_images_are_padded_with_grey_as_deeplab_does(name, output_stride):
    segmenter = models.build(name, output_stride=output_stride)
    inputs = models.preprocess(photo(32, 60))
    padded = tf.pad(inputs, [(0, 0), (0, 1), (0, 5), (0, 0)])
    found, wanted = segmenter(inputs), segmenter(padded)
    assert found["encoder"].shape == wanted["encoder"].shape
    difference = np.abs(found["logits"] - wanted["logits"][:, :32, :60])
    assert difference.max() <= 1e-5 * np.ptp(wanted["logits"])


@pytest.mark.parametrize(
    ("name", "feature", "stride"),
    [
        ("tiny", "low_level", 4),
        ("tiny", "expanded_conv_2", 8),
        ("xception_65", "low_level", 4),
    ],
)
def test_the_cells_of_a_map_lie_on_the_pixels_of_their_stride(name, feature, stride):
    segmenter = models.build(name)
    inputs = models.preprocess(photo(128, 128))  # even, so not yet 16 k + 1
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        cell = tf.reduce_sum(segmenter(inputs)[feature][0, 7, 8])
    seen = np.abs(tape.gradient(cell, inputs)[0]).sum(axis=-1) > 0
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    assert rows[0] + rows[-1] == 2 * 7 * stride
    assert columns[0] + columns[-1] == 2 * 8 * stride


@pytest.mark.parametrize("size", [(97, 131), (64, 128), (20, 200)])
@pytest.mark.parametrize("output_stride", [8, 16])
@pytest.mark.parametrize("after_block", [None, lambda name, maps: 1.0 - maps])
def test_phases_equal_atrous_convolutions(size, output_stride, after_block):
    encoder = models.build("tiny", output_stride=output_stride, seed=1).encoder
    image = models.preprocess(photo(*size))
    in_phases = encoder(image, after_block=after_block)
    # Training with frozen batch norm is the same function, always without phases.
    models.freeze_batch_norm(encoder)
    in_place = encoder(image, training=True, after_block=after_block)
    assert in_phases.keys() == in_place.keys()
    for name, maps in in_place.items():
        np.testing.assert_allclose(in_phases[name], maps, rtol=1e-5, atol=1e-5)


def test_both_output_strides_have_the_same_variables():
    images = models.preprocess(photo(65, 129))
    fine = models.build("mobilenet_v2", output_stride=8)
    coarse = models.build("mobilenet_v2", output_stride=16)
    fine.set_weights(coarse.get_weights())
    assert fine(images)["encoder"].shape == (1, 9, 17, 320)
    assert coarse(images)["encoder"].shape == (1, 5, 9, 320)
    np.testing.assert_allclose(
        fine(images)["expanded_conv_5"], coarse(images)["expanded_conv_5"], atol=1e-6
    )


def test_images_of_a_batch_do_not_see_each_other(tiny):
    batch = models.preprocess(photo(40, 56, batch=3))
    together = tiny(batch)["logits"]
    alone = tf.concat([tiny(batch[i : i + 1])["logits"] for i in range(3)], axis=0)
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_initial_weights_follow_from_the_seed():
    first, again, other = (models.build("tiny", seed=seed) for seed in (3, 3, 4))
    kernels = [model.encoder.blocks[2].expand.kernel for model in (first, again, other)]
    np.testing.assert_array_equal(kernels[0], kernels[1])
    assert not np.array_equal(kernels[0], kernels[2])


def test_after_block_replaces_the_output_of_each_block_in_order(tiny):
    seen = []

    def keep_only_the_first(name, maps):
        seen.append(name)
        return maps if name == "expanded_conv" else 0.0 * maps

    outputs = tiny(models.preprocess(photo(33, 33)), after_block=keep_only_the_first)
    assert seen == [block.name for block in tiny.encoder.blocks]
    assert not np.any(outputs["encoder"]) and np.any(outputs["expanded_conv"])


class Exported(tf.Module):
    def __init__(self, segmenter):
        super().__init__()
        self.segmenter = segmenter

    @tf.function(input_signature=[tf.TensorSpec((None, None, None, 3), tf.uint8)])
    def __call__(self, image):
        inputs = models.preprocess(image)
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = self.segmenter(inputs)
            confidence = tf.reduce_max(outputs["logits"], axis=-1)
        for name, maps in outputs.items():
            assert maps.shape[3] is not None, name
        return outputs | {"gradient": tape.gradient(confidence, inputs)}


@pytest.mark.parametrize("is_folded", [False, True])
def test_saved_model_keeps_outputs_and_input_gradients(tiny, is_folded, tmp_path):
    segmenter = models.fold_batch_norm(tiny) if is_folded else tiny
    exported = Exported(segmenter)
    tf.saved_model.save(exported, tmp_path, signatures=exported.__call__)
    served = tf.saved_model.load(tmp_path).signatures["serving_default"]
    for size in ((47, 83), (33, 65)):
        image = photo(*size, batch=2)
        wanted = segmenter(models.preprocess(image))
        found = served(image=tf.constant(image))
        assert found["gradient"].shape == image.shape
        assert np.abs(found["gradient"]).max() > 0
        for name in ("logits", *segmenter.feature_names):
            np.testing.assert_allclose(found[name], wanted[name], atol=5e-6)


def test_checkpoint_of_tensorflow_holds_all_weights(tiny, tmp_path):
    path = tf.train.Checkpoint(model=tiny).write(tmp_path / "checkpoint")
    other = models.build("tiny", num_classes=7, seed=2)
    status = tf.train.Checkpoint(model=other).read(path)
    status.assert_existing_objects_matched()
    for wanted, found in zip(tiny.weights, other.weights, strict=True):
        np.testing.assert_array_equal(wanted, found)


def test_half_precision_trains_and_gives_float32_logits():
    keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
    try:
        segmenter = models.build("tiny", num_classes=4)
    finally:
        keras.mixed_precision.set_dtype_policy("float32")
    assert {layer.kernel.dtype for layer in convolution.convolutions(segmenter)} == {
        "float32"
    }
    with tf.GradientTape() as tape:
        outputs = segmenter(models.preprocess(photo(33, 65, batch=2)), training=True)
        loss = tf.reduce_mean(tf.square(outputs["logits"]))
    assert outputs["decoder"].dtype == tf.bfloat16
    assert outputs["logits"].dtype == tf.float32
    gradients = tape.gradient(loss, segmenter.trainable_variables)
    assert all(np.isfinite(gradient).all() for gradient in gradients)


@pytest.mark.parametrize(
    ("inputs", "got"),
    [
        (np.zeros((1, 8, 8, 3), np.uint8), "uint8"),
        (np.zeros((1, 8, 8, 4), np.float32), r"float32 \(1, 8, 8, 4\)"),
        (np.zeros((8, 8, 3), np.float32), r"float32 \(8, 8, 3\)"),
    ],
)
def test_inputs_that_were_not_preprocessed_are_refused(tiny, inputs, got):
    with pytest.raises(ValueError, match=f"from `models.preprocess`; got {got}"):
        tiny(tf.constant(inputs))


@pytest.mark.parametrize(
    ("depth", "channels"),
    [
        (1.0, [16, 24, 24, *[32] * 3, *[64] * 4, *[96] * 3, *[160] * 3, 320]),
        (1 / 3, [16, 24, 32, 64, 64, 96, 160, 320]),
        (0.01, [16, 24, 32, 64, 96, 160, 320]),
    ],
)
def test_depth_keeps_every_stage_and_its_stride(depth, channels):
    found = mobilenet_v2.inverted_residuals(depth)
    assert [block[0] for block in found] == channels
    assert math.prod(stride for _, stride in found) == 16
    # Only the first block of a stage has a stride.
    later = [b for a, b in itertools.pairwise(found) if a[0] == b[0]]
    assert all(stride == 1 for _, stride in later)
