"""What making an example costs, next to reading and writing the files alone."""

import contextlib
import dataclasses
import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import cv2

from fs_tf import errors
from fs_tf.overlay.generation import Factory
from fs_tf.overlay.release import Example
from fs_tf.overlay.sources.images import decode_gray, decode_rgb, encode_png
from fs_tf.overlay.workers import make_all


@dataclasses.dataclass(frozen=True)
class Cost:
    """CPU seconds per example, in one thread.

    Attributes:
      files: decoding frame and labels and encoding image and mask as PNG.
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
        raise errors.BadValue("There are no examples to measure; ask for at least one.")
    size = factory.settings.image_size
    totals: dict[str, float] = {}
    with _one_thread():
        factory.make(examples[0])  # The first one pays for caches and memory.
        for example in examples:
            made = _timed(totals, "example", factory.make, example)
            image, mask = decode_rgb(made.image, ""), decode_gray(made.mask, "")
            frames = factory.cityscapes
            _timed(totals, "decode frame", frames.image, example.frame, size)
            _timed(totals, "decode labels", frames.labels, example.frame, size)
            _timed(totals, "encode image", encode_png, image)
            _timed(totals, "encode mask", encode_png, mask)
    steps = {name: total / len(examples) for name, total in totals.items()}
    example = steps.pop("example")
    return Cost(sum(steps.values()), example, steps)


def table(costs: Mapping[str, Cost], rates: Mapping[str, tuple[float, float]]) -> str:
    """Returns one row per quantity and one column per recipe.

    Args:
      costs: by recipe, at least one.
      rates: by recipe, examples per second with one process and with more.
    """
    rows = {"": list(costs)}
    for step in next(iter(costs.values())).steps:
        rows[f"{step}, ms"] = [f"{1000 * c.steps[step]:.1f}" for c in costs.values()]
    rows["files, ms"] = [f"{1000 * c.files:.1f}" for c in costs.values()]
    rows["example, ms"] = [f"{1000 * c.example:.1f}" for c in costs.values()]
    rows["example / files"] = [f"{c.ratio:.2f}x" for c in costs.values()]
    rows["examples/s, one process"] = [f"{rates[r][0]:.2f}" for r in costs]
    rows["examples/s, more"] = [f"{rates[r][1]:.2f}" for r in costs]
    rows["more / one"] = [f"{rates[r][1] / rates[r][0]:.2f}x" for r in costs]
    return "\n".join(
        f"{name:24}" + "".join(f"{value:>16}" for value in values)
        for name, values in rows.items()
    )


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
