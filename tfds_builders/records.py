"""One example on its way into a dataset, and what a whole split of them must show."""

import dataclasses
from collections.abc import Iterator

import numpy as np
from absl import logging

from fs_tf import digests, errors
from fs_tf.labels import ANOMALY, IN_DISTRIBUTION, VOID

# Names in one warning.
SHOWN = 5


@dataclasses.dataclass(frozen=True)
class Record:
    """An example.

    Attributes:
      features: as TFDS takes them.
      pixels: digest of image and ground truth by value.
      codes: values of the ground truth.
      anomalous: share of the valid pixels that are anomalous; of masks alone.
    """

    features: dict
    pixels: str
    codes: frozenset[int]
    anomalous: float = 0.0


def record(features: dict, image: np.ndarray, truth: np.ndarray) -> Record:
    """Returns the record of an image and its ground truth.

    Args:
      features: holds both encoded.
      image: uint8 [H, W, 3].
      truth: uint8 [H, W].
    """
    counts = np.bincount(truth.ravel(), minlength=256)
    codes = frozenset(np.flatnonzero(counts).tolist())
    valid = truth.size - counts[VOID]
    anomalous = float(counts[ANOMALY] / valid) if valid else 0.0
    return Record(features, digests.of_pixels(image, truth), codes, anomalous)


@dataclasses.dataclass(frozen=True)
class Split:
    """The examples of one split.

    Attributes:
      records: in order.
      count: how many, where that is known beforehand.
      truth: "mask", "labels" of classes, or "drawn" for masks by hand, which are
        refused rather than warned about if none has an anomaly, or none has anything
        else.
    """

    records: Iterator[Record]
    count: int | None = None
    truth: str = "mask"


def checked(split: Split, where: str) -> Iterator[Record]:
    """Yields the records, then looks at what all of them showed together.

    Args:
      split: the examples.
      where: names dataset and split.

    Raises:
      ValueError: all ground truth is void, or no mask that was drawn by hand has an
        anomaly, or none an in-distribution pixel.
    """
    seen: list[tuple[str, frozenset[int]]] = []
    mostly_anomalous: list[str] = []
    for found in split.records:
        seen.append((found.features["image_id"], found.codes))
        if found.anomalous > 0.5:
            mostly_anomalous.append(found.features["image_id"])
        yield found
    _check_void(seen, where)
    if split.truth != "labels":
        _check_anomalies(seen, where, split.truth == "drawn")
    if split.truth == "drawn":
        _check_in_distribution(seen, mostly_anomalous, where)


def _check_void(seen: list[tuple[str, frozenset[int]]], where: str) -> None:
    void = [name for name, codes in seen if codes == {VOID}]
    if void and len(void) == len(seen):
        raise errors.BadValue(
            f"Every pixel of {where} is void: look at the labels and masks that it is "
            "made from."
        )
    if void:
        logging.warning("%s: %s are void alone.", where, _masks(void))


def _check_anomalies(
    seen: list[tuple[str, frozenset[int]]], where: str, is_drawn: bool
) -> None:
    unsure = [name for name, codes in seen if VOID in codes and ANOMALY not in codes]
    if any(ANOMALY in codes for _, codes in seen):
        if is_drawn and unsure:
            logging.warning(
                "%s: %s have no anomaly (1) but void (255).", where, _masks(unsure)
            )
        return
    hint = "; 255 is void here, so write anomalies as 1" if unsure else ""
    message = f"No mask of {where} has an anomalous pixel, whose value is 1{hint}."
    if is_drawn:
        raise errors.BadValue(message)
    logging.warning("%s", message)


def _check_in_distribution(
    seen: list[tuple[str, frozenset[int]]], mostly_anomalous: list[str], where: str
) -> None:
    if not any(IN_DISTRIBUTION in codes for _, codes in seen):
        raise errors.BadValue(
            f"No mask of {where} has an in-distribution pixel, whose value is 0, so "
            "that nothing can be measured: write as 0 what is no anomaly."
        )
    if mostly_anomalous:
        logging.warning(
            "%s: %s are anomalous (1) in more than half of their valid pixels; are 0 "
            "and 1 reversed there?",
            *(where, _masks(mostly_anomalous)),
        )


def _masks(names: list[str]) -> str:
    return f"{len(names)} masks ({listed(names)})"


def listed(names: list[str]) -> str:
    """Returns the first names, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}"
