"""The Fishyscapes datasets: street images with anomalous objects and their masks.

    tfds.load("fishyscapes/Static:3.0.0")
    tfds.load("fishyscapes/StaticGenerated",
              builder_kwargs={"cityscapes": DIR, "voc": DIR, "num_test": 100})

Features as in the official builder: `image_id`, `basedata_id`, `image_left`, and
`mask` with 0 in-distribution, 1 anomaly, 255 void.
"""

import pathlib
import shutil
from collections.abc import Mapping
from typing import Any

import tensorflow_datasets as tfds

from tfds_builders.arguments import Arguments
from tfds_builders.fishyscapes.configs import CONFIGS
from tfds_builders.records import Split
from tfds_builders.sourced_builder import Request, SourcedBuilder


class Builder(SourcedBuilder):
    """All configs of Fishyscapes; each says in its own file what it takes.

    - published.py: `fishyscapes`, `cityscapes` or `lost_and_found`, `verify_hashes`,
      `allow_downloads`.
    - generated.py: `cityscapes`, `voc` or `cutouts`, `num_validation`, `num_test`,
      `image_size`, `max_frame_uses`, `control_probability`, `seed`, `secret_seed`,
      `processes`.
    - annotated.py: `lost_and_found`, `masks`, `verify_hashes`, `allow_downloads`.
    """

    BUILDER_CONFIGS = list(CONFIGS)
    MANUAL_DOWNLOAD_INSTRUCTIONS = (
        "Put the files that the config needs into the manual directory: "
        "fishyscapes_lostandfound.zip, fs_val_v1.zip to fs_val_v3.zip, Lost & Found's "
        "leftImg8bit.zip and gtCoarse.zip, Cityscapes' leftImg8bit_trainvaltest.zip "
        "and gtFine_trainvaltest.zip, VOCdevkit, or folders of web cutouts named "
        "after their recipe; zips or unpacked. Folders elsewhere can be passed in "
        "builder_kwargs."
    )

    @property
    def arguments(self) -> Arguments:
        """See the base class; those of the config."""
        return self.builder_config.arguments

    def digest_of_source(self, name: str, folder: pathlib.Path) -> str:
        """See the base class."""
        return self.builder_config.digest_of_source(
            name, folder, str(self.version), self.values()
        )

    def digest_of_code(self) -> str:
        """See the base class."""
        return self.builder_config.digest_of_code()

    def seeds(self, given: Mapping[str, Any]) -> dict[str, str]:
        """See the base class."""
        return self.builder_config.seeds(given)

    def splits(self, request: Request) -> dict[str, Split]:
        """See the base class."""
        return self.builder_config.splits(request)

    def _info(self) -> tfds.core.DatasetInfo:
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(
                {
                    "image_id": tfds.features.Text(),
                    "basedata_id": tfds.features.Text(),
                    "image_left": tfds.features.Image(
                        shape=(None, None, 3), encoding_format="png"
                    ),
                    "mask": tfds.features.Image(
                        shape=(None, None, 1), encoding_format="png"
                    ),
                }
            ),
            supervised_keys=("image_left", "mask"),
            homepage="https://fishyscapes.com",
            disable_shuffling=True,
        )

    def _post_download_and_prepare_hook(self) -> None:
        shutil.rmtree(self.unfinished, ignore_errors=True)
