"""Density of an embedding by its nearest neighbours (Section 4.3, eqs. 4 and 5)."""

import numpy as np
import tensorflow as tf

from fs_tf import errors

# Embeddings of one block.
_BLOCK = 64
# Cosines held at a time: 256 MB. Fewer slow the matrix product down.
_MAX_COSINES = 2**26


class NearestNeighbors(tf.Module):
    """Exact cosine search over stored embeddings, inside the graph.

    Queries are searched in chunks. Of one chunk's cosines, [queries, N], only the
    maximum of every block of 64 embeddings is ranked: the k blocks with the highest
    maxima hold k nearest embeddings, because those k maxima are at least as near as
    anything in the other blocks. So most time goes into the matrix product. The
    N modulo 64 last embeddings fill no block and are always ranked.

    Args:
      embeddings: float32 [N, D], finite; usually a subsample of a training set.
      k: neighbours of a query; our choice.
      classes: bool [N, C], the classes of the image patch of each embedding;
        needed for `relative_class_density` only.
      max_cosines: cosines held in memory at a time.

    Raises:
      ValueError: there are fewer embeddings than k, or the arrays do not fit.
    """

    def __init__(
        self,
        embeddings: np.ndarray,
        k: int,
        classes: np.ndarray | None = None,
        max_cosines: int = _MAX_COSINES,
    ):
        super().__init__()
        _check(embeddings, k, classes)
        self.count, self.dimension = embeddings.shape
        self.k = k
        self._chunk = max(max_cosines // self.count, 1)
        self._blocks = self.count // _BLOCK
        in_blocks, rest = np.split(_unit(embeddings), [self._blocks * _BLOCK])
        self.in_blocks = tf.Variable(in_blocks, trainable=False, name="in_blocks")
        self.rest = tf.Variable(rest, trainable=False, name="rest")
        self.classes = None
        if classes is not None:
            self.classes = tf.Variable(classes, trainable=False, name="classes")

    def search(self, queries: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the k nearest embeddings, nearest first, of equals any.

        The cosines have gradients; they do not pass through the search.

        Args:
          queries: float32 [..., D]. Zero vectors have cosine 0 with everything.

        Returns:
          cosine: float32 [..., k], within [-1, 1] up to rounding.
          index: int32 [..., k], numbers of embeddings.
        """
        shape = tf.concat([tf.shape(queries)[:-1], [self.k]], axis=0)
        unit = tf.math.l2_normalize(tf.reshape(queries, [-1, self.dimension]), axis=-1)
        cosine, index = self._differentiable_search(unit)
        static = [*queries.shape[:-1], self.k]
        cosine = tf.ensure_shape(tf.reshape(cosine, shape), static)
        return cosine, tf.ensure_shape(tf.reshape(index, shape), static)

    def density(self, queries: tf.Tensor) -> tf.Tensor:
        """Returns the mean of exp(cosine - 1) over the neighbours (eq. 5).

        As printed, the equation has exp(-cosine), which falls as neighbours get
        closer. The constant keeps the density within [exp(-2), 1].

        Args:
          queries: float32 [..., D].

        Returns:
          float32 [...]; 1 where all neighbours point in the query's direction.
        """
        cosine, _ = self.search(queries)
        return tf.reduce_mean(tf.exp(cosine - 1.0), axis=-1)

    def relative_class_density(
        self, queries: tf.Tensor, query_classes: tf.Tensor
    ) -> tf.Tensor:
        """Returns the share of the density due to neighbours of one class (eq. 4).

        That is the sum of exp(cosine) over the neighbours whose patch holds the
        class of the query, over the sum for all neighbours (sign as in `density`).

        Args:
          queries: float32 [..., D].
          query_classes: integer [...], 0..C - 1, predicted classes of the queries.

        Returns:
          float32 [...] within [0, 1].

        Raises:
          ValueError: the embeddings were given without classes.
        """
        if self.classes is None:
            raise errors.BadValue(
                "Relative class density needs the classes of the stored embeddings; "
                "got none."
            )
        cosine, index = self.search(queries)
        classes = tf.cast(query_classes, tf.int32)[..., None]
        pairs = tf.stack([index, tf.broadcast_to(classes, tf.shape(index))], axis=-1)
        is_of_class = tf.gather_nd(self.classes, pairs)
        weights = tf.exp(cosine - 1.0)
        of_class = tf.reduce_sum(tf.where(is_of_class, weights, 0.0), axis=-1)
        return of_class / tf.reduce_sum(weights, axis=-1)

    def _differentiable_search(self, unit: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        @tf.custom_gradient
        def search(unit):
            cosine, index = self._search_in_chunks(unit)

            def gradient(upstream, _):
                stored = tf.concat([self.in_blocks, self.rest], axis=0)
                neighbors = tf.gather(stored, index)
                return tf.einsum("qk,qkd->qd", upstream, neighbors)

            return (cosine, index), gradient

        return search(unit)

    def _search_in_chunks(self, unit: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        count = tf.shape(unit)[0]
        chunks = (count + self._chunk - 1) // self._chunk

        def arrays(dtype):
            return tf.TensorArray(
                dtype, chunks, element_shape=[None, self.k], infer_shape=False
            )

        def body(chunk, cosines, indices):
            start = chunk * self._chunk
            cosine, index = self._search_chunk(unit[start : start + self._chunk])
            return chunk + 1, cosines.write(chunk, cosine), indices.write(chunk, index)

        _, cosines, indices = tf.while_loop(
            lambda chunk, *_: chunk < chunks,
            body,
            (0, arrays(tf.float32), arrays(tf.int32)),
            parallel_iterations=1,
        )
        return cosines.concat(), indices.concat()

    def _search_chunk(self, unit: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Ranks the best blocks' embeddings and those in no block."""
        rest = tf.matmul(unit, self.rest, transpose_b=True)
        first = self._blocks * _BLOCK
        numbers = tf.broadcast_to(tf.range(first, self.count), tf.shape(rest))
        candidates, index = [rest], [numbers]
        if self._blocks:
            cosine, number = self._best_blocks(unit)
            candidates, index = [cosine, rest], [number, numbers]
        cosine, position = tf.math.top_k(tf.concat(candidates, axis=-1), self.k)
        index = tf.gather(tf.concat(index, axis=-1), position, batch_dims=1)
        return cosine, index

    def _best_blocks(self, unit: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Cosines and numbers of all embeddings in the k best blocks, [Q, k * 64]."""
        cosines = tf.matmul(unit, self.in_blocks, transpose_b=True)
        # Neighbours in memory, so that a block is gathered as one piece.
        blocks = tf.reshape(cosines, [-1, self._blocks, _BLOCK])
        searched = min(self.k, self._blocks)
        maxima = tf.reduce_max(blocks, axis=-1)
        _, best = tf.math.top_k(maxima, searched, sorted=False)
        numbers = best[..., None] * _BLOCK + tf.range(_BLOCK)
        flat = [-1, searched * _BLOCK]
        candidates = tf.gather(blocks, best, batch_dims=1)
        return tf.reshape(candidates, flat), tf.reshape(numbers, flat)


def _unit(embeddings: np.ndarray) -> np.ndarray:
    norm = np.linalg.norm(embeddings, axis=1, keepdims=True)
    return (embeddings / np.maximum(norm, 1e-12)).astype(np.float32)


def _check(embeddings: np.ndarray, k: int, classes: np.ndarray | None) -> None:
    if embeddings.ndim != 2:
        raise errors.BadValue(
            f"`embeddings` must have shape [N, D]; got {list(embeddings.shape)}."
        )
    if not 1 <= k <= len(embeddings):
        raise errors.BadValue(
            "`k` must lie between 1 and the number of stored embeddings; "
            f"got k = {k} and {len(embeddings)} embeddings."
        )
    if not np.isfinite(embeddings).all():
        raise errors.BadValue("Stored embeddings must be finite; got NaN or infinity.")
    if classes is not None and (
        classes.dtype != bool or classes.shape[:1] != embeddings.shape[:1]
    ):
        raise errors.BadValue(
            f"`classes` must be bool [{len(embeddings)}, C]; "
            f"got {classes.dtype} {list(classes.shape)}."
        )
