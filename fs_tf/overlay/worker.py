"""A worker process: makes the examples it is asked for, until nobody asks.

Started by `workers.py` as `python -m fs_tf.overlay.worker DESCRIPTOR`, and not by
`multiprocessing`, whose processes import the main program again and TensorFlow with
it. Requests and answers go through a connection of their own, so that nobody who
reads or prints gets between them: first a Factory and a parts folder, then Examples;
every answer is (made, None, "") or (None, error, its traceback).
"""

import pickle
import signal
import sys
import traceback
from multiprocessing.connection import Connection

import cv2

from fs_tf.overlay.parts import make_part


def serve(connection: Connection) -> None:
    """Answers requests until they end."""
    cv2.setNumThreads(1)
    factory, folder = connection.recv()
    while True:
        example = connection.recv()
        try:
            answer = (make_part(factory, example, folder), None, "")
        except Exception as error:
            answer = (None, sendable(error), traceback.format_exc())
        connection.send(answer)


def sendable(error: Exception) -> Exception:
    """Returns the error itself, or one that says the same where pickle loses it."""
    try:
        again = pickle.loads(pickle.dumps(error))
    except Exception:
        again = None
    if type(again) is type(error) and str(again) == str(error):
        return error
    return RuntimeError(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    # An interrupt from the keyboard reaches all; whoever started us ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        serve(Connection(int(sys.argv[1])))
    except (EOFError, ConnectionError):
        pass  # whoever started us is done, or gone
