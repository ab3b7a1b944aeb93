"""What showing, measuring and exporting anomalies needs of a dataset."""

import re

from fs_tf import errors


def require_masks(name: str) -> None:
    """Refuses what has no anomaly masks, before it is prepared.

    Args:
      name: of the dataset, as TFDS takes it.

    Raises:
      ValueError: it is no configuration of `fishyscapes`.
    """
    if re.split("[/:]", name)[0] != "fishyscapes":
        raise errors.BadValue(
            "This needs a dataset with anomaly masks, --dataset=fishyscapes/CONFIG; "
            f"got '{name}'."
        )
