"""What densities cost, as ratios to a reference timed in the same run."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import tensorflow as tf

from fs_tf import errors
from fs_tf.density.knn import NearestNeighbors
from fs_tf.density.real_nvp import FlowConfig, RealNVP

# An image of 512 x 1024 at output stride 8.
_FEATURE_MAP = (1, 64, 128)


def nearest_neighbors(
    count: int, dimension: int, k: int, repetitions: int
) -> Iterator[str]:
    """Yields lines that compare the search with faiss-cpu's IndexFlatIP.

    Queries are the 8192 embeddings of one 512 x 1024 image at stride 8. Embeddings
    form clusters, as those of networks do.

    Args:
      count: stored embeddings.
      dimension: of an embedding.
      k: neighbours.
      repetitions: timings of each, taken in turn.

    Raises:
      ValueError: faiss-cpu is not installed.
    """
    logging.getLogger("faiss").setLevel(logging.WARNING)
    try:
        import faiss
    except ImportError as error:
        raise errors.BadValue(
            "The comparison needs faiss: `pip install -e .[bench]` and run again."
        ) from error
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(200, dimension))

    def unit(rows):
        rows = centres[rng.integers(200, size=rows)] + rng.normal(
            size=(rows, dimension)
        )
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows.astype(np.float32)

    stored, queries = unit(count), unit(int(np.prod(_FEATURE_MAP)))
    flat = faiss.IndexFlatIP(dimension)
    flat.add(stored)
    knn = NearestNeighbors(stored, k)
    search = tf.function(knn.search, input_signature=[tf.TensorSpec([None, dimension])])
    constant = tf.constant(queries)
    theirs, ours = flat.search(queries, k), search(constant)
    seconds = _seconds(
        [lambda: flat.search(queries, k), lambda: search(constant)], repetitions
    )
    yield f"{count} x {dimension} embeddings, {len(queries)} queries, k = {k}"
    yield _row("faiss IndexFlatIP", seconds[0], seconds[0])
    yield _row("NearestNeighbors", seconds[1], seconds[0])
    yield (
        f"  same neighbours {np.mean(ours[1] == theirs[1]):.4%}, "
        f"cosines differ by at most {np.abs(ours[0] - theirs[0]).max():.1e}"
    )


def flow(
    dimension: int,
    forward: Callable[[], object],
    forward_name: str,
    repetitions: int,
) -> Iterator[str]:
    """Yields lines that compare one layer's NLL with a forward pass of the network.

    Args:
      dimension: of an embedding.
      forward: runs the network once on a 512 x 1024 image.
      forward_name: what that is.
      repetitions: timings of each, taken in turn.
    """
    density = RealNVP(dimension, FlowConfig(), seed=0)
    maps = tf.random.stateless_normal([*_FEATURE_MAP, dimension], seed=[0, 0])
    nll = tf.function(density.normalized_nll)
    forward(), nll(maps)  # Traces.
    seconds = _seconds([forward, lambda: nll(maps)], repetitions)
    yield f"embeddings {' x '.join(map(str, maps.shape))}"
    yield _row(f"forward pass of {forward_name}", seconds[0], seconds[0])
    yield _row("NLL of one flow", seconds[1], seconds[0])


def _row(name: str, seconds: float, reference: float) -> str:
    return f"  {name:30} {seconds:8.3f} s   ratio {seconds / reference:.2f}"


def _seconds(calls: Sequence[Callable[[], object]], repetitions: int) -> list[float]:
    """Median seconds of each call; in turn, so that all see the same machine."""
    seconds = np.empty((repetitions, len(calls)))
    for turn in range(repetitions):
        for number, call in enumerate(calls):
            start = time.perf_counter()
            call()
            seconds[turn, number] = time.perf_counter() - start
    return np.median(seconds, axis=0).tolist()
