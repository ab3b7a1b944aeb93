"""What making an example costs, next to reading and writing the files alone."""

import contextlib
import dataclasses
import itertools
import time
from collections.abc import Callable, Iterator, Sequence

import cv2

from fs_tf.overlay.generation import Factory
from fs_tf.overlay.release import Example
from fs_tf.overlay.sources.images import decode_gray, decode_rgb, encode_png
from fs_tf.overlay.workers import make_all


@dataclasses.dataclass(frozen=True)
class Cost:
    """CPU seconds per example, in one thread.

    Attributes:
      files: decoding the frame and encoding image and mask as PNG.
      example: the whole example, that included.
      steps: parts of both by name.
    """

    files: float
    example: float
    steps: dict[str, float]

    @property
    def ratio(self) -> float:
        """Returns how many times the files alone an example costs."""
        return self.example / self.files


def cost(factory: Factory, examples: Sequence[Example]) -> Cost:
    """Measures both, example by example in turn, with the same library and data.

    Raises:
      ValueError: no examples, or as `Factory.make`.
    """
    if not examples:
        raise ValueError("There are no examples to measure; ask for at least one.")
    size = factory.settings.image_size
    totals: dict[str, float] = {}
    with _one_thread():
        factory.make(examples[0])  # The first one pays for caches and memory.
        for example in examples:
            made = _timed(totals, "example", factory.make, example)
            image, mask = decode_rgb(made.image, ""), decode_gray(made.mask, "")
            read = factory.cityscapes.image
            _timed(totals, "decode frame", read, example.frame, size)
            _timed(totals, "encode image", encode_png, image)
            _timed(totals, "encode mask", encode_png, mask)
    steps = {name: total / len(examples) for name, total in totals.items()}
    example = steps.pop("example")
    return Cost(sum(steps.values()), example, steps)


def rate(factory: Factory, examples: Sequence[Example], processes: int) -> float:
    """Returns examples per second of wall time, once all processes are warm."""
    with _one_thread():
        made = make_all(factory, examples, processes)
        for _ in itertools.islice(made, min(4 * processes, len(examples) // 2)):
            pass
        start = time.perf_counter()
        count = sum(1 for _ in made)
        return count / (time.perf_counter() - start)


def _timed(totals: dict[str, float], name: str, action: Callable, *arguments):
    start = time.process_time()
    result = action(*arguments)
    totals[name] = totals.get(name, 0.0) + time.process_time() - start
    return result


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Keeps OpenCV from using several cores where processes are compared."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(threads)
