"""Google's checkpoints give Google's logits here, or a clear error."""

import numpy as np
import pytest

from fs_tf import models
from fs_tf.models import convolution


def variables_of(layer):
    return [np.asarray(variable) for variable in layer.weights]


@pytest.mark.parametrize(
    ("variant", "output_stride", "reference", "tolerance"),
    [
        ("mobilenet_v2", 16, "mobilenet_v2", 1e-4),
        ("xception_65", 16, "xception_65", 1e-3),
        ("xception_65", 8, "xception_65_os8", 1e-3),
    ],
)
def test_imported_logits_equal_googles(
    variant,
    output_stride,
    reference,
    tolerance,
    parity,
    zoo_variables,
    write_checkpoint,
    tmp_path,
):
    prefix = write_checkpoint(tmp_path / "model.ckpt", zoo_variables(variant))
    segmenter = models.build(variant, output_stride=output_stride, seed=1)
    assert models.import_checkpoint(segmenter, prefix) == []
    expected = np.load(parity / f"{reference}.npz")
    image = models.preprocess(expected["image"])
    outputs = segmenter(image)
    logits = outputs["class_logits"].numpy()
    assert np.abs(logits - expected["logits"]).max() < tolerance
    assert (logits.argmax(-1) == expected["logits"].argmax(-1)).all()
    folded = models.fold_batch_norm(segmenter)(image)["class_logits"].numpy()
    assert np.abs(folded - expected["logits"]).max() < 1e-4 * expected["logits"].std()
    # Training with frozen batch norm goes another way through the encoder: no phases.
    models.freeze_batch_norm(segmenter.encoder)
    in_place = segmenter.encoder(image, training=True)["encoder"]
    assert np.abs(in_place - outputs["encoder"]).max() < 1e-4 * np.std(in_place)


@pytest.mark.parametrize("name", ["lr=[0.1]/model.ckpt", "a/model[1].ckpt", "x/y*?"])
def test_names_like_patterns_are_found(name, write_checkpoint, tmp_path):
    kernel = "logits/semantic/weights"
    values = {}
    for layer in convolution.convolutions(models.build("tiny", seed=1)):
        values |= layer.zoo_variables()
    (tmp_path / name).parent.mkdir()
    prefix = write_checkpoint(tmp_path / name, values)
    segmenter = models.build("tiny", seed=2)
    assert models.import_checkpoint(segmenter, prefix) == []
    [imported] = (
        layer.zoo_variables()[kernel]
        for layer in convolution.convolutions(segmenter)
        if kernel in layer.zoo_variables()
    )
    np.testing.assert_array_equal(imported, values[kernel])


@pytest.mark.parametrize("variant", ["xception_71", "xception_71_dpc"])
def test_every_variable_of_the_paper_model_is_imported(
    variant, zoo_variables, write_checkpoint, tmp_path
):
    values = zoo_variables(variant)
    prefix = write_checkpoint(tmp_path / "model.ckpt", values)
    segmenter = models.build(variant, seed=1)
    assert models.import_checkpoint(segmenter, prefix) == []
    imported = {}
    for layer in convolution.convolutions(segmenter):
        imported |= layer.zoo_variables()
    assert imported.keys() == values.keys()
    for name, variable in imported.items():
        np.testing.assert_array_equal(variable, values[name], err_msg=name)
    # There is nothing else that a weights file would hold.
    assert len(segmenter.weights) == len(values)


def test_slots_averages_and_counters_are_ignored(
    zoo_variables, write_checkpoint, tmp_path
):
    values = zoo_variables("mobilenet_v2")
    extra = {"global_step": np.int64(90000)}
    for slot in ("Momentum", "ExponentialMovingAverage", "RMSProp_1"):
        extra |= {f"{name}/{slot}": 0.0 * value for name, value in values.items()}
    segmenter = models.build("mobilenet_v2", seed=1)
    prefix = write_checkpoint(tmp_path / "model.ckpt", values | extra)
    assert models.import_checkpoint(segmenter, prefix) == []
    first = segmenter.encoder.roots[0].kernel
    np.testing.assert_array_equal(first, values["MobilenetV2/Conv/weights"])


def test_imagenet_checkpoint_sets_the_encoder_only(
    zoo_variables, write_checkpoint, tmp_path
):
    values = {
        name: value
        for name, value in zoo_variables("mobilenet_v2").items()
        if name.startswith("MobilenetV2/")
    }
    values["MobilenetV2/Conv_1/weights"] = np.zeros((1, 1, 320, 1280), np.float32)
    values["MobilenetV2/Logits/Conv2d_1c_1x1/biases"] = np.zeros(1001, np.float32)
    prefix = write_checkpoint(tmp_path / "model.ckpt", values)
    segmenter = models.build("mobilenet_v2_decoder", seed=1)
    head = variables_of(segmenter.decoder) + variables_of(segmenter.context)
    unset = models.import_checkpoint(segmenter, prefix)
    assert "logits/semantic/weights" in unset
    assert "decoder/decoder_conv0_depthwise/depthwise_weights" in unset
    assert not any(name.startswith("MobilenetV2/") for name in unset)
    last = segmenter.encoder.blocks[-1].project
    scope = "MobilenetV2/expanded_conv_16/project"
    np.testing.assert_array_equal(last.kernel, values[f"{scope}/weights"])
    np.testing.assert_array_equal(
        last.norm.moving_variance, values[f"{scope}/BatchNorm/moving_variance"]
    )
    for before, after in zip(
        head,
        variables_of(segmenter.decoder) + variables_of(segmenter.context),
        strict=True,
    ):
        np.testing.assert_array_equal(before, after)


