"""One example on its way into a dataset, and what a whole split of them must show."""

import dataclasses
from collections.abc import Iterator

import numpy as np
from absl import logging

from fs_tf import digests, errors
from fs_tf.labels import ANOMALY, VOID

# Names of images in one warning.
SHOWN = 5


@dataclasses.dataclass(frozen=True)
class Record:
    """An example.

    Attributes:
      features: as TFDS takes them.
      pixels: digest of image and ground truth by value.
      codes: values of the ground truth.
    """

    features: dict
    pixels: str
    codes: frozenset[int]


def record(features: dict, image: np.ndarray, truth: np.ndarray) -> Record:
    """Returns the record of an image and its ground truth.

    Args:
      features: holds both encoded.
      image: uint8 [H, W, 3].
      truth: uint8 [H, W].
    """
    codes = np.flatnonzero(np.bincount(truth.ravel(), minlength=256))
    return Record(features, digests.of_pixels(image, truth), frozenset(codes.tolist()))


@dataclasses.dataclass(frozen=True)
class Split:
    """The examples of one split.

    Attributes:
      records: in order.
      count: how many, where that is known beforehand.
      truth: "mask", "labels" of classes, or "drawn" for masks by hand, which are
        refused rather than warned about if none has an anomaly.
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
        anomaly.
    """
    seen: list[tuple[str, frozenset[int]]] = []
    for found in split.records:
        seen.append((found.features["image_id"], found.codes))
        yield found
    _check_void(seen, where)
    if split.truth != "labels":
        _check_anomalies(seen, where, split.truth == "drawn")


def _check_void(seen: list[tuple[str, frozenset[int]]], where: str) -> None:
    void = [name for name, codes in seen if codes == {VOID}]
    if void and len(void) == len(seen):
        raise errors.BadValue(
            f"Every pixel of {where} is void: look at the labels and masks that it is "
            "made from."
        )
    if void:
        logging.warning("%s: %s are void alone.", where, _listed(void))


def _check_anomalies(
    seen: list[tuple[str, frozenset[int]]], where: str, is_drawn: bool
) -> None:
    unsure = [name for name, codes in seen if VOID in codes and ANOMALY not in codes]
    if any(ANOMALY in codes for _, codes in seen):
        if is_drawn and unsure:
            logging.warning(
                "%s: %s have no anomaly (1) but void (255).", where, _listed(unsure)
            )
        return
    hint = "; 255 is void here, so write anomalies as 1" if unsure else ""
    message = f"No mask of {where} has an anomalous pixel, whose value is 1{hint}."
    if is_drawn:
        raise errors.BadValue(message)
    logging.warning("%s", message)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{len(names)} masks ({', '.join(names[:SHOWN])}{more})"
