"""How every binary starts and how it fails: one sentence, non-zero exit."""

import codecs
import errno
import io
import logging
import os
import sys
from collections.abc import Callable, Sequence

from absl import app, flags
from absl import logging as absl_logging

from fs_tf import errors

# What a terminal that lacks a sign of our tables shows for it.
PLAIN_SIGNS = {"↑": "^", "↓": "v", "✓": "+", "✗": "-", "–": "-", "≥": ">="}

_DEBUG = flags.DEFINE_bool("debug", False, "Print the traceback of errors.")


class _PathParser(flags.ArgumentParser):
    """Reads a path as a shell does: `~` is the home folder."""

    syntactic_help = "a path"

    def parse(self, argument: str) -> str:
        """Returns the path with `~` and `~user` expanded."""
        return os.path.expanduser(argument)


# Parser of flags that hold a file or folder: `flags.DEFINE(cli.PATH, "output", ...)`.
PATH = _PathParser()


def run(main: Callable[[Sequence[str]], None]) -> None:
    """Runs an absl `main`; a user's error prints one sentence and exits with 1.

    What is not the user's to mend prints its traceback and asks for a report.
    Interrupted by the keyboard, it exits with 130, as shells expect.
    """

    # Ours say where a long run is; TensorFlow's are about its own insides.
    logging.getLogger("fs_tf").setLevel(logging.INFO)
    logging.getLogger("tensorflow").setLevel(logging.WARNING)
    absl_logging.set_verbosity(absl_logging.WARNING)
    codecs.register_error("plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="plain")

    def guarded(argv: Sequence[str]) -> None:
        if len(argv) > 1:
            sys.exit(f"Error: unknown argument '{argv[1]}'; flags are --name=value.")
        try:
            main(argv)
        except KeyboardInterrupt:
            sys.exit(130)
        except Exception as error:
            if _DEBUG.value:
                raise
            if is_users(error):
                sys.exit(f"Error: {sentence(error)}")
            print(
                "This is a fault of fs_tf, not of yours: please report it with the "
                "traceback below.",
                file=sys.stderr,
            )
            raise

    app.run(guarded)


def is_users(error: Exception) -> bool:
    """Tells whether the user can mend it: our own errors, and the system's on files."""
    if isinstance(error, errors.UserError):
        return True
    return isinstance(error, OSError) and error.errno is not None


def sentence(error: Exception) -> str:
    """Returns what to tell the user; the system's own errors say what to do, too."""
    if isinstance(error, OSError) and error.errno is not None:
        where = f"'{error.filename}': " if error.filename else ""
        if isinstance(error, errors.UserError):
            return f"{where}{error.strerror}."
        advice = "give another path or mend it"
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            advice = "make room, and start again"
        return f"{where}{error.strerror}; {advice}."
    return str(error)


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Writes signs that the encoding of a terminal lacks as plain ones."""
    assert isinstance(error, UnicodeEncodeError), "only writing is reconfigured"
    text = error.object[error.start : error.end]
    return "".join(PLAIN_SIGNS.get(sign, "?") for sign in text), error.end
