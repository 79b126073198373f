"""What the disk says, in words for people; `kit.beneath` raises what is translated here."""

import errno
from collections.abc import Generator
from contextlib import contextmanager

from colonnade.kit.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    StorageFull,
    Unavailable,
)


@contextmanager
def translated() -> Generator[None]:
    """Turn what the kernel says into the errors that people are told.

    Raises NotFound, Conflict, Forbidden, Invalid, StorageFull or Unavailable for an OSError.
    """
    try:
        yield
    except OSError as problem:
        raise _translation(problem) from problem


def _translation(problem: OSError) -> Exception:
    match problem.errno:
        case errno.ENOENT | errno.ENOTDIR | errno.ELOOP | errno.EXDEV:
            return NotFound("There is no such file or folder.", "It may have been moved.")
        case errno.EEXIST | errno.ENOTEMPTY | errno.EISDIR | errno.EBUSY:
            return Conflict("Something of this name is there already.", "Choose another name.")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return Forbidden("The file's permissions do not allow this.", "Change them in a cell.")
        case errno.ENAMETOOLONG | errno.EINVAL:
            return Invalid("The disk cannot hold a name like this.", "Choose another name.")
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return StorageFull(
                "There is no room left on the disk; nothing was changed.",
                "Delete what you no longer need, then try again.",
            )
        case _:
            return Unavailable("The disk did not answer as it should.", "Try again in a moment.")
