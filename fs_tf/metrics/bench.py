"""Speed and memory of the exact metrics, beside scikit-learn on the same pixels."""

import contextlib
import dataclasses
import pathlib
import resource
import time
from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np
import sklearn.metrics

from fs_tf import labels
from fs_tf.metrics.anomaly import AnomalyMetrics
from fs_tf.metrics.ranking import TPR_LEVEL

HEIGHT, WIDTH = 1024, 2048
# Images made at a time, while the clock stands still.
BLOCK = 10
TOLERANCE = 1e-12
NAMES = ("AP", "FPR95", "AUROC")

Image = tuple[np.ndarray, np.ndarray]


@dataclasses.dataclass(frozen=True)
class Measurement:
    """What one way to compute the metrics took.

    Attributes:
      name: of the way.
      images: number of images of 1024 x 2048.
      seconds: wall time from the images to the result.
      memory: bytes by which the peak of resident memory grew.
      result: "AP", "FPR95", "AUROC".
    """

    name: str
    images: int
    seconds: float
    memory: int
    result: dict[str, float]

    @property
    def rate(self) -> float:
        """Million pixels per second, void pixels too."""
        return self.images * HEIGHT * WIDTH / self.seconds / 1e6

    @property
    def memory_per_image(self) -> float:
        """Bytes; all images are of one size."""
        return self.memory / self.images


def image(index: int, seed: int = 0) -> Image:
    """Returns a full-size mask and continuous random scores.

    Discs of anomaly cover about 2 % of the image and a strip of void 10 %; scores are
    uniform in 0..1, those of anomalies the root of it.
    """
    rng = np.random.default_rng([seed, index])
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for _ in range(10):
        center = int(rng.integers(WIDTH)), int(rng.integers(HEIGHT))
        cv2.circle(mask, center, int(rng.integers(10, 60)), labels.ANOMALY, -1)
    mask[-HEIGHT // 10 :] = labels.VOID
    score = rng.random((HEIGHT, WIDTH), np.float32)
    is_anomaly = mask == labels.ANOMALY
    score[is_anomaly] = np.sqrt(score[is_anomaly])
    return mask, score


def measure_exact(num_images: int) -> Measurement:
    """Measures `AnomalyMetrics` until its threads rest; images are made in between."""
    block = [image(index) for index in range(min(BLOCK, num_images))]
    with _PeakMemory() as memory:
        metrics = AnomalyMetrics()
        seconds = 0.0
        for done in range(0, num_images, BLOCK):
            if done:
                block[:] = map(image, range(done, min(done + BLOCK, num_images)))
            start = time.perf_counter()
            for mask, score in block:
                metrics.update(mask, score)
            metrics.wait()
            seconds += time.perf_counter() - start
        start = time.perf_counter()
        result = metrics.result()
        seconds += time.perf_counter() - start
    return Measurement("exact", num_images, seconds, memory.growth, result)


def measure_scikit_learn(num_images: int) -> list[Measurement]:
    """Measures scikit-learn: its three functions, and the one curve that suffices."""
    images = [image(index) for index in range(num_images)]
    return [
        _measure_function("scikit-learn", _three_functions, images),
        _measure_function("scikit-learn, one sort", _one_curve, images),
    ]


def largest_difference(first: Measurement, second: Measurement) -> float:
    """Returns the largest difference of AP, FPR95 or AUROC."""
    return max(abs(first.result[name] - second.result[name]) for name in NAMES)


def run(numbers: Sequence[int], reference_images: int) -> Iterator[str]:
    """Yields lines of speed, memory and agreement.

    Args:
      numbers: of images for the exact metrics, each measured by itself.
      reference_images: of the same images for scikit-learn, which goes last because
        it leaves memory behind.

    Raises:
      ArithmeticError: the exact metrics and scikit-learn differ by more than 1e-12.
    """
    measured = {
        number: measure_exact(number) for number in (*numbers, reference_images)
    }
    references = measure_scikit_learn(reference_images)
    for measurement in (*measured.values(), *references):
        yield _line(measurement)
    for number in numbers:
        for reference in references:
            yield _ratios(measured[number], reference)
    fewest, most = min(measured), max(measured)
    ratio = measured[fewest].rate / measured[most].rate
    yield f"cost per pixel, {most} : {fewest} images: {ratio:.2f} x"
    for reference in references:
        difference = largest_difference(measured[reference_images], reference)
        yield f"largest difference from {reference.name}: {difference:.1e}"
        if not difference <= TOLERANCE:
            raise ArithmeticError("The exact metrics differ from scikit-learn.")


def _line(measurement: Measurement) -> str:
    return (
        f"{measurement.name:>22}, {measurement.images:>4} images: "
        f"{measurement.rate:7.2f} Mpixel/s, "
        f"peak memory + {measurement.memory / 2**20:6.0f} MiB"
    )


def _ratios(exact: Measurement, reference: Measurement) -> str:
    speed = exact.rate / reference.rate
    memory = exact.memory_per_image / max(reference.memory_per_image, 1)
    return (
        f"{exact.images} images, exact : {reference.name}: {speed:.1f} x pixels/s, "
        f"{memory:.4f} x memory per pixel"
    )


def _measure_function(
    name: str,
    function: Callable[[np.ndarray, np.ndarray], dict[str, float]],
    images: Sequence[Image],
) -> Measurement:
    with _PeakMemory() as memory:
        start = time.perf_counter()
        kept = [mask != labels.VOID for mask, _ in images]
        pairs = list(zip(images, kept, strict=True))
        target = np.concatenate([mask[keep] for (mask, _), keep in pairs])
        score = np.concatenate([score[keep] for (_, score), keep in pairs])
        result = function(target, score)
        seconds = time.perf_counter() - start
    return Measurement(name, len(images), seconds, memory.growth, result)


def _three_functions(target: np.ndarray, score: np.ndarray) -> dict[str, float]:
    """What a reader of the documentation would write."""
    fpr, tpr, _ = sklearn.metrics.roc_curve(target, score, drop_intermediate=False)
    return {
        "AP": sklearn.metrics.average_precision_score(target, score),
        "FPR95": fpr[np.searchsorted(tpr, TPR_LEVEL)],
        "AUROC": sklearn.metrics.roc_auc_score(target, score),
    }


def _one_curve(target: np.ndarray, score: np.ndarray) -> dict[str, float]:
    """All three from a single sort, the least that scikit-learn needs."""
    fpr, tpr, _ = sklearn.metrics.roc_curve(target, score, drop_intermediate=False)
    true = tpr[1:] * np.count_nonzero(target)
    flagged = true + fpr[1:] * np.count_nonzero(target == 0)
    return {
        "AP": float(np.sum(np.diff(tpr) * true / flagged)),
        "FPR95": fpr[np.searchsorted(tpr, TPR_LEVEL)],
        "AUROC": sklearn.metrics.auc(fpr, tpr),
    }


class _PeakMemory:
    """Measures by how much the peak of resident memory exceeds that at the start."""

    growth = 0

    def __enter__(self) -> "_PeakMemory":
        with contextlib.suppress(OSError):
            # Linux: makes the peak the present value.
            pathlib.Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
        self._start = self._peak()
        return self

    def __exit__(self, *_) -> None:
        self.growth = self._peak() - self._start

    @staticmethod
    def _peak() -> int:
        with contextlib.suppress(OSError):
            status = pathlib.Path("/proc/self/status").read_text(encoding="utf-8")
            return 1024 * int(status.split("VmHWM:")[1].split()[0])
        return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