def assert_refused(segmenter, path, match):
    before = variables_of(segmenter)
    with pytest.raises(ValueError, match=match):
        models.import_checkpoint(segmenter, path)
    for old, new in zip(before, variables_of(segmenter), strict=True):
        np.testing.assert_array_equal(old, new)


def test_missing_left_over_and_misshapen_variables_are_listed(
    zoo_variables, write_checkpoint, tmp_path
):
    values = zoo_variables("mobilenet_v2")
    del values["aspp0/BatchNorm/beta"]
    values["MobilenetV2/extra/weights"] = np.zeros(3, np.float32)
    values["logits/semantic/biases"] = np.zeros(21, np.float32)
    prefix = write_checkpoint(tmp_path / "model.ckpt", values)
    assert_refused(
        models.build("mobilenet_v2"),
        prefix,
        r"nothing was imported. 1 missing: aspp0/BatchNorm/beta. "
        r"1 left over: MobilenetV2/extra/weights. "
        r"1 of another shape: logits/semantic/biases \[21\] instead of \[19\]",
    )


def test_checkpoint_of_another_variant_is_refused(
    zoo_variables, write_checkpoint, tmp_path
):
    prefix = write_checkpoint(tmp_path / "a.ckpt", zoo_variables("mobilenet_v2"))
    assert_refused(
        models.build("mobilenet_v2_decoder"),
        prefix,
        "not of variant 'mobilenet_v2_decoder' .* missing: aspp1_depthwise",
    )
    # A classifier of another kind has neither the head nor the encoder.
    only_encoder = {"xception_65/entry_flow/conv1_1/weights": np.zeros(3, np.float32)}
    prefix = write_checkpoint(tmp_path / "b.ckpt", only_encoder)
    assert_refused(models.build("tiny"), prefix, "1 left over: xception_65/entry_flow")


def test_truncated_checkpoints_are_refused(zoo_variables, write_checkpoint, tmp_path):
    prefix = write_checkpoint(tmp_path / "model.ckpt", zoo_variables("mobilenet_v2"))
    segmenter = models.build("mobilenet_v2")
    data = tmp_path / "model.ckpt.data-00000-of-00001"
    data.write_bytes(data.read_bytes()[:-100_000])
    assert_refused(segmenter, prefix, "may be truncated: download it again")
    index = tmp_path / "model.ckpt.index"
    index.write_bytes(index.read_bytes()[:1000])
    assert_refused(segmenter, prefix, "may be truncated: download it again")
    folded = tmp_path / "encoder.npz"
    np.savez(folded, a=np.zeros(1000))
    folded.write_bytes(folded.read_bytes()[:500])
    assert_refused(segmenter, folded, "truncated, damaged or of .*; make it again")
    with folded.open("wb") as file:
        np.save(file, np.zeros(3))
    assert_refused(segmenter, folded, "truncated, damaged or of .*; make it again")


def test_absent_checkpoint_says_what_to_give(tmp_path):
    with pytest.raises(FileNotFoundError, match="part of the name before '.index'"):
        models.import_checkpoint(models.build("tiny"), tmp_path / "model.ckpt.index")


def write_folded(segmenter, path):
    folded = {}
    for layer in convolution.convolutions(models.fold_batch_norm(segmenter).encoder):
        folded[f"{layer.scope}/{layer.kernel_name}"] = np.asarray(layer.kernel)
        folded[f"{layer.scope}/BatchNorm/beta"] = np.asarray(layer.bias)
    folded["classifier/weights"] = np.zeros((8, 10), np.float32)
    np.savez(path, **folded)


def test_folded_encoder_keeps_its_function(tmp_path):
    """Folding an encoder into an `.npz` and importing it changes nothing."""
    source = models.build("tiny", seed=1)
    write_folded(source, tmp_path / "encoder.npz")
    segmenter = models.build("tiny", seed=2)
    unset = models.import_checkpoint(segmenter, tmp_path / "encoder.npz")
    assert "aspp0/weights" in unset
    image = models.preprocess(
        np.random.default_rng(0).integers(0, 256, (1, 40, 72, 3), np.uint8)
    )
    wanted, found = source(image)["encoder"], segmenter(image)["encoder"]
    np.testing.assert_allclose(found, wanted, atol=1e-4 * np.std(wanted))


def test_an_encoder_starts_training_but_is_no_segmenter(tmp_path):
    write_folded(models.build("tiny"), tmp_path / "encoder.npz")
    path = tmp_path / "segmenter.weights.h5"
    assert models.convert(tmp_path / "encoder.npz", "tiny", path)
    segmenter = models.build("tiny")
    models.load_weights(segmenter, path)
    with pytest.raises(ValueError, match="holds a trained encoder only"):
        models.load_weights(segmenter, path, must_segment=True)
    models.save_weights(segmenter, path)
    models.load_weights(segmenter, path, must_segment=True)


def test_real_imagenet_encoder_is_imported(realdata):
    path = realdata / "weights" / "mobilenet_v2_imagenet_folded.npz"
    if not path.is_file():
        pytest.skip("needs the ImageNet encoder in ../shared/realdata/weights")
    segmenter = models.build("mobilenet_v2_decoder")
    models.import_checkpoint(segmenter, path)
    with np.load(path) as archive:
        kernel = archive["MobilenetV2/expanded_conv_16/project/weights"]
    project = segmenter.encoder.blocks[-1].project
    np.testing.assert_array_equal(project.kernel, kernel)
    scale = project.norm.gamma / np.sqrt(project.norm.moving_variance + 1e-3)
    np.testing.assert_allclose(scale, 1.0, atol=1e-6)
