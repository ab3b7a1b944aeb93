"""Cityscapes frames and train ids from the raw layout, at any image size.

    tfds.load("cityscapes_frames", builder_kwargs={"cityscapes": DIR})

Without `cityscapes` the data is looked for in TFDS's manual directory: the folders
`leftImg8bit` and `gtFine`, or the two official zips.
"""

from collections.abc import Iterator

import tensorflow_datasets as tfds

from fs_tf import errors
from fs_tf import labels as label_ids
from fs_tf.overlay.sources import images
from fs_tf.overlay.sources.cityscapes import (
    INSTRUCTION,
    Cityscapes,
    Frame,
    check_image_size,
)
from tfds_builders.sourced_builder import SourcedBuilder

SPLITS = {"train": "train", "validation": "val"}


class Builder(SourcedBuilder):
    """Frames for training and for mIoU; splits `train` and `validation`."""

    VERSION = tfds.core.Version("1.0.0")
    RELEASE_NOTES = {"1.0.0": "First version."}
    MANUAL_DOWNLOAD_INSTRUCTIONS = f"{INSTRUCTION}."

    def __init__(self, *, cityscapes=None, image_size=None, **kwargs):
        """Names the source.

        Args:
          cityscapes: folder in the raw layout, or with the official zips.
          image_size: (height, width) to resize to; None keeps the size.
          **kwargs: of the TFDS builder.
        """
        self._image_size = image_size
        super().__init__(
            sources={"cityscapes": cityscapes},
            settings={"image_size": image_size},
            secrets={},
            **kwargs,
        )

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

    def _split_generators(self, dl_manager) -> dict[str, Iterator]:
        check_image_size(self._image_size)
        source = Cityscapes(self._source("cityscapes", dl_manager))
        frames = {split: source.frames(folder) for split, folder in SPLITS.items()}
        if not any(frames.values()):
            raise errors.NotFound(
                f"'{source.directory}' has no '*_leftImg8bit.png' in "
                f"'leftImg8bit/train' or 'leftImg8bit/val'. {INSTRUCTION}."
            )
        self._write_settings({"image_size": self._image_size}, {})
        splits = {}
        for split, found in frames.items():
            if found:
                self._expect(split, len(found))
                splits[split] = self._generate_examples(source, found)
        return splits

    def _generate_examples(self, source: Cityscapes, frames: list[Frame]) -> Iterator:
        for index, frame in enumerate(frames):
            if self._image_size is None:  # Then the file can stay as it is.
                encoded, image = source.image_file(frame)
                labels = source.labels(frame)
                source.check_size(frame, image, labels)
            else:
                image, labels = source.image_and_labels(frame, self._image_size)
                encoded = images.encode_png(image)
            train_ids = label_ids.train_ids(labels)
            yield (
                index,
                {
                    "image_id": frame.frame_id,
                    "image_left": encoded,
                    "segmentation_label": images.encode_png(train_ids),
                },
            )
