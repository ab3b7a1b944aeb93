"""Files of weights come back whole or not at all."""

import dataclasses

import h5py
import numpy as np
import pytest

from fs_tf import errors, models


@pytest.fixture(scope="module")
def tiny():
    return models.build("tiny", num_classes=6, seed=1)


def test_weights_come_back(tiny, tmp_path):
    path = tmp_path / "new" / "a.weights.h5"
    models.save_weights(tiny, path)
    assert [file.name for file in path.parent.iterdir()] == ["a.weights.h5"]
    other = models.build("tiny", num_classes=6, seed=2, output_stride=8)
    models.load_weights(other, path)
    for wanted, found in zip(tiny.weights, other.weights, strict=True):
        np.testing.assert_array_equal(wanted, found)


def test_folded_weights_come_back_to_a_folded_segmenter_only(tiny, tmp_path):
    folded = models.fold_batch_norm(tiny)
    models.save_weights(folded, tmp_path / "a.weights.h5")
    with pytest.raises(ValueError, match="batch_norm 'folded', but .* 'separate'"):
        models.load_weights(tiny, tmp_path / "a.weights.h5")
    other = models.fold_batch_norm(models.build("tiny", num_classes=6, seed=2))
    models.load_weights(other, tmp_path / "a.weights.h5")
    for wanted, found in zip(folded.weights, other.weights, strict=True):
        np.testing.assert_array_equal(wanted, found)


def test_weights_of_another_segmenter_are_refused(tiny, tmp_path):
    path = tmp_path / "a.weights.h5"
    models.save_weights(tiny, path)
    with pytest.raises(ValueError, match="preset 'tiny', but .* 'mobilenet_v2'"):
        models.load_weights(models.build("mobilenet_v2", num_classes=6), path)
    with pytest.raises(ValueError, match="num_classes '6', but .* num_classes '19'"):
        models.load_weights(models.build("tiny"), path)


def test_truncated_or_foreign_files_are_refused(tiny, tmp_path):
    path = tmp_path / "a.weights.h5"
    models.save_weights(tiny, path)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(ValueError, match="truncated or no file of weights"):
        models.load_weights(tiny, path)
    with h5py.File(path, "w") as file:
        file["layers"] = 1
    with pytest.raises(ValueError, match="not written by `models.save_weights`"):
        models.load_weights(tiny, path)
    with pytest.raises(FileNotFoundError, match="train_segmenter"):
        models.load_weights(tiny, tmp_path / "absent.weights.h5")


