"""Checkpoints of a training run."""

import contextlib
import os
import pathlib
import re
import shutil
from collections.abc import Iterator

import tensorflow as tf

from fs_tf import errors, plain_paths

KEPT = 2
# The index is written last; `ckpt-8_temp` is what a killed writer leaves.
_NAME = re.compile(r"ckpt-(\d+)(\.index|\.data-.*|_temp)")


class Checkpoints:
    """The last `KEPT` checkpoints in a folder, known by their files alone.

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
            self._folder.mkdir(parents=True, exist_ok=True)

    @property
    def newest(self) -> pathlib.Path | None:
        """The prefix of the newest one."""
        steps = self._steps()
        return self._folder / f"ckpt-{steps[-1]}" if steps else None

    def save(self, step: int) -> None:
        """Writes one more, and removes those before the last `KEPT`.

        Raises:
          OSError: it cannot be written.
        """
        with writing(self._folder):
            self._checkpoint.save_counter.assign_add(1)
            self._checkpoint.write(self._plain(f"ckpt-{step}"))
            kept = self._steps()[-KEPT:]
            for number, path in self._files():
                if number in kept:
                    continue
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def restore(self, path: pathlib.Path) -> None:
        """Sets everything from the checkpoint of that prefix.

        Raises:
          ValueError: it is damaged.
        """
        try:
            self._checkpoint.restore(self._plain(path.name)).assert_consumed()
        # TensorFlow raises an IndexError where a file is too short.
        except (tf.errors.OpError, AssertionError, IndexError) as error:
            raise errors.BadValue(
                f"'{path}' is damaged: delete '{path.name}.*', and training goes on "
                "from the checkpoint before it, or starts anew if there is none."
            ) from error

    def _plain(self, name: str) -> str:
        return os.path.join(plain_paths.plain_folder(self._folder), name)

    def _steps(self) -> list[int]:
        whole = [step for step, path in self._files() if path.suffix == ".index"]
        return sorted(whole)

    def _files(self) -> list[tuple[int, pathlib.Path]]:
        found = [(_NAME.fullmatch(p.name), p) for p in self._folder.iterdir()]
        return [(int(match[1]), path) for match, path in found if match]


@contextlib.contextmanager
def writing(folder: pathlib.Path) -> Iterator[None]:
    """Makes TensorFlow's and the system's errors about files one sentence.

    Raises:
      OSError: something in `folder` cannot be written.
    """
    try:
        yield
    except (tf.errors.OpError, OSError) as error:
        message = getattr(error, "message", None) or getattr(error, "strerror", None)
        reason = str(message).partition("\n")[0].partition(" [Op:")[0]
        raise errors.CannotAccess(
            f"Training cannot write to '{folder}' ({reason}): make room or mend it, "
            "and start again; it continues."
        ) from error
