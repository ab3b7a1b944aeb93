"""Nearest neighbours against brute force, and the laws of their densities."""

import numpy as np
import pytest
import tensorflow as tf
from sklearn import neighbors

from fs_tf.density.knn import NearestNeighbors


def embeddings(count, dimension=6, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(count, dimension)).astype(np.float32)


def brute_force(stored, queries, k):
    search = neighbors.NearestNeighbors(
        n_neighbors=k, metric="cosine", algorithm="brute"
    )
    distance, index = search.fit(stored).kneighbors(queries)
    return 1 - distance, index


@pytest.mark.parametrize(
    ("count", "k"),
    [(1, 1), (5, 5), (64, 3), (100, 70), (500, 10), (1000, 1), (1024, 20)],
)
def test_neighbors_are_those_of_brute_force(count, k):
    stored, queries = embeddings(count), embeddings(50, seed=1)
    expected_cosine, expected_index = brute_force(stored, queries, k)
    # Chunks of 7 queries or less.
    knn = NearestNeighbors(stored, k, max_cosines=7 * count)
    cosine, index = knn.search(queries)
    np.testing.assert_array_equal(index, expected_index)
    np.testing.assert_allclose(cosine, expected_cosine, atol=1e-6)


def test_all_cosines_may_be_negative():
    stored = embeddings(70) * 0.1 + 1
    cosine, index = NearestNeighbors(stored, 65).search(-stored[:3])
    assert np.max(cosine) < 0
    assert np.max(index) < 70


def test_equal_embeddings_are_all_found():
    stored = np.tile(np.eye(4, dtype=np.float32), (50, 1))
    cosine, index = NearestNeighbors(stored, 50).search(np.eye(4, dtype=np.float32))
    np.testing.assert_array_equal(cosine, np.ones((4, 50)))
    for query in range(4):
        assert sorted(index[query].numpy()) == list(range(query, 200, 4))


def test_length_of_embeddings_does_not_matter():
    stored, queries = embeddings(100), embeddings(20, seed=1)
    lengths = np.linspace(0.1, 1000, 100, dtype=np.float32)[:, None]
    _, expected = NearestNeighbors(stored, 4).search(queries)
    _, index = NearestNeighbors(stored * lengths, 4).search(queries * 7)
    np.testing.assert_array_equal(index, expected)


def test_zero_vectors_are_near_to_nothing():
    stored = np.concatenate([np.zeros((1, 6), np.float32), embeddings(9)])
    cosine, _ = NearestNeighbors(stored, 10).search(np.zeros((2, 6), np.float32))
    np.testing.assert_array_equal(cosine, np.zeros((2, 10)))


def test_feature_maps():
    knn = NearestNeighbors(embeddings(100), 3)
    maps = embeddings(24, seed=1).reshape(2, 3, 4, 6)
    cosine, index = knn.search(maps)
    flat_cosine, flat_index = knn.search(maps.reshape(24, 6))
    np.testing.assert_array_equal(index, np.reshape(flat_index, (2, 3, 4, 3)))
    np.testing.assert_array_equal(cosine, np.reshape(flat_cosine, (2, 3, 4, 3)))


def test_density_is_the_mean_over_the_neighbors():
    stored, queries = embeddings(100), embeddings(10, seed=1)
    cosine, _ = brute_force(stored, queries, 5)
    np.testing.assert_allclose(
        NearestNeighbors(stored, 5).density(queries),
        np.exp(cosine - 1).mean(axis=1),
        rtol=1e-5,
    )


def test_training_embedding_is_denser_than_a_far_one():
    stored = embeddings(100) + 3
    knn = NearestNeighbors(stored, 5)
    assert np.min(knn.density(stored)) > np.max(knn.density(-stored))
    np.testing.assert_allclose(NearestNeighbors(stored, 1).density(stored), 1, 1e-6)


