"""Which process made an object: what a forked one adds to its copy would be lost."""

import os


class Owner:
    """Remembers the process that made it; a pickled copy is of the one that loads it.

    A forked process holds a copy of all metrics. It may read them, but the process
    that made them never learns of what is added there.
    """

    def __init__(self):
        self._process = os.getpid()

    def __reduce__(self) -> tuple:
        """Returns how to make it anew: the process is not part of its content."""
        return Owner, ()

    def require(self) -> None:
        """Raises RuntimeError in a process forked from the one that made it."""
        if os.getpid() != self._process:
            raise RuntimeError(
                "Metrics must be updated in the process that made them: make one per "
                "process and merge them through `save` and `load`."
            )
