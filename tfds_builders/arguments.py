"""What a dataset takes beside the arguments of TFDS."""

import dataclasses
import json
import os
from collections.abc import Mapping
from typing import Any

from fs_tf import errors

# The arguments of TFDS's own builders, and of `tfds.builder`.
OWN = ("data_dir", "config", "version", "file_format")
NAMED_ELSEWHERE = ("name", *OWN)


@dataclasses.dataclass(frozen=True)
class Arguments:
    """The arguments of one dataset; None always means "not given".

    Attributes:
      sources: names of the folders that it is made from.
      settings: what the data follow from, with defaults; JSON values.
      seeds: settings that nobody shall learn from the dataset, with defaults.
      options: what changes how the data are made, but not the data; with defaults.
    """

    sources: tuple[str, ...]
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    seeds: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.sources, *self.settings, *self.seeds, *self.options)

    def check(self, given: Mapping[str, Any], dataset: str) -> None:
        """Checks that a dataset takes what it was given.

        Raises:
          ValueError: an argument that it does not take, the message lists those that
            it does; or a source that is no path, a seed or switch of another type.
        """
        for name in given:
            if name not in self.names:
                raise errors.BadValue(
                    f"'{dataset}' takes no argument '{name}'. It takes: "
                    f"{', '.join(self.names)}."
                )
        for name in self.sources:
            value = given.get(name, "-")
            if not isinstance(value, str | os.PathLike) or not os.fspath(value):
                raise errors.BadValue(
                    f"`{name}` must be the path of a folder; got {value!r}."
                )
        for name, default in self.options.items():
            value = given.get(name, default)
            if isinstance(default, bool) and not isinstance(value, bool):
                raise errors.BadValue(f"`{name}` must be true or false; got {value!r}.")

    def with_defaults(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the values of all but the sources."""
        defaults = {**self.settings, **self.seeds, **self.options}
        return defaults | {
            name: value
            for name, value in given.items()
            if name in defaults and value is not None
        }


def parse_builder_kwargs(text: str) -> dict[str, Any]:
    """Reads the arguments of a dataset from a flag; the dataset checks their names.

    Args:
      text: a JSON object, '{"cityscapes": "DIR", "seed": 1}'.

    Raises:
      ValueError: no JSON object.
    """
    try:
        kwargs = json.loads(text)
    except json.JSONDecodeError as error:
        raise errors.BadValue(f"builder_kwargs is no JSON ({error}): {text}") from None
    if not isinstance(kwargs, dict):
        raise errors.BadValue(f"builder_kwargs must be a JSON object; got {text}.")
    for name in NAMED_ELSEWHERE:
        if name in kwargs:
            raise errors.BadValue(
                f"builder_kwargs must not hold '{name}': the dataset's name and the "
                "flag --data_dir say it."
            )
    return kwargs
