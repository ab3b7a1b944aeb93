"""Loads a prepared TFDS dataset of street frames by name."""

import contextlib
import dataclasses
import os
import pathlib
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from google.protobuf import json_format

from fs_tf import digests, errors

IMAGE = "image_left"
MASK = "mask"
SEGMENTATION = "segmentation_label"
# What TFDS and its protocol buffers raise for odd names and damaged folders.
_CANNOT_OPEN = (
    errors.UserError,
    *(ValueError, TypeError, KeyError, AssertionError, RuntimeError, ImportError),
    json_format.ParseError,
)
# What TensorFlow raises for damaged, exchanged and missing records.
_CANNOT_READ = (
    tf.errors.DataLossError,
    tf.errors.FailedPreconditionError,
    tf.errors.NotFoundError,
    tf.errors.PermissionDeniedError,
)


@dataclasses.dataclass(frozen=True)
class FrameDataset:
    """One split of a prepared dataset.

    Attributes:
      name: full TFDS name with config and version.
      split: TFDS split.
      size: number of examples.
      digest: of the pixels of all examples, in order.
      target: feature that holds the ground truth, `MASK` (uint8, 0 / 1 / 255) or
        `SEGMENTATION` (uint8 train ids, 255 void).
      examples: dataset of {"image_id": string, "image_left": uint8 [H, W, 3],
        target: uint8 [H, W, 1]} in the order of the files.
      provenance: JSON lines on what was pasted into each image; None where the
        builder left none.
    """

    name: str
    split: str
    size: int
    digest: str
    target: str
    examples: tf.data.Dataset
    provenance: pathlib.Path | None = None

    @property
    def identity(self) -> str:
        """Says what was made from these frames, and not from others."""
        return f"{self.name} {self.split} {self.digest}"

    @property
    def has_anomalies(self) -> bool:
        """Whether the ground truth is an anomaly mask."""
        return self.target == MASK

    def frames(self) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        """Yields (image id, image uint8 [H, W, 3], target uint8 [H, W]).

        Raises:
          ValueError: a file of the prepared dataset is damaged.
        """
        with self.reading():
            for example in self.examples.prefetch(2).as_numpy_iterator():
                image_id = example["image_id"].decode()
                yield image_id, example[IMAGE], example[self.target][..., 0]

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Makes TensorFlow's error about a damaged file a sentence.

        Raises:
          ValueError: a file of the prepared dataset is damaged.
        """
        try:
            yield
        except _CANNOT_READ as error:
            reason = re.sub(r"\{\{.*?\}\} ?", "", error.message.partition(" [[")[0])
            raise errors.BadValue(
                f"The prepared dataset '{self.name}', split '{self.split}', is damaged "
                f"({reason}): delete its folder, and it is prepared again."
            ) from error


def load(
    name: str,
    split: str,
    data_dir: os.PathLike | None = None,
    builder_kwargs: Mapping[str, object] | None = None,
) -> FrameDataset:
    """Returns a split of a dataset that is prepared, preparing it where needed.

    Args:
      name: TFDS name, e.g. "fishyscapes/StaticGenerated" or "cityscapes_frames".
      split: TFDS split, slices included: "validation", "train[:20]".
      data_dir: where TFDS keeps prepared datasets; None is TFDS's default.
      builder_kwargs: sources and settings that the builder takes.

    Raises:
      ValueError: no such dataset or split, or one without images and ground truth.
    """
    builder = _builder(name, data_dir, builder_kwargs or {})
    features = builder.info.features
    targets = [key for key in (MASK, SEGMENTATION) if key in features]
    if IMAGE not in features or len(targets) != 1:
        raise errors.BadValue(
            f"Dataset '{name}' must have '{IMAGE}' and one of '{MASK}' and "
            f"'{SEGMENTATION}'; it has {sorted(features)}."
        )
    _prepare(builder)
    parts = _parts(builder, split)
    read_config = tfds.ReadConfig(interleave_cycle_length=1, try_autocache=False)
    examples = builder.as_dataset(split=split, read_config=read_config)
    return FrameDataset(
        name=builder.info.full_name,
        split=split,
        size=sum(len(part.examples) for part in parts),
        digest=_digest(builder, parts),
        target=targets[0],
        examples=without_autotuning(examples),
        provenance=_provenance(builder, parts),
    )


def without_autotuning(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """Returns a dataset whose iterators end at once.

    Autotuning looks at a pipeline at doubling intervals, and an iterator cannot end
    before its next look: a loop of three minutes would wait for most of another one.

    Args:
      dataset: any; parallel calls that it leaves to TensorFlow use all cores.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


