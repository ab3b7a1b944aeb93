"""All scores of all images as sorted runs in one spill."""

import concurrent.futures
import dataclasses
import os
import threading

import numpy as np

from fs_tf import labels
from fs_tf.metrics import inputs, sizes, state, workers
from fs_tf.metrics.owner import Owner
from fs_tf.metrics.runs import Run
from fs_tf.metrics.scores import Scores
from fs_tf.metrics.spill import Spill

# Images that wait for the sorting threads; they bound the memory of `add`.
MAX_PENDING = 4
COLUMNS = ("image", "size_class", "components", "count")


class ScoreStore:
    """Collects the scores of images, sorted by the worker threads.

    All methods may be called from any number of threads. No two stores are ever locked
    at once, and the worker threads lock none, so nothing waits for itself.
    """

    def __init__(self):
        self._spill = Spill()
        self._lock = threading.Lock()
        # What follows is read and changed by holders of the lock alone.
        self._image_ids: list[str | None] = []
        self._runs: list[Run] = []
        self._pending: list[concurrent.futures.Future[list[Run]]] = []
        self._scores: Scores | None = None

    @property
    def owner(self) -> Owner:
        """The process that may add to it."""
        return self._spill.owner

    def add(self, image: inputs.Image) -> None:
        """Adds a checked image; a copy of its scores is sorted in another thread."""
        with self._lock:
            self._collect(MAX_PENDING - 1)
        image_id, mask, score = image
        is_anomaly = mask == labels.ANOMALY
        box = sizes.bounding_box(is_anomaly)
        pixels = (
            score[mask == labels.IN_DISTRIBUTION],
            score[is_anomaly],
            np.ascontiguousarray(is_anomaly[box]),
        )
        with self._lock:
            future = workers.pool().submit(self._sort, len(self._image_ids), *pixels)
            self._image_ids.append(image_id)
            self._pending.append(future)
            self._scores = None

    def wait(self) -> None:
        """Waits until every image is sorted; raises what went wrong with one."""
        with self._lock:
            self._collect(0)

    def scores(self) -> Scores:
        """Returns all that was added so far; the same object until more is."""
        with self._lock:
            self._collect(0)
            if self._scores is None:
                self._scores = Scores(self._spill, self._image_ids, self._runs)
            return self._scores

    def extend(self, other: "ScoreStore") -> None:
        """Adds all images of another store, which stays as it is."""
        self.wait()
        added = other.scores()
        copies = [
            Run.store(
                self._spill,
                added.spill.read(run.offset, run.count, np.float32),
                run.image,
                run.size_class,
                run.components,
            )
            for run in added.runs
        ]
        with self._lock:
            first = len(self._image_ids)
            self._image_ids.extend(added.image_ids)
            self._runs.extend(
                dataclasses.replace(run, image=first + run.image) for run in copies
            )
            self._scores = None

    def save(self, path: os.PathLike, kind: str) -> None:
        """Writes everything to a file, 4 bytes per pixel."""
        saved = self.scores()
        header = {
            "image_ids": saved.image_ids,
            "runs": [[getattr(run, name) for name in COLUMNS] for run in saved.runs],
        }
        arrays = (
            saved.spill.read(run.offset, run.count, np.float32) for run in saved.runs
        )
        size = np.dtype(np.float32).itemsize * sum(run.count for run in saved.runs)
        state.write(path, kind, header, arrays, size)

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

    def _collect(self, most: int) -> None:
        """Takes what the workers sorted until at most `most` images are pending."""
        while len(self._pending) > most:
            oldest = self._pending[0]
            if not oldest.done():
                # After a fork no thread would ever finish it.
                self.owner.require()
            # A failed image stays pending, so that no later call gives a wrong number.
            self._runs.extend(oldest.result())
            del self._pending[0]