def test_damage_inside_a_file_is_named(tiny, tmp_path):
    """Of structure and of values, wherever it lies."""
    path = tmp_path / "a.weights.h5"
    models.save_weights(tiny, path)
    whole = path.read_bytes()
    before = models.weights_digest(tiny)
    for start in range(0, len(whole), len(whole) // 20):
        path.write_bytes(whole[:start] + b"\xff" * 64 + whole[start + 64 :])
        try:
            models.load_weights(tiny, path)
        except errors.BadValue:
            continue
        assert models.weights_digest(tiny) == before  # nothing that counts was hit
    path.write_bytes(whole)
    models.load_weights(tiny, path)
    assert models.weights_digest(tiny) == before


def test_failed_write_leaves_the_old_file(tiny, tmp_path, monkeypatch):
    path = tmp_path / "a.weights.h5"
    path.write_bytes(b"old")

    def fail(partial):
        partial.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(tiny, "save_weights", fail)
    with pytest.raises(OSError, match="disk full"):
        models.save_weights(tiny, path)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.weights.h5"]


def test_other_endings_are_refused(tiny, tmp_path):
    with pytest.raises(ValueError, match="must end in '.weights.h5'; got .*a.h5"):
        models.save_weights(tiny, tmp_path / "a.h5")


def test_a_copy_with_one_more_output_keeps_the_logits_of_the_others():
    source = models.build("tiny", num_classes=19, seed=1)
    target = models.build("tiny", num_classes=20, seed=2)
    fresh = [v.numpy()[..., 19:] for v in target.classifier.trainable_variables]
    models.copy_weights(source, target)
    image = np.random.default_rng(0).integers(0, 256, (1, 40, 56, 3), np.uint8)
    inputs = models.preprocess(image)
    wanted, found = source(inputs)["logits"], target(inputs)["logits"]
    np.testing.assert_allclose(found[..., :19], wanted, atol=1e-6)
    # The new output is still the random one that it was.
    for old, new in zip(fresh, target.classifier.trainable_variables, strict=True):
        np.testing.assert_array_equal(new.numpy()[..., 19:], old)


def test_a_copy_is_the_same_function_and_stays_apart(tiny):
    target = models.build("tiny", num_classes=6, seed=2)
    models.copy_weights(tiny, target)
    assert models.weights_digest(target) == models.weights_digest(tiny)
    before = tiny.classifier.kernel.numpy()
    target.classifier.kernel.assign(before + 1)
    np.testing.assert_array_equal(tiny.classifier.kernel, before)


def test_a_copy_starts_its_dropout_anew():
    source, target, fresh = (models.build("tiny", seed=seed) for seed in (0, 0, 0))
    source(np.zeros((1, 33, 33, 3), np.float32), training=True)  # draws
    models.copy_weights(source, target)
    states = [
        [v.numpy().tolist() for v in one.variables if "seed_generator" in v.path]
        for one in (source, target, fresh)
    ]
    assert states[0] != states[1] == states[2]


def test_scaled_logits_keep_their_order(tiny):
    target = models.build("tiny", num_classes=6, seed=2)
    models.copy_weights(tiny, target, logit_scale=0.25)
    inputs = models.preprocess(np.full((1, 33, 65, 3), 100, np.uint8))
    wanted, found = tiny(inputs), target(inputs)
    np.testing.assert_array_equal(found["aspp"], wanted["aspp"])
    np.testing.assert_allclose(found["logits"], 0.25 * wanted["logits"], rtol=1e-5)


def test_weights_of_others_do_not_start_a_segmenter(tiny):
    match = "Weights of 'tiny' with 6 outputs cannot start"
    with pytest.raises(ValueError, match=f"{match} 'tiny' with 5"):
        models.copy_weights(tiny, models.build("tiny", num_classes=5))
    other = models.build("mobilenet_v2", num_classes=6)
    with pytest.raises(ValueError, match=f"{match} 'mobilenet_v2' with 6"):
        models.copy_weights(tiny, other)


def test_weights_of_other_layers_are_refused_in_one_line(tiny, tmp_path):
    models.save_weights(tiny, tmp_path / "a.weights.h5")
    deeper = dataclasses.replace(models.PRESETS["tiny"], depth=0.5)
    other = models.DeepLabV3Plus(deeper, num_classes=6)
    other(models.preprocess(np.zeros((1, 33, 33, 3), np.uint8)))
    with pytest.raises(ValueError, match="of other layers than preset 'tiny'") as error:
        models.load_weights(other, tmp_path / "a.weights.h5")
    assert "\n" not in str(error.value)


def test_digests_tell_weights_apart(tiny, tmp_path):
    models.save_weights(tiny, tmp_path / "a.weights.h5")
    other = models.build("tiny", num_classes=6, seed=2)
    assert models.weights_digest(other) != models.weights_digest(tiny)
    models.load_weights(other, tmp_path / "a.weights.h5")
    assert models.weights_digest(other) == models.weights_digest(tiny)
    # One element of any variable is enough, batch norm's statistics included.
    for variable in (other.weights[0], other.weights[-1]):
        before = models.weights_digest(other)
        changed = variable.numpy()
        changed.flat[0] = np.nextafter(changed.flat[0], np.float32(np.inf))
        variable.assign(changed)
        assert models.weights_digest(other) != before
    folded = models.fold_batch_norm(tiny)
    assert models.weights_digest(folded) != models.weights_digest(tiny)
    assert models.weights_digest(folded) == models.weights_digest(
        models.fold_batch_norm(tiny)
    )
