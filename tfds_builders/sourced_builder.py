"""A TFDS builder that reads the user's own folders and remembers its settings."""

import hashlib
import json
import os
import pathlib
from typing import Any

import tensorflow_datasets as tfds

from fs_tf import errors

SETTINGS_FILE = "settings.json"
_SALT = b"fishyscapes settings"


def fingerprint(secret: str) -> str:
    """Returns a slow one-way hash, to recognize a seed without storing it.

    Whoever holds a dataset can test a guessed seed by making one image with it. This
    hash costs about as much per guess, so it gives nothing away.
    """
    digest = hashlib.scrypt(secret.encode(), salt=_SALT, n=2**14, r=8, p=1, dklen=16)
    return digest.hex()


class SourcedBuilder(tfds.core.GeneratorBasedBuilder):
    """Base of the builders here.

    A source folder is looked up under the name the user gave as builder argument,
    else in TFDS's manual directory. A prepared dataset loads again without sources;
    if it is then asked for with settings other than those it was prepared with, that
    is an error rather than a silent mismatch.
    """

    def __init__(self, *, sources: dict, settings: dict, secrets: dict, **kwargs):
        """Keeps what the user gave; None means "not given".

        Args:
          sources: folder by name.
          settings: JSON values by name, compared on loading.
          secrets: as settings, but stored as a fingerprint.
          **kwargs: of the TFDS builder.
        """
        self._sources = {k: v for k, v in sources.items() if v is not None}
        self._given = {
            **{k: _plain(v) for k, v in settings.items() if v is not None},
            **{k: fingerprint(str(v)) for k, v in secrets.items() if v is not None},
        }
        super().__init__(**kwargs)
        # TFDS prepares only the newest version; here each published one is wanted.
        self.canonical_version = self.version
        self._original_state.update(
            {**sources, **settings, **secrets, "version": str(self.version)}
        )

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

        Raises:
          ValueError: it was prepared with other settings.
        """
        config = kwargs.get("download_config")
        if config is None or not config.download_mode.overwrite_dataset:
            self._check_settings()
        super().download_and_prepare(**kwargs)

    def as_dataset(self, *args, **kwargs):
        """As in TFDS, after checking that the dataset is the wanted one."""
        self._check_settings()
        return super().as_dataset(*args, **kwargs)

    def _check_settings(self) -> None:
        path = pathlib.Path(self.data_dir) / SETTINGS_FILE
        if not path.is_file():
            return
        stored = json.loads(path.read_text())
        for name, value in self._given.items():
            if stored.get(name, value) != value:
                secret = "seed" in name
                found = "another value" if secret else stored[name]
                wanted = "the given one" if secret else value
                raise errors.BadValue(
                    f"'{self.data_dir}' was prepared with {name}={found}, not "
                    f"{wanted}; choose another data_dir or delete that folder."
                )

    def _write_settings(self, settings: dict[str, Any], secrets: dict[str, str]):
        """Stores beside the examples what they were made with."""
        content = {k: _plain(v) for k, v in settings.items()}
        content |= {name: fingerprint(str(value)) for name, value in secrets.items()}
        path = pathlib.Path(self.data_dir) / SETTINGS_FILE
        path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")

    def _source(self, name: str, dl_manager) -> pathlib.Path:
        """Returns the folder of a source: the user's, else in the manual directory.

        Raises:
          FileNotFoundError: neither is there; it says how to name the folder.
        """
        if name in self._sources:
            path = pathlib.Path(os.fspath(self._sources[name])).expanduser()
            if not path.is_dir():
                raise errors.NotFound(
                    f"{name}='{path}' is not a folder; pass the folder of the data."
                )
            return path
        manual = self._manual_folder(dl_manager, name)
        return manual / name if (manual / name).is_dir() else manual

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


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))
