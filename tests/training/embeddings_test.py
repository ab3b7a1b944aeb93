"""The samples are true embeddings with true classes, whatever the order of calls."""

import fractions

import numpy as np
import pytest
import tensorflow as tf

from fs_tf import data, files, models, training
from fs_tf.training import embeddings

LAYERS = ("low_level", "encoder")


@pytest.fixture(scope="module")
def segmenter():
    return models.build("tiny", seed=1)


def street(seed=0, count=3, size=(40, 56)):
    """Random images; labels of 8 x 8 blocks, the left quarter void."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, *size, 3), np.uint8)
    blocks = rng.integers(0, 19, (count, size[0] // 8, size[1] // 8), np.uint8)
    labels = blocks.repeat(8, axis=1).repeat(8, axis=2)
    labels[:, :, : size[1] // 4] = 255
    return images, labels


@pytest.fixture
def frames(frames_of):
    return frames_of(*street(), data.frames.SEGMENTATION)


def slow_patch_classes(labels, size):
    """Every pixel to its nearest embedding, in exact fractions."""

    def nearest(pixel, pixels, cells):
        last_padded = -(-(pixels - 1) // 16) * 16
        return round(fractions.Fraction(pixel * (cells - 1), max(last_padded, 1)))

    present = np.zeros((*size, 19), bool)
    height, width = labels.shape
    for row in range(height):
        for column in range(width):
            if labels[row, column] < 19:
                cell = nearest(row, height, size[0]), nearest(column, width, size[1])
                present[(*cell, labels[row, column])] = True
    return present


@pytest.mark.parametrize(
    ("image", "size"),
    [
        ((64, 128), (16, 32)),
        ((64, 128), (4, 8)),
        ((33, 51), (9, 13)),
        ((33, 51), (3, 4)),
        ((40, 72), (1, 1)),
        ((17, 5), (17, 5)),
        ((1, 9), (1, 3)),
    ],
)
def test_patch_classes_agree_with_a_slow_loop(image, size):
    rng = np.random.default_rng(0)
    labels = rng.choice([*range(19), 254, 255, 255, 255], image).astype(np.uint8)
    found = embeddings.patch_classes(labels, size)
    assert found.dtype == bool
    np.testing.assert_array_equal(found, slow_patch_classes(labels, size))


def test_patch_classes_of_a_row():
    # Embeddings lie over pixels 0, 4, 8, 12 and 16 of the padded row. Pixels 2 and 6
    # are half way, and go to the even one of two neighbours.
    labels = np.array([[5, 5, 6, 7, 7, 255, 8]], np.uint8)
    found = embeddings.patch_classes(labels, (1, 5))[0]
    classes = [set(np.flatnonzero(row)) for row in found]
    assert classes == [{5, 6}, {7}, {8}, set(), set()]


def feature_rows(segmenter, frames, layer):
    """(frame, embedding, its classes) of every place of the maps, one by one."""
    for number, (_, image, labels) in enumerate(frames.frames()):
        outputs = segmenter(models.preprocess(tf.constant(image[None])))
        maps = outputs[layer][0].numpy()
        classes = slow_patch_classes(labels, maps.shape[:2])
        for place in np.ndindex(maps.shape[:2]):
            yield number, maps[place], classes[place]


@pytest.mark.parametrize("layer", LAYERS)
def test_a_whole_sample_is_all_embeddings_with_a_train_class(
    layer, segmenter, frames, tmp_path
):
    sample = training.sample_embeddings(segmenter, frames, [layer], 10_000, tmp_path)[
        layer
    ]
    rows = list(feature_rows(segmenter, frames, layer))
    used = [row for row in rows if row[2].any()]
    assert len(used) < len(rows)  # what shows void alone is left out
    numbers, vectors, classes = (np.array(column) for column in zip(*used, strict=True))
    assert len(sample) == len(used)
    np.testing.assert_array_equal(sample.frames, numbers)
    np.testing.assert_array_equal(sample.classes, classes)
    # The graph rounds otherwise than the eager call.
    np.testing.assert_allclose(sample.embeddings, vectors, atol=1e-5)


def test_a_sample_is_a_subset_with_its_classes(segmenter, frames, tmp_path):
    def sample(count, folder):
        folder = tmp_path / folder
        return training.sample_embeddings(
            segmenter, frames, ["low_level"], count, folder
        )["low_level"]

    whole, part = sample(10_000, "whole"), sample(50, "part")
    assert len(part) == len(part.classes) == len(part.frames) == 50
    places = {row.tobytes(): place for place, row in enumerate(whole.embeddings)}
    chosen = [places[row.tobytes()] for row in part.embeddings]
    assert len(set(chosen)) == 50
    np.testing.assert_array_equal(part.classes, whole.classes[chosen])
    np.testing.assert_array_equal(part.frames, whole.frames[chosen])
    # All frames alike: 50 of three are 17 of each, give or take 3.3.
    assert np.bincount(part.frames).min() >= 5


def test_other_layers_and_the_order_do_not_matter(segmenter, frames, tmp_path):
    together = training.sample_embeddings(segmenter, frames, LAYERS, 40, tmp_path / "a")
    assert tuple(together) == LAYERS
    alone = training.sample_embeddings(
        segmenter, frames, LAYERS[1:], 40, tmp_path / "b"
    )
    later = training.sample_embeddings(
        segmenter, frames, LAYERS[::-1], 40, tmp_path / "b"
    )
    for name, sample in together.items():
        for field, array in vars(sample).items():
            np.testing.assert_array_equal(array, getattr(later[name], field))
    assert alone["encoder"].digest == together["encoder"].digest
    assert together["encoder"].digest != together["low_level"].digest


def test_a_finished_sample_is_read_not_drawn_again(segmenter, frames, tmp_path):
    draw = training.sample_embeddings
    first = draw(segmenter, frames, LAYERS, 40, tmp_path)
    for layer in LAYERS:
        path = tmp_path / layer / "sample.npz"
        kept = dict(np.load(path))
        kept["embeddings"] = kept["embeddings"] + 1  # to recognize what was read
        np.savez(path, **kept)
    (tmp_path / "encoder" / "sample.npz").unlink()  # as after a kill
    second = draw(segmenter, frames, LAYERS, 40, tmp_path)
    low_level = first["low_level"].embeddings
    np.testing.assert_array_equal(second["low_level"].embeddings, low_level + 1)
    assert second["encoder"].digest == first["encoder"].digest
    assert all(files.is_ours(path.name) for path in tmp_path.rglob("*"))


@pytest.mark.parametrize("kept", [0, 100])
def test_a_damaged_sample_is_named(kept, segmenter, frames, tmp_path):
    draw = training.sample_embeddings
    draw(segmenter, frames, LAYERS, 40, tmp_path)
    path = tmp_path / LAYERS[0] / "sample.npz"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ValueError, match="sample.npz' is truncated.*; delete '"):
        draw(segmenter, frames, LAYERS, 40, tmp_path)


def test_what_the_system_cannot_read_is_not_called_damaged(segmenter, frames, tmp_path):
    draw = training.sample_embeddings
    draw(segmenter, frames, LAYERS, 40, tmp_path)
    path = tmp_path / LAYERS[0] / "sample.npz"
    path.unlink()
    path.mkdir()
    with pytest.raises(IsADirectoryError):
        draw(segmenter, frames, LAYERS, 40, tmp_path)


def test_a_sample_of_other_arrays_is_named(segmenter, frames, tmp_path):
    draw = training.sample_embeddings
    draw(segmenter, frames, LAYERS, 40, tmp_path)
    np.savez(tmp_path / LAYERS[0] / "sample.npz", embeddings=np.zeros((3, 4)))
    with pytest.raises(ValueError, match=r"must hold the arrays \['emb.*; got .'emb"):
        draw(segmenter, frames, LAYERS, 40, tmp_path)


def test_seeds_draw_other_samples(segmenter, frames, tmp_path):
    one, two = (
        training.sample_embeddings(
            segmenter, frames, ["low_level"], 40, tmp_path / str(seed), seed
        )["low_level"]
        for seed in (0, 1)
    )
    assert one.digest != two.digest


def test_samples_of_other_settings_are_refused(segmenter, frames, frames_of, tmp_path):
    def draw(segmenter=segmenter, frames=frames, count=40, seed=0):
        training.sample_embeddings(
            segmenter, frames, ["encoder"], count, tmp_path, seed
        )

    draw()
    with pytest.raises(FileExistsError, match="`count` is 40, not 41"):
        draw(count=41)
    with pytest.raises(FileExistsError, match="`seed` is 0, not 1"):
        draw(seed=1)
    others = frames_of(*street(1), data.frames.SEGMENTATION, digest="1")
    with pytest.raises(FileExistsError, match="`dataset` is 'arrays/1.0.0 .* 0'"):
        draw(frames=others)
    with pytest.raises(FileExistsError, match="`segmenter` is"):
        draw(segmenter=models.build("tiny", seed=2))


def test_all_stale_layers_are_told_at_once(segmenter, frames, tmp_path):
    layers = ["encoder", "low_level"]
    training.sample_embeddings(segmenter, frames, layers, 40, tmp_path)
    with pytest.raises(FileExistsError, match="encoder' was .*low_level' was .*them"):
        training.sample_embeddings(segmenter, frames, layers, 41, tmp_path)


def test_unknown_layers_list_the_known_ones(segmenter, frames, tmp_path):
    with pytest.raises(KeyError, match="Unknown feature of 'tiny' 'odd'. Known: .*asp"):
        training.sample_embeddings(
            segmenter, frames, ["encoder", "odd"], 40, tmp_path / "a"
        )
    assert not (tmp_path / "a").exists()


def test_frames_of_void_alone_are_refused(segmenter, frames_of, tmp_path):
    images, labels = street()
    void = frames_of(images, np.full_like(labels, 255), data.frames.SEGMENTATION)
    with pytest.raises(ValueError, match="'arrays/1.0.0', .* no pixel of a train clas"):
        training.sample_embeddings(segmenter, void, LAYERS, 40, tmp_path)
