"""Explicit tables: a mapping from name to item, and a lookup with a helpful error."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from fs_tf import errors

Item = TypeVar("Item")


def by_name(items: Iterable[Item]) -> dict[str, Item]:
    """Returns the items keyed by their `name`, in the given order.

    Raises:
      ValueError: two items share a name.
    """
    table: dict[str, Item] = {}
    for item in items:
        if item.name in table:
            raise ValueError(f"Two entries of one table are named '{item.name}'.")
        table[item.name] = item
    return table


def lookup(table: Mapping[str, Item], name: str, kind: str) -> Item:
    """Returns `table[name]`.

    Args:
      table: items by name.
      name: what the user asked for.
      kind: what the table holds, for the error ("method", "preset").

    Raises:
      KeyError: unknown name; the message lists the known ones.
    """
    if name not in table:
        raise errors.UnknownName(f"Unknown {kind} '{name}'. Known: {', '.join(table)}.")
    return table[name]