def _builder(
    name: str, data_dir: os.PathLike | None, builder_kwargs: Mapping[str, object]
) -> tfds.core.DatasetBuilder:
    try:
        return tfds.builder(name, data_dir=data_dir, **builder_kwargs)
    except tfds.core.DatasetNotFoundError as error:
        raise errors.BadValue(
            f"No dataset '{name}': `import tfds_builders` registers "
            "'cityscapes_frames' and 'fishyscapes/CONFIG'."
        ) from error
    except _CANNOT_OPEN as error:
        # TFDS puts all arguments before the message, a secret seed among them.
        reason = str(error).rpartition('}": ')[2].partition("\n")[0]
        if isinstance(error, errors.UserError):
            raise type(error)(reason) from None
        raise errors.BadValue(
            f"Dataset '{name}' cannot be opened ({reason}): check its name, as "
            "'fishyscapes/Static:3.0.0', and its folder; delete one that is damaged."
        ) from None


def _prepare(builder: tfds.core.DatasetBuilder) -> None:
    try:
        builder.download_and_prepare()
    except (tf.errors.OpError, RuntimeError) as error:
        # TFDS wraps what TensorFlow says.
        cause = error if isinstance(error, tf.errors.OpError) else error.__cause__
        if not isinstance(cause, tf.errors.OpError):
            raise
        reason = cause.message.partition("\n")[0]
        raise errors.CannotAccess(
            f"'{builder.info.full_name}' cannot be written to '{builder.data_dir}' "
            f"({reason}): make room or mend the folder, and start again."
        ) from error


class _Part(NamedTuple):
    """Some consecutive examples of one split of a builder."""

    split: str
    examples: range


def _parts(builder: tfds.core.DatasetBuilder, split: str) -> list[_Part]:
    """Returns what a TFDS split, slices and sums included, is made of."""
    splits = builder.info.splits
    try:
        parts = [
            _Part(
                part.splitname,
                range(splits[part.splitname].num_examples)[part.from_ : part.to],
            )
            for part in tfds.core.ReadInstruction.from_spec(split).to_absolute(splits)
        ]
    except (AssertionError, KeyError, ValueError) as error:
        raise errors.BadValue(
            f"Dataset '{builder.info.full_name}' has no split '{split}'; it has "
            f"{sorted(splits)}, slices as in 'test[:10]' and sums as in 'test+train'."
        ) from error
    if not any(part.examples for part in parts):
        raise errors.BadValue(
            f"Split '{split}' of '{builder.info.full_name}' is empty."
        )
    return parts


def _provenance(
    builder: tfds.core.DatasetBuilder, parts: list[_Part]
) -> pathlib.Path | None:
    names = {part.split for part in parts}
    paths = [pathlib.Path(builder.data_dir, f"provenance-{n}.jsonl") for n in names]
    return paths[0] if len(paths) == 1 and paths[0].exists() else None


def _digest(builder: tfds.core.DatasetBuilder, parts: list[_Part]) -> str:
    """Returns the digest of the pixels, as the making of the dataset noted them.

    Builders of others note nothing: there their record files count, by samples.
    """
    found = []
    for name, examples in parts:
        path = pathlib.Path(builder.data_dir) / digests.PIXELS_FILE.format(name)
        if path.is_file():
            lines = path.read_bytes().split()
            if len(lines) != builder.info.splits[name].num_examples:
                raise errors.BadValue(
                    f"'{path}' is damaged: it has {len(lines)} lines instead of "
                    f"{builder.info.splits[name].num_examples}; delete the folder of "
                    "the dataset, and it is prepared again."
                )
            found += [lines[index].hex() for index in examples]
        else:
            paths = sorted(map(os.fspath, builder.info.splits[name].filepaths))
            found += [name, repr(examples), *map(digests.of_sample, paths)]
    return digests.of_json(found)
