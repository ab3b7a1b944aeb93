"""What a user can mend, told apart from what we have to.

Every error that a user's input can cause is a `UserError`: one sentence that says what
is wrong, where, and what to do. What only code that calls the library wrongly can cause
is a plain `ValueError`. Each `UserError` is also the built-in error of its kind, so
that callers catch `ValueError` or `FileNotFoundError` as they are used to. Binaries
print such a sentence; any other error is a fault of this project, and is printed whole.
"""

import errno

# No space, a quota, and a limit on the size of a file.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# What the system says of a disk without naming a file.
DISK = (*FULL, errno.EIO, errno.EROFS)


class UserError(Exception):
    """Base of the errors below."""


class BadValue(UserError, ValueError):
    """A value, or the content of a file, that breaks a rule."""


class UnknownName(UserError, KeyError):
    """A name that no table has; the message lists the known ones."""

    def __str__(self) -> str:
        """Returns the message as it is; KeyError would put it into quotes."""
        return str(self.args[0])


class NotFound(UserError, FileNotFoundError):
    """A file or folder that is not there."""


class AlreadyThere(UserError, FileExistsError):
    """A file or folder that would be overwritten, or was made from something else."""


class CannotAccess(UserError, OSError):
    """A file or folder that the system refuses to read or to write."""


class Stopped(UserError, RuntimeError):
    """Work that ended from outside: a worker process that was killed."""
