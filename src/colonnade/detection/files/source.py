"""Bytes of a file at offsets, each file within a budget of its own.

Files are read and never mapped: a mapped file that its owner cuts short while it is examined would
end this process.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from colonnade.detection.limits import Unscannable
from colonnade.kit.errors import Invalid, NotFound

MAX_READ_BYTES = 64 << 20
"""Of one file, by all readers together; what is skipped does not count."""
MAX_READS = 200_000


class NotThisKind(Exception):
    """The bytes are not of the kind that a reader knows; nothing is wrong with them."""


class Source:
    """Bytes at offsets. Cheap to make; it owns no descriptor."""

    def __init__(self, pread: Callable[[int, int], bytes], size: int) -> None:
        """`pread(count, offset)` gives up to `count` bytes, fewer only at the end."""
        self._pread = pread
        self._bytes_left = MAX_READ_BYTES
        self._reads_left = MAX_READS
        self.size = size

    @classmethod
    def of_descriptor(cls, descriptor: int) -> "Source":
        """An open file, whose position stays as it is. Raises Invalid for what is no plain file."""
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Invalid("It is no plain file.", "Name plain files.")
        return cls(lambda count, offset: os.pread(descriptor, count, offset), status.st_size)

    @classmethod
    def of_bytes(cls, data: bytes) -> "Source":
        """Bytes that are in memory already."""
        return cls(lambda count, offset: data[offset : offset + count], len(data))

    def read(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes, fewer where the file ends.

        Raises Unscannable when the budget is spent, NotThisKind when the disk refuses.
        """
        count = max(0, min(count, self.size - offset))
        self._bytes_left -= count
        self._reads_left -= 1
        if self._bytes_left < 0 or self._reads_left < 0:
            raise Unscannable("its parts are too many or too large to be examined")
        try:
            return self._pread(count, offset) if count else b""
        except OSError as problem:
            raise NotThisKind(f"it cannot be read: {problem.strerror}") from problem

    def exactly(self, offset: int, count: int) -> bytes:
        """`count` bytes. Raises NotThisKind where the file ends before, and as `read` does."""
        data = self.read(offset, count)
        if len(data) < count:
            raise NotThisKind("it ends too early")
        return data


def open_safely(path: Path) -> int:
    """A descriptor for reading; the caller closes it. Waits for no pipe and follows no last link.

    Raises NotFound when it cannot be opened.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        return os.open(path, flags)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "no such name"
        raise NotFound(f"{path}: {reason}.", "Name files that can be read.") from problem