def test_density_falls_with_the_angle():
    angle = np.linspace(0, np.pi, 20)
    queries = np.stack([np.cos(angle), np.sin(angle)], -1).astype(np.float32)
    density = NearestNeighbors(np.array([[1, 0]], np.float32), 1).density(queries)
    assert (np.diff(density) < 0).all()


def test_relative_class_density_is_the_share_of_the_class():
    rng = np.random.default_rng(2)
    stored, queries = embeddings(100), embeddings(30, seed=1)
    classes = rng.random((100, 4)) < 0.4
    predicted = rng.integers(4, size=30)
    knn = NearestNeighbors(stored, 8, classes)
    cosine, index = brute_force(stored, queries, 8)
    weights = np.exp(cosine)
    member = classes[index, predicted[:, None]]
    relative = knn.relative_class_density(queries, predicted).numpy()
    np.testing.assert_allclose(
        relative, (weights * member).sum(1) / weights.sum(1), rtol=1e-5
    )
    assert (relative >= 0).all() and (relative <= 1).all()
    assert relative.min() < 0.2 and relative.max() > 0.6


def test_relative_class_density_of_feature_maps():
    classes = np.ones((100, 4), bool)
    knn = NearestNeighbors(embeddings(100), 3, classes)
    maps = embeddings(24, seed=1).reshape(2, 3, 4, 6)
    predicted = np.zeros((2, 3, 4), np.int64)
    np.testing.assert_allclose(
        knn.relative_class_density(maps, predicted), np.ones((2, 3, 4)), rtol=1e-6
    )


def test_gradient_agrees_with_differences():
    # With all embeddings as neighbours, where none is swapped for another.
    knn = NearestNeighbors(embeddings(5), 5)
    queries = tf.constant(embeddings(2, seed=1))
    theirs, numeric = tf.test.compute_gradient(knn.density, [queries], delta=1e-2)
    np.testing.assert_allclose(theirs[0], numeric[0], atol=1e-3)


def test_saved_model_with_gradient_inside(tmp_path):
    module = tf.Module()
    # 128 fill two blocks, so that the variable of the rest is empty.
    module.knn = NearestNeighbors(embeddings(128), 5, np.ones((128, 3), bool))

    @tf.function(input_signature=[tf.TensorSpec([None, None, None, 6])])
    def perturbed(queries):
        with tf.GradientTape() as tape:
            tape.watch(queries)
            density = module.knn.density(queries)
        return module.knn.density(queries + tape.gradient(density, queries))

    module.perturbed = perturbed
    tf.saved_model.save(module, str(tmp_path))
    loaded = tf.saved_model.load(str(tmp_path))
    for shape in ((1, 2, 3), (2, 5, 4)):
        queries = embeddings(np.prod(shape), seed=3).reshape(*shape, 6)
        result = loaded.perturbed(queries)
        np.testing.assert_allclose(result, perturbed(queries), atol=1e-6)
        # Towards the neighbours it gets denser.
        assert (result.numpy() > module.knn.density(queries).numpy()).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((embeddings(3), 4), "got k = 4 and 3 embeddings"),
        ((embeddings(3), 0), "got k = 0 and 3 embeddings"),
        ((embeddings(3)[0], 1), r"`embeddings` must have shape \[N, D\]; got \[6\]"),
        ((embeddings(3) * np.nan, 1), "must be finite"),
        ((embeddings(3), 1, np.ones((2, 4), bool)), r"`classes` must be bool \[3, C\]"),
        ((embeddings(3), 1, np.ones((3, 4))), "got float64"),
    ],
)
def test_bad_embeddings(arguments, message):
    with pytest.raises(ValueError, match=message):
        NearestNeighbors(*arguments)


def test_relative_class_density_needs_classes():
    with pytest.raises(ValueError, match="needs the classes of the stored embeddings"):
        NearestNeighbors(embeddings(9), 1).relative_class_density(
            embeddings(2), np.zeros(2, int)
        )
