"""Reading images of label ids, told from those of train ids that lie beside them."""

from collections.abc import Sequence

import numpy as np

from fs_tf import errors, labels
from fs_tf.overlay.sources import images
from fs_tf.overlay.sources.tree import Tree


def read(tree: Tree, name: str, known: Sequence[int]) -> tuple[bytes, np.ndarray]:
    """Reads an image of label ids.

    Args:
      tree: of the labels.
      name: a file `*_labelIds.png` in it.
      known: the ids of the dataset.

    Returns:
      The file, and uint8 [H, W].

    Raises:
      FileNotFoundError: no such file.
      ValueError: a broken file, or another value.
    """
    data, where = _data(tree, name), tree.where(name)
    ids = images.decode_gray(data, where)
    if wrong := labels.unknown(ids, known):
        raise errors.BadValue(
            f"'{where}' holds the label id {wrong[0]}, but ids are {known[0]}.."
            f"{known[-2]} and {known[-1]}; use the original file."
        )
    return data, ids


def check_no_train_ids(ids: np.ndarray, where: str) -> None:
    """Raises ValueError for label ids of Cityscapes that look like train ids.

    Those are 0..18, and 255 for void. Label ids have no 255, but where the license
    plate was drawn, and hardly a frame without a class above 18.
    """
    classes = ids[ids != labels.VOID]
    if 0 < classes.size < ids.size and classes.max() < labels.NUM_CLASSES:
        raise errors.BadValue(
            f"'{where}' looks like train ids (createTrainIdLabelImgs writes "
            "*_labelTrainIds.png): 255, and nothing else above 18; give the original "
            "*_gtFine_labelIds.png."
        )


def _data(tree: Tree, name: str) -> bytes:
    other = name.replace("_labelIds.", "_labelTrainIds.")
    if not tree.has(name) and tree.has(other):
        raise errors.NotFound(
            f"'{tree.where(name)}' is missing, there are only the train ids "
            f"'{other.rpartition('/')[2]}'; put the original *_labelIds.png there."
        )
    return tree.read(name)
