"""How every binary starts and how it fails: one sentence, non-zero exit."""

import codecs
import errno
import io
import logging
import os
import select
import signal
import sys
from collections.abc import Callable, Sequence

from absl import app, flags
from absl import logging as absl_logging

from fs_tf import errors

# What a terminal that lacks a sign of our tables shows for it, as wide as the sign.
PLAIN_SIGNS = {"↑": "^", "↓": "v", "✓": "y", "✗": "n", "–": "-", "…": "."}
# What the system says without naming a file.
UNNAMED = (*errors.DISK, errno.EMFILE, errno.ENFILE, errno.ENOMEM)
# As shells have it for what ended by a signal: of the keyboard, and of a closed pipe.
INTERRUPTED = 128 + signal.SIGINT
PIPE_CLOSED = 128 + signal.SIGPIPE

_DEBUG = flags.DEFINE_bool("debug", False, "Print the traceback of errors.")


class _PathParser(flags.ArgumentParser):
    """Reads a path as a shell does: `~` is the home folder."""

    syntactic_help = "a path"

    def parse(self, argument: str) -> str:
        """Returns the path with `~` and `~user` expanded.

        Raises:
          ValueError: it is empty, as of a variable that is not set; no such user; or
            no text that TensorFlow can take.
        """
        if not argument:
            raise ValueError("a path must not be empty; the folder itself is '.'")
        path = os.path.expanduser(argument)
        if path.startswith("~"):
            name = path.partition(os.sep)[0]
            raise ValueError(f"no home folder of '{name}'; a folder so named is ./~...")
        _check_text(os.path.abspath(path))
        return path

    def flag_type(self) -> str:
        """Returns what the help calls it."""
        return "path"


# Parser of flags that hold a file or folder: `flags.DEFINE(cli.PATH, "output", ...)`.
PATH = _PathParser()


def run(main: Callable[[Sequence[str]], None]) -> None:
    """Runs an absl `main`; a user's error prints one sentence and exits with 1.

    What is not the user's to mend prints its traceback and asks for a report.
    Interrupted by the keyboard, or where nobody reads the output any more, it exits as
    shells expect of it.
    """

    # Ours say where a long run is; TensorFlow's are about its own insides.
    logging.getLogger("fs_tf").setLevel(logging.INFO)
    logging.getLogger("tensorflow").setLevel(logging.WARNING)
    absl_logging.set_verbosity(absl_logging.WARNING)
    codecs.register_error("fs_tf.plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="fs_tf.plain")

    def guarded(argv: Sequence[str]) -> None:
        if len(argv) > 1:
            sys.exit(f"Error: unknown argument '{argv[1]}'; flags are --name=value.")
        try:
            main(argv)
            if sys.stdout:
                sys.stdout.flush()
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except Exception as error:
            is_written = [_finish(stream) for stream in (sys.stdout, sys.stderr)]
            if isinstance(error, BrokenPipeError) and not all(is_written):
                sys.exit(PIPE_CLOSED)
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
    if isinstance(error, (errors.UserError, MemoryError)):
        return True
    if not isinstance(error, OSError) or error.errno is None:
        return False
    return error.filename is not None or error.errno in UNNAMED


def sentence(error: Exception) -> str:
    """Returns what to tell the user; the system's own errors say what to do, too."""
    if isinstance(error, MemoryError):
        reason = f" ({error})" if str(error) else ""
        return f"The memory does not suffice{reason}; free some, or take a smaller job."
    if isinstance(error, OSError) and error.errno is not None:
        where = f"'{os.fspath(error.filename)}': " if error.filename else ""
        if isinstance(error, errors.UserError):
            return f"{where}{error.strerror}."
        advice = "give another path or mend it" if where else "mend that"
        if error.errno in errors.FULL:
            advice = "make room"
        return f"{where}{error.strerror}; {advice}, and start again."
    return str(error)


def _check_text(path: str) -> None:
    """Refuses names that are no UTF-8, which TensorFlow cannot take."""
    try:
        path.encode()
    except UnicodeEncodeError:
        advice = "set LC_ALL=C.UTF-8, since the locale knows no such letters"
        try:
            os.fsencode(path).decode()
        except UnicodeDecodeError:
            advice = "rename the folder or file"
        raise ValueError(f"'{path}' is not read as UTF-8: {advice}") from None


def _finish(stream: object) -> bool:
    """Writes what waits in a stream, or drops it; returns whether somebody reads it.

    Python would try once more at its end, and print that it failed.
    """
    if not isinstance(stream, io.TextIOWrapper):
        return True
    try:
        stream.flush()
    except OSError:
        is_open = False
    else:
        poll = select.poll()
        poll.register(stream, 0)  # an error is reported unasked
        is_open = not any(event & select.POLLERR for _, event in poll.poll(0))
    if not is_open:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return is_open


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    """Writes a sign that the encoding of a terminal lacks as a plain one.

    Bytes of file names that are no text are written as they are.
    """
    assert isinstance(error, UnicodeEncodeError), "only writing is reconfigured"
    sign, end = error.object[error.start], error.start + 1
    if "\udc80" <= sign <= "\udcff":
        return os.fsencode(sign), end
    escaped = sign.encode("ascii", "backslashreplace").decode()
    return PLAIN_SIGNS.get(sign, escaped), end
