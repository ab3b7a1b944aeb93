"""Builder arguments from a flag."""

import inspect
import json
from typing import Any

from fs_tf import errors
from fs_tf.tables import lookup
from tfds_builders.cityscapes_frames import cityscapes_frames_dataset_builder
from tfds_builders.fishyscapes import fishyscapes_dataset_builder

BUILDERS = (
    cityscapes_frames_dataset_builder.Builder,
    fishyscapes_dataset_builder.Builder,
)


def parse_builder_kwargs(text: str) -> dict[str, Any]:
    """Reads sources and settings of a dataset.

    Args:
      text: a JSON object, '{"cityscapes": "DIR", "seed": 1}'.

    Raises:
      ValueError: no JSON object.
      KeyError: an argument that no builder here has.
    """
    try:
        kwargs = json.loads(text)
    except json.JSONDecodeError as error:
        raise errors.BadValue(f"builder_kwargs is no JSON ({error}): {text}") from None
    if not isinstance(kwargs, dict):
        raise errors.BadValue(f"builder_kwargs must be a JSON object; got {text}.")
    known = {
        name: parameter
        for builder in BUILDERS
        for name, parameter in inspect.signature(builder.__init__).parameters.items()
        if parameter.kind == inspect.Parameter.KEYWORD_ONLY
    }
    for name in kwargs:
        lookup(known, name, "builder argument")
    return kwargs
