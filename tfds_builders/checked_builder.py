"""A TFDS builder that is held to what its dataset was made from."""

import contextlib
import hashlib
import os
import pathlib
import shutil
from collections.abc import Iterator, Mapping
from typing import Any

import filelock
import tensorflow_datasets as tfds
from absl import logging

from fs_tf import errors, files, runs
from fs_tf.overlay.sources import images
from tfds_builders import arguments
from tfds_builders.arguments import Arguments

MADE_FROM_FILE = "made_from.json"
# In it, where the sources were; only to be told.
FOLDERS = "folders"
_SALT = b"fishyscapes settings"


def commitment(seed: object) -> str:
    """Returns a slow one-way hash, to recognize a seed without storing it.

    Whoever holds a dataset can test a guessed seed by making one image with it. This
    hash costs about as much per guess, so it gives nothing away.
    """
    digest = hashlib.scrypt(str(seed).encode(), salt=_SALT, n=2**14, r=8, p=1, dklen=32)
    return digest.hex()


class CheckedBuilder(tfds.core.GeneratorBasedBuilder):
    """Compares what it is asked for with what a prepared dataset was made from.

    A prepared dataset loads again without sources. Asked for with settings or sources
    other than those it was made from, it is an error that says what differs, rather
    than a silent mismatch. Sources are known by their content, not by their path.
    """

    def __init__(self, **kwargs):
        """Keeps what the user gave.

        Args:
          **kwargs: of `arguments`, and of the TFDS builder.
        """
        own = {name: kwargs.pop(name) for name in arguments.OWN if name in kwargs}
        super().__init__(**own)
        # TFDS prepares only the newest version; here each published one is wanted.
        self.canonical_version = self.version
        # Checked later: to an error from here TFDS adds all arguments, secrets too.
        self._given = {k: v for k, v in kwargs.items() if v is not None}
        self._is_checked = False
        self._original_state.update({**kwargs, "version": str(self.version)})

    @property
    def arguments(self) -> Arguments:
        """What the dataset takes beside the arguments of TFDS."""
        raise TypeError(f"{type(self).__name__} has no `arguments`.")

    def digest_of_source(self, name: str, folder: pathlib.Path) -> str:
        """Returns the digest of what the dataset reads of a source.

        Raises:
          FileNotFoundError, ValueError: it is not there.
        """
        raise TypeError(f"{type(self).__name__} has no `digest_of_source`.")

    def digest_of_code(self) -> str:
        """Returns the digest of the code that the examples follow from."""
        raise TypeError(f"{type(self).__name__} has no `digest_of_code`.")

    def seeds(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Returns the texts that the given ones of the arguments' seeds mean."""
        del given
        return {}

    def values(self) -> dict[str, Any]:
        """Returns settings, seeds and options, with defaults."""
        return self.arguments.with_defaults(self._given)

    def _create_builder_config(self, builder_config, version):
        """As in TFDS, but an unknown name lists the known ones."""
        if isinstance(builder_config, str):
            name = builder_config.partition(":")[0]
            if name not in self.builder_configs:
                raise errors.BadValue(
                    f"Unknown config '{name}' of '{self.name}'. Known: "
                    f"{', '.join(self.builder_configs) or 'none'}."
                )
        return super()._create_builder_config(builder_config, version=version)

    def _pick_version(self, requested_version):
        """As in TFDS, but an unknown version is the user's error, no assertion."""
        try:
            return super()._pick_version(requested_version)
        except AssertionError as error:
            raise errors.BadValue(str(error)) from None

    def download_and_prepare(self, **kwargs) -> None:
        """As in TFDS, after checking that a prepared dataset is the wanted one.

        Builds of one dataset wait for each other.

        Raises:
          FileExistsError: it was made from something else.
          ValueError: an argument that the dataset does not take.
        """
        self.arguments.check(self._given, self.info.full_name)
        config = kwargs.get("download_config")
        if config is not None and config.download_mode.overwrite_dataset:
            with self._building():
                super().download_and_prepare(**kwargs)
        elif self._is_prepared():
            self._check_made_from()
        else:
            with self._building():
                if self._is_prepared():  # by another process meanwhile
                    self.info.read_from_directory(self.data_dir)
                    self._check_made_from()
                else:
                    super().download_and_prepare(**kwargs)

    def as_dataset(self, *args, **kwargs):
        """As in TFDS, after checking that the dataset is the wanted one."""
        self._check()
        return super().as_dataset(*args, **kwargs)

    def as_data_source(self, *args, **kwargs):
        """As in TFDS, after checking that the dataset is the wanted one."""
        self._check()
        return super().as_data_source(*args, **kwargs)

    def _check(self) -> None:
        self.arguments.check(self._given, self.info.full_name)
        if self._is_prepared():
            self._check_made_from()

    def _is_prepared(self) -> bool:
        """Tells whether there is a dataset.

        Raises:
          FileExistsError: there is something else in its place.
        """
        folder = pathlib.Path(self.data_dir)
        if folder.exists() and not (folder / "dataset_info.json").is_file():
            raise errors.AlreadyThere(
                f"'{folder}' is no whole dataset: delete it, and it is made again."
            )
        return folder.exists()

    @contextlib.contextmanager
    def _building(self) -> Iterator[None]:
        folder = pathlib.Path(self.data_dir)
        lock = files.lock(folder)
        try:
            lock.acquire(blocking=False)
        except filelock.Timeout:
            logging.warning("Waiting for another process that makes '%s'.", folder)
            lock.acquire()
        try:
            # What a killed build left; nobody else builds now.
            for left in folder.parent.glob(f"incomplete.*_{folder.name}"):
                shutil.rmtree(left)
            yield
        finally:
            lock.release()

    def _check_made_from(self) -> None:
        """Compares what the user gave with what the dataset was made from.

        Who names sources asks for all that would be made from them, defaults included;
        who names none, for what is there.
        """
        folder = pathlib.Path(self.data_dir)
        if self._is_checked:
            return
        source_digests = self._given_digests()
        values = {**self.values(), **self._given} if source_digests else self._given
        wanted = self._made_from(values, source_digests)
        if wanted == {"sources": {}}:
            return
        if not (folder / MADE_FROM_FILE).is_file():
            raise errors.AlreadyThere(
                f"'{folder}' was made by an older version of fs_tf, which did not note "
                "from what: delete it, and it is made again."
            )
        stored = runs.read_json(folder / MADE_FROM_FILE)
        if wanted["sources"]:
            wanted["code"] = self.digest_of_code()
            wanted["versions"] = images.versions()
        found = {name: stored.get(name) for name in wanted}
        sources = _mapping(stored.get("sources"))
        found["sources"] = {name: sources.get(name) for name in wanted["sources"]}
        differing = runs.differences(found, wanted)
        if differing:
            then = _mapping(stored.get(FOLDERS))
            differing += [
                f"its {name} came from '{then.get(name)}'"
                for name in wanted["sources"]
                if wanted["sources"][name] != found["sources"][name]
            ]
            raise runs.Stale({folder: differing}, "data_dir")
        self._is_checked = True

    def _given_digests(self) -> dict[str, str]:
        return {
            name: self.digest_of_source(name, self._named_folder(name))
            for name in self.arguments.sources
            if name in self._given
        }

    def _made_from(
        self, values: Mapping[str, Any], source_digests: Mapping[str, str]
    ) -> dict[str, Any]:
        settings = self.arguments.settings
        return {
            **{name: values[name] for name in settings if name in values},
            **{name: commitment(seed) for name, seed in self.seeds(values).items()},
            "sources": dict(source_digests),
        }

    def _named_folder(self, name: str) -> pathlib.Path:
        path = pathlib.Path(os.path.expanduser(self._given[name]))
        if not path.is_dir():
            raise errors.NotFound(
                f"{name}='{path}' is not a folder; pass the folder of the data, or "
                "none for a dataset that is prepared already."
            )
        return path


def _mapping(value: object) -> dict[str, Any]:
    """Returns a JSON object, an empty one for what a damaged file holds instead."""
    return value if isinstance(value, dict) else {}
