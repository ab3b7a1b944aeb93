"""What every config of the Fishyscapes builder knows about itself."""

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

import tensorflow_datasets as tfds

from tfds_builders.arguments import Arguments
from tfds_builders.records import Split
from tfds_builders.sourced_builder import Request


@dataclasses.dataclass
class Config(tfds.core.BuilderConfig):
    """One dataset: what it takes, and how its examples come about."""

    @property
    def arguments(self) -> Arguments:
        """What the dataset takes beside the arguments of TFDS."""
        raise TypeError(f"{type(self).__name__} has no `arguments`.")

    def digest_of_source(
        self, name: str, folder: pathlib.Path, version: str, values: Mapping[str, Any]
    ) -> str:
        """Returns the digest of what the dataset reads of a source."""
        raise TypeError(f"{type(self).__name__} has no `digest_of_source`.")

    def digest_of_code(self) -> str:
        """Returns the digest of the code that the examples follow from."""
        raise TypeError(f"{type(self).__name__} has no `digest_of_code`.")

    def seeds(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Returns the texts that the given ones of the arguments' seeds mean."""
        del given
        return {}

    def splits(self, request: Request) -> dict[str, Split]:
        """Returns the examples of every split; see `SourcedBuilder.splits`."""
        raise TypeError(f"{type(self).__name__} has no `splits`.")
