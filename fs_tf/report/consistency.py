"""Whether results can stand in one table: same images, same versions."""

import logging
from collections.abc import Sequence

from fs_tf import errors, results

_LOGGER = logging.getLogger(__name__)


def require_same_images(
    found: Sequence[results.Result], sources: Sequence[str]
) -> None:
    """Refuses to rank submissions that saw other images of a generated dataset.

    Args:
      found: results on any datasets.
      sources: what to call each in an error.

    Raises:
      ValueError: two are of other images under one name of a dataset, or one does not
        say of which.
    """
    seen: dict[tuple, tuple[str, str]] = {}
    for result, source in zip(found, sources, strict=True):
        digest = result.provenance.get("dataset_sha256")
        if digest is None:
            raise errors.BadValue(
                f"{source} does not say of which images it is (no `dataset_sha256` in "
                "its `provenance`): evaluate it again."
            )
        key = (result.dataset, result.split)
        known, first = seen.setdefault(key, (digest, source))
        if known != digest:
            raise errors.BadValue(
                f"{first} and {source} are of '{result.dataset}', split "
                f"'{result.split}', but of other images; evaluate both on the same "
                "prepared dataset."
            )


def warn_of_versions(found: Sequence[results.Result]) -> None:
    """Tells when results were measured by code or libraries that differ."""
    for key in ("code_sha256", "tensorflow"):
        values = {r.provenance[key][:8] for r in found if key in r.provenance}
        if len(values) > 1:
            _LOGGER.warning(
                "The results differ in `%s` (%s): they were measured by several "
                "versions; evaluate anew what is to be compared.",
                *(key, ", ".join(sorted(values))),
            )
