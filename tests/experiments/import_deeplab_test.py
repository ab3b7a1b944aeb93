"""The binary writes the weights file of a checkpoint, or one sentence and nothing."""

import numpy as np

from fs_tf import models
from fs_tf.models import convolution


def run(binary, checkpoint, output):
    return binary(
        *("import_deeplab", "--variant=tiny", "--num_classes=5"),
        *(f"--checkpoint={checkpoint}", f"--output={output}"),
    )


def folded_encoder(path, without=""):
    """Writes the `.npz` of a folded encoder, less the names that hold `without`."""
    source = models.fold_batch_norm(models.build("tiny", seed=1))
    arrays = {}
    for layer in convolution.convolutions(source.encoder):
        arrays[f"{layer.scope}/{layer.kernel_name}"] = np.asarray(layer.kernel)
        arrays[f"{layer.scope}/BatchNorm/beta"] = np.asarray(layer.bias)
    kept = {name: array for name, array in arrays.items() if without not in name}
    np.savez(path, **(kept if without else arrays))
    return source


def test_import_writes_weights_that_load(binary, tmp_path):
    source = folded_encoder(tmp_path / "encoder.npz")
    output = tmp_path / "new" / "segmenter.weights.h5"
    done = run(binary, tmp_path / "encoder.npz", output)
    assert done.returncode == 0, done.stderr
    assert "held only an encoder: 72 variables after it are random" in done.stdout
    segmenter = models.build("tiny", num_classes=5, seed=2)
    models.load_weights(segmenter, output)
    assert models.lost_statistics(segmenter.encoder)
    image = models.preprocess(np.full((1, 33, 65, 3), 90, np.uint8))
    wanted = source(image)["encoder"]
    np.testing.assert_allclose(
        segmenter(image)["encoder"], wanted, atol=1e-4 * np.std(wanted)
    )


def test_incomplete_checkpoint_writes_nothing(binary, tmp_path):
    folded_encoder(tmp_path / "encoder.npz", without="expanded_conv_7/")
    output = tmp_path / "new" / "segmenter.weights.h5"
    done = run(binary, tmp_path / "encoder.npz", output)
    assert done.returncode == 1
    sentence = done.stderr[done.stderr.index("Error: ") :]
    assert "15 missing: MobilenetV2/expanded_conv_7/depthwise/BatchNorm" in sentence
    assert "Traceback" not in done.stderr
    assert not output.parent.exists()


def test_what_is_no_number_is_named(binary, tmp_path):
    folded_encoder(tmp_path / "encoder.npz")
    arrays = dict(np.load(tmp_path / "encoder.npz"))
    arrays["MobilenetV2/Conv/weights"][0, 0] = np.nan
    beta = "MobilenetV2/Conv/BatchNorm/beta"
    arrays[beta] = arrays[beta].astype(complex)
    np.savez(tmp_path / "encoder.npz", **arrays)
    done = run(binary, tmp_path / "encoder.npz", tmp_path / "new.weights.h5")
    assert done.returncode == 1
    assert "not of finite floating point numbers: MobilenetV2/Conv/B" in done.stderr
    assert "MobilenetV2/Conv/weights" in done.stderr
    assert not (tmp_path / "new.weights.h5").exists()


def test_a_file_is_not_overwritten(binary, tmp_path):
    (tmp_path / "precious.weights.h5").write_text("mine")
    done = run(binary, tmp_path / "absent.ckpt", tmp_path / "precious.weights.h5")
    assert done.returncode == 1
    assert "precious.weights.h5' exists: choose another name" in done.stderr


def test_wrong_ending_is_refused_before_the_import(binary, tmp_path):
    done = run(binary, tmp_path / "absent.ckpt", tmp_path / "segmenter.h5")
    assert done.returncode == 1
    assert "must end in '.weights.h5'" in done.stderr
