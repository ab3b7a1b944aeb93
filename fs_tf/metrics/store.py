"""All scores of all images as sorted runs in one spill."""

import concurrent.futures
import os
from collections.abc import Iterator

import numpy as np

from fs_tf import labels
from fs_tf.metrics import inputs, sizes, state, workers
from fs_tf.metrics.runs import NEGATIVE, Run, SortedRuns
from fs_tf.metrics.spill import Spill

# Images that wait for the sorting threads; they bound the memory of `add`.
MAX_PENDING = 4
COLUMNS = ("image", "size_class", "components", "count")


class ScoreStore:
    """Scores by image and kind of pixel, sorted by the worker threads."""

    def __init__(self):
        self._spill = Spill()
        self._image_ids: list[str | None] = []
        self._runs: list[Run] = []
        self._pending: list[concurrent.futures.Future[list[Run]]] = []

    @property
    def image_ids(self) -> tuple[str | None, ...]:
        """Names of the images in the order they came."""
        return tuple(self._image_ids)

    def add(self, image: inputs.Image) -> None:
        """Adds a checked image; a copy of its scores is sorted in another thread."""
        while len(self._pending) >= MAX_PENDING:
            self._collect_one()
        image_id, mask, score = image
        is_anomaly = mask == labels.ANOMALY
        box = sizes.bounding_box(is_anomaly)
        negatives = score[mask == labels.IN_DISTRIBUTION]
        positives = score[is_anomaly]
        future = workers.pool().submit(
            self._sort,
            len(self._image_ids),
            negatives,
            positives,
            np.ascontiguousarray(is_anomaly[box]),
        )
        self._image_ids.append(image_id)
        self._pending.append(future)

    def wait(self) -> None:
        """Waits until every image is sorted; raises what went wrong with one."""
        while self._pending:
            self._collect_one()

    def extend(self, other: "ScoreStore") -> None:
        """Adds all images of another store, which stays as it is."""
        self.wait()
        other.wait()
        first = len(self._image_ids)
        copies = [
            Run.store(
                self._spill,
                other._spill.read(run.offset, run.count, np.float32),
                first + run.image,
                run.size_class,
                run.components,
            )
            for run in tuple(other._runs)
        ]
        self._image_ids.extend(tuple(other._image_ids))
        self._runs.extend(copies)

    def negatives(self, image: int | None = None) -> SortedRuns:
        """Returns the in-distribution pixels, of one image or of all."""
        return self._select(
            run
            for run in self._all_runs()
            if run.size_class == NEGATIVE and image in (None, run.image)
        )

    def positives(
        self, image: int | None = None, size_class: int | None = None
    ) -> SortedRuns:
        """Returns the anomalous pixels, of one image or size class or of all."""
        return self._select(
            run
            for run in self._all_runs()
            if run.size_class != NEGATIVE
            and image in (None, run.image)
            and size_class in (None, run.size_class)
        )

    def save(self, path: os.PathLike, kind: str) -> None:
        """Writes everything to a file, 4 bytes per pixel."""
        runs = self._all_runs()
        header = {
            "image_ids": self._image_ids,
            "runs": [[getattr(run, name) for name in COLUMNS] for run in runs],
        }
        scores = (self._spill.read(run.offset, run.count, np.float32) for run in runs)
        size = np.dtype(np.float32).itemsize * sum(run.count for run in runs)
        state.write(path, kind, header, scores, size)

    @classmethod
    def load(cls, path: os.PathLike, kind: str) -> "ScoreStore":
        """Reads what `save` wrote.

        Raises:
          ValueError: the file is truncated, damaged, of another version or kind.
        """
        store = cls()
        with state.reading(path, kind) as (header, payload):
            store._image_ids = header["image_ids"]
            for image, size_class, components, count in header["runs"]:
                scores = payload.array(count, np.float32)
                store._runs.append(
                    Run.store(store._spill, scores, image, size_class, components)
                )
        return store

    def _select(self, runs: Iterator[Run]) -> SortedRuns:
        return SortedRuns(self._spill, tuple(runs))

    def _all_runs(self) -> list[Run]:
        self.wait()
        return self._runs

    def _sort(
        self,
        image: int,
        negatives: np.ndarray,
        positives: np.ndarray,
        is_anomaly: np.ndarray,
    ) -> list[Run]:
        runs = []
        if negatives.size:
            negatives.sort()
            runs.append(Run.store(self._spill, negatives, image))
        if positives.size:
            size_class, components = sizes.size_classes(is_anomaly)
            for index in np.flatnonzero(components).tolist():
                scores = positives[size_class == index]
                scores.sort()
                runs.append(
                    Run.store(self._spill, scores, image, index, int(components[index]))
                )
        return runs

    def _collect_one(self) -> None:
        # A failed image stays pending, so that no later call gives a wrong number.
        self._runs.extend(self._pending[0].result())
        del self._pending[0]
