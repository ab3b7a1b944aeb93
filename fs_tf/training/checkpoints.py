"""Checkpoints of a training run."""

import contextlib
import os
import pathlib
from collections.abc import Iterator

import tensorflow as tf

from fs_tf import errors

KEPT = 2
_PREFIX = "ckpt"


class Checkpoints:
    """The last `KEPT` checkpoints in a folder.

    Args:
      checkpoint: of what they hold.
      folder: made where needed.

    Raises:
      OSError: the folder cannot be written.
    """

    def __init__(self, checkpoint: tf.train.Checkpoint, folder: os.PathLike):
        self._folder = pathlib.Path(folder)
        self._checkpoint = checkpoint
        with writing(self._folder):
            self._manager = self._managed()

    @property
    def newest(self) -> pathlib.Path | None:
        """The prefix of the newest one; its files tell, whatever the index file says.

        TensorFlow keeps an index of them, and without it would start anew.
        """
        names = [path.stem for path in self._folder.glob(f"{_PREFIX}-*.index")]
        steps = [int(name.partition("-")[2]) for name in names]
        return self._folder / f"{_PREFIX}-{max(steps)}" if steps else None

    def save(self, step: int) -> None:
        """Writes one more.

        Raises:
          OSError: it cannot be written.
        """
        with writing(self._folder):
            self._manager.save(step)

    def restore(self, path: pathlib.Path) -> None:
        """Sets everything from the checkpoint of that prefix.

        Raises:
          ValueError: it is damaged.
        """
        try:
            self._checkpoint.restore(str(path)).assert_consumed()
        # TensorFlow raises an IndexError where a file is too short.
        except (tf.errors.OpError, AssertionError, IndexError) as error:
            raise errors.BadValue(
                f"'{path}' is damaged: delete '{path.name}.*', and training goes on "
                "from the checkpoint before it, or starts anew if there is none."
            ) from error

    def _managed(self) -> tf.train.CheckpointManager:
        def manager():
            return tf.train.CheckpointManager(
                self._checkpoint, str(self._folder), KEPT, checkpoint_name=_PREFIX
            )

        try:
            return manager()
        except ValueError:  # an index file without content, which nothing needs
            (self._folder / "checkpoint").unlink()
            return manager()


@contextlib.contextmanager
def writing(folder: pathlib.Path) -> Iterator[None]:
    """Makes TensorFlow's errors about files an `OSError` of one sentence."""
    try:
        yield
    except tf.errors.OpError as error:
        reason = error.message.partition("\n")[0].partition(" [Op:")[0]
        raise errors.CannotAccess(
            f"Training cannot write to '{folder}' ({reason}): make room or mend it, "
            "and start again; it continues."
        ) from error
