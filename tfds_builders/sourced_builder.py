"""A TFDS builder that reads the user's own folders."""

import dataclasses
import os
import pathlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import tensorflow_datasets as tfds

from fs_tf import digests, errors, files
from fs_tf.overlay.sources import images
from tfds_builders import records
from tfds_builders.checked_builder import FOLDERS, MADE_FROM_FILE, CheckedBuilder

# What the reading of frames and labels follows from, relative to fs_tf.
READING_CODE = (
    "labels.py",
    *(
        f"overlay/sources/{name}.py"
        for name in ("cityscapes", "images", "jpeg", "label_ids", "png", "storage")
    ),
    "overlay/sources/tree.py",
)


@dataclasses.dataclass(frozen=True)
class Request:
    """What a dataset is asked to be made from.

    Attributes:
      values: settings, seeds and options, with defaults.
      folder: returns the folder of a source, and whether the user named it.
      version: of the dataset.
      output: gets the dataset; files beside the records go there.
      unfinished: keeps what is worth keeping when the making is interrupted.
      download: puts a file that was published under a URL into a folder.
    """

    values: Mapping[str, Any]
    folder: Callable[[str], tuple[pathlib.Path, bool]]
    version: str
    output: pathlib.Path
    unfinished: pathlib.Path
    download: Callable[[str, pathlib.Path], None]


class SourcedBuilder(CheckedBuilder):
    """Base of the builders here.

    A source folder is looked up under the name the user gave as builder argument,
    else in TFDS's manual directory.
    """

    def splits(self, request: Request) -> dict[str, records.Split]:
        """Returns the examples of every split.

        Raises:
          FileNotFoundError, ValueError: what is wrong with the sources.
        """
        raise TypeError(f"{type(self).__name__} has no `splits`.")

    @property
    def unfinished(self) -> pathlib.Path:
        """Where finished parts wait for the rest, outside of the dataset."""
        config = [self.builder_config.name] if self.builder_config else []
        name = "-".join([*config, str(self.version)]) + ".unfinished"
        return pathlib.Path(self.data_dir_root) / self.name / name

    def _split_generators(self, dl_manager) -> dict[str, Iterator]:
        request = self._request(dl_manager)
        splits = self.splits(request)
        source_digests = {
            name: self.digest_of_source(name, request.folder(name)[0])
            for name in self.arguments.sources
        }
        made_from = self._made_from(request.values, source_digests)
        made_from["code"] = self.digest_of_code()
        made_from["versions"] = images.versions()
        made_from[FOLDERS] = {
            name: os.fspath(request.folder(name)[0]) for name in self.arguments.sources
        }
        files.write_json(request.output / MADE_FROM_FILE, made_from, sort_keys=True)
        for name, split in splits.items():
            if split.count is not None:
                self._expect(name, split.count)
        return {
            name: self._generate_examples(name, split, request.output)
            for name, split in splits.items()
        }

    def _generate_examples(
        self, name: str, split: records.Split, output: pathlib.Path
    ) -> Iterator:
        """Yields the examples, and notes the digests of their pixels."""
        pixels = []
        where = f"'{self.info.full_name}', split '{name}',"
        for index, record in enumerate(records.checked(split, where)):
            pixels.append(record.pixels)
            yield index, record.features
        path = output / digests.PIXELS_FILE.format(name)
        files.write_text(path, "".join(f"{line}\n" for line in pixels))

    def _request(self, dl_manager) -> Request:
        return Request(
            values=self.values(),
            folder=lambda name: self._source(name, dl_manager),
            version=str(self.version),
            output=pathlib.Path(self.data_dir),
            unfinished=self.unfinished,
            download=lambda url, folder: _download(dl_manager, url, folder),
        )

    def _source(self, name: str, dl_manager) -> tuple[pathlib.Path, bool]:
        """Returns the folder of a source: the user's, else in the manual directory.

        Raises:
          FileNotFoundError: neither is there; it says how to name the folder.
        """
        if name in self._given:
            return self._named_folder(name), True
        manual = self._manual_folder(dl_manager, name)
        return manual / name if (manual / name).is_dir() else manual, False

    def _manual_folder(self, dl_manager, name: str) -> pathlib.Path:
        try:
            return pathlib.Path(os.fspath(dl_manager.manual_dir))
        except AssertionError:  # How TFDS says that it is missing or empty.
            manual = pathlib.Path(os.fspath(dl_manager._manual_dir))
            raise errors.NotFound(
                f"'{self.info.full_name}' needs the data of '{name}', but the manual "
                f"directory '{manual}' is missing or empty; put the data there, or "
                f"pass builder_kwargs={{'{name}': FOLDER}}."
            ) from None

    def _expect(self, split: str, count: int) -> None:
        """Tells TFDS's progress bar how many examples will come."""
        if split not in self.info.splits:  # An overwritten dataset knows already.
            self.info.splits[split] = tfds.core.SplitInfo(
                name=split, shard_lengths=[count], num_bytes=0
            )


def _download(dl_manager, url: str, folder: pathlib.Path) -> None:
    path = pathlib.Path(dl_manager.download(url))
    folder.mkdir(parents=True, exist_ok=True)
    shutil.move(path, folder / url.rpartition("/")[2])
