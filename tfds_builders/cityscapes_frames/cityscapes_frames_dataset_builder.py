"""Cityscapes frames and train ids from the raw layout, at any image size.

    tfds.load("cityscapes_frames", builder_kwargs={"cityscapes": DIR})

Without `cityscapes` the data is looked for in TFDS's manual directory: the folders
`leftImg8bit` and `gtFine`, or the two official zips.
"""

import pathlib
from collections.abc import Iterator

import tensorflow_datasets as tfds

from fs_tf import digests, errors
from fs_tf import labels as label_ids
from fs_tf.overlay.sources import images
from fs_tf.overlay.sources.cityscapes import (
    INSTRUCTION,
    Cityscapes,
    Frame,
    check_image_size,
)
from tfds_builders.arguments import Arguments
from tfds_builders.records import Record, Split, record
from tfds_builders.sourced_builder import READING_CODE, Request, SourcedBuilder

SPLITS = {"train": "train", "validation": "val"}


class Builder(SourcedBuilder):
    """Frames for training and for mIoU; splits `train` and `validation`."""

    VERSION = tfds.core.Version("1.0.0")
    RELEASE_NOTES = {"1.0.0": "First version."}
    MANUAL_DOWNLOAD_INSTRUCTIONS = f"{INSTRUCTION}."

    @property
    def arguments(self) -> Arguments:
        """See the base class.

        cityscapes: folder in the raw layout, or with the official zips.
        image_size: (height, width) to resize to; None keeps the size.
        """
        return Arguments(sources=("cityscapes",), settings={"image_size": None})

    def digest_of_source(self, name: str, folder: pathlib.Path) -> str:
        """See the base class."""
        del name
        return Cityscapes(folder).digest(tuple(SPLITS.values()))

    def digest_of_code(self) -> str:
        """See the base class."""
        return digests.of_code(*READING_CODE, "tfds_builders/cityscapes_frames")

    def splits(self, request: Request) -> dict[str, Split]:
        """See the base class."""
        image_size = request.values["image_size"]
        check_image_size(image_size)
        source = Cityscapes(request.folder("cityscapes")[0])
        frames = {split: source.frames(folder) for split, folder in SPLITS.items()}
        if not any(frames.values()):
            raise errors.NotFound(
                f"'{source.directory}' has no '*_leftImg8bit.png' in "
                f"'leftImg8bit/train' or 'leftImg8bit/val'. {INSTRUCTION}."
            )
        return {
            split: Split(_records(source, found, image_size), len(found), "labels")
            for split, found in frames.items()
            if found
        }

    def _info(self) -> tfds.core.DatasetInfo:
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(
                {
                    "image_id": tfds.features.Text(),
                    "image_left": tfds.features.Image(
                        shape=(None, None, 3), encoding_format="png"
                    ),
                    "segmentation_label": tfds.features.Image(
                        shape=(None, None, 1), encoding_format="png"
                    ),
                }
            ),
            supervised_keys=("image_left", "segmentation_label"),
            homepage="https://www.cityscapes-dataset.com",
            disable_shuffling=True,
        )


def _records(
    source: Cityscapes, frames: list[Frame], image_size: tuple[int, int] | None
) -> Iterator[Record]:
    for frame in frames:
        if image_size is None:  # Then the file can stay as it is.
            encoded, image = source.image_file(frame)
            labels = source.labels(frame)
            source.check_size(frame, image, labels)
        else:
            image, labels = source.image_and_labels(frame, image_size)
            encoded = images.encode_png(image)
        train_ids = label_ids.train_ids(labels)
        features = {
            "image_id": frame.frame_id,
            "image_left": encoded,
            "segmentation_label": images.encode_png(train_ids),
        }
        yield record(features, image, train_ids)
