"""A worker process: makes the examples it is asked for, until its input closes.

Started by `workers.py` as `python -m fs_tf.overlay.worker`, and not by
`multiprocessing`, whose processes import the main program again and TensorFlow with
it. Messages are pickled: first a Factory and a parts folder, then Examples; every
answer is (made, None) or (None, error).
"""

import os
import pickle
import sys
from typing import BinaryIO

import cv2

from fs_tf.overlay.parts import make_part

MESSAGE_ERRORS = (ValueError, FileNotFoundError)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answers requests until they end."""
    cv2.setNumThreads(1)
    factory, folder = pickle.load(requests)
    while True:
        try:
            example = pickle.load(requests)
        except EOFError:
            return
        try:
            answer = (make_part(factory, example, folder), None)
        except MESSAGE_ERRORS as error:
            answer = (None, type(error)(*error.args))
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    # What others print to standard output must not get between the answers.
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, pipe)
