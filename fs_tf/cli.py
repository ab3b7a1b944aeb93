"""How every binary starts and how it fails: one sentence, non-zero exit."""

import logging
import sys
from collections.abc import Callable, Sequence

from absl import app, flags
from absl import logging as absl_logging

USER_ERRORS = (ValueError, KeyError, OSError)

_DEBUG = flags.DEFINE_bool("debug", False, "Print the traceback of errors.")


def run(main: Callable[[Sequence[str]], None]) -> None:
    """Runs an absl `main`; a user's error prints one sentence and exits with 1.

    Interrupted by the keyboard, it exits with 130, as shells expect.
    """

    # Ours say where a long run is; TensorFlow's are about its own insides.
    logging.getLogger("fs_tf").setLevel(logging.INFO)
    logging.getLogger("tensorflow").setLevel(logging.WARNING)
    absl_logging.set_verbosity(absl_logging.WARNING)

    def guarded(argv: Sequence[str]) -> None:
        if len(argv) > 1:
            sys.exit(f"Error: unknown argument '{argv[1]}'; flags are --name=value.")
        try:
            main(argv)
        except USER_ERRORS as error:
            if _DEBUG.value:
                raise
            sys.exit(f"Error: {sentence(error)}")
        except KeyboardInterrupt:
            sys.exit(130)

    app.run(guarded)


def sentence(error: Exception) -> str:
    """Returns what to tell the user; the system's own errors say what to do, too."""
    if isinstance(error, KeyError):
        return str(error.args[0])
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"'{error.filename}': {error.strerror}; give another path or mend it."
    return str(error)
