"""The files of a folder, as many as there is time for; the folder may be anybody's.

Links are never followed, special files never opened, names need not be text. The nearer a file is
to the top the earlier it comes, so no deep folder hides what lies above it. What the budgets leave
out is said, by `Walk.complete`.
"""

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

MAX_ENTRIES = 50_000
"""Files and folders that are looked at."""
MAX_DEPTH = 40
MAX_PATH_BYTES = 8 << 20
"""Of all paths together."""
MAX_SOURCE_BYTES = 24 << 20
"""Of source code that is read in one tree: some four seconds' work."""
MAX_FILE_BYTES = 512 << 10
"""Of one file, this much is read from its beginning."""
SOURCE_SUFFIXES = (".py", ".pyw", ".ipy", ".pyx")
# Packed history, never code that runs.
_SKIPPED = (".git", "objects")


@dataclass(frozen=True, slots=True)
class TreeFile:
    """A file by its path from the tree's root, and a way to its bytes while it is at hand."""

    path: str
    read: Callable[[], bytes]

    def is_source(self) -> bool:
        """Whether its code is compared, and not its path alone."""
        return self.path.lower().endswith(SOURCE_SUFFIXES)


@dataclass(slots=True)
class Walk:
    """One way through the files of `root`; each file can be read until the next is asked for."""

    root: Path
    complete: bool = True
    """Whether no budget was exceeded so far."""
    _entries: int = 0
    _bytes: int = 0
    _path_bytes: int = 0
    _waiting: deque[tuple[str, ...]] = field(default_factory=lambda: deque[tuple[str, ...]]([()]))

    def __iter__(self) -> Iterator[TreeFile]:
        """The regular files, those near the top first. What cannot be opened is left out."""
        while self._waiting:
            parts = self._waiting.popleft()
            with suppress(OSError):
                yield from self._folder(parts)

    def _folder(self, parts: tuple[str, ...]) -> Iterator[TreeFile]:
        folder = _open_folder(self.root, parts)
        try:
            for name, mode in self._entries_of(folder):
                inner = (*parts, name)
                if not self._affords(inner):
                    return
                if stat.S_ISREG(mode):
                    yield TreeFile("/".join(inner), lambda name=name: self._read(folder, name))
                elif stat.S_ISDIR(mode) and inner[-2:] != _SKIPPED:
                    self._waiting.append(inner)
        finally:
            os.close(folder)

    def _entries_of(self, folder: int) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if self._entries >= MAX_ENTRIES:
                    self.complete = False
                    break
                self._entries += 1
                with suppress(OSError):
                    found.append((entry.name, entry.stat(follow_symlinks=False).st_mode))
        return sorted(found)

    def _affords(self, parts: tuple[str, ...]) -> bool:
        self._path_bytes += sum(map(len, parts)) + len(parts)
        within = self._path_bytes <= MAX_PATH_BYTES and len(parts) <= MAX_DEPTH
        self.complete = self.complete and within
        return within

    def _read(self, folder: int, name: str) -> bytes:
        """At most `MAX_FILE_BYTES`; nothing once the tree's budget is used up, or on failure."""
        allowed = min(MAX_FILE_BYTES, MAX_SOURCE_BYTES - self._bytes)
        if allowed <= 0:
            self.complete = False
            return b""
        try:
            data = _read_regular(folder, name, allowed)
        except OSError:
            return b""
        self._bytes += len(data)
        return data


def _open_folder(root: Path, parts: tuple[str, ...]) -> int:
    """A descriptor of the folder, each step taken without following a link. Raises OSError."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    current = os.open(root, flags)
    for part in parts:
        try:
            inner = os.open(part, flags | os.O_NOFOLLOW, dir_fd=current)
        finally:
            os.close(current)
        current = inner
    return current


def _read_regular(folder: int, name: str, allowed: int) -> bytes:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, dir_fd=folder), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return b""
        return file.read(allowed)
