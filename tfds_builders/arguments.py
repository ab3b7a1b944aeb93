"""What a dataset takes beside the arguments of TFDS."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from fs_tf import errors


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
          ValueError: it does not; the message lists what it takes.
        """
        for name in given:
            if name not in self.names:
                raise errors.BadValue(
                    f"'{dataset}' takes no argument '{name}'. It takes: "
                    f"{', '.join(self.names)}."
                )

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
    return kwargs
