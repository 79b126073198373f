"""How much an area holds, counted in bounded time and remembered for a few seconds.

Code in runtimes writes without telling us, so the number is an observation; what we write ourselves
is added to it at once. A quota that binds code too is the file system's or the sandbox's to keep.
"""

import errno
import os
import threading
import time

from colonnade.kit import beneath
from colonnade.kit.errors import StorageFull

FRESH_SECONDS = 10.0


class UsageCounter:
    """Remembers the bytes of each area. Safe to use from several threads.

    Args:
        max_entries: files and folders that are counted before the area is said to be full.
    """

    def __init__(self, max_entries: int) -> None:
        self._max_entries = max_entries
        self._known: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def bytes_of(self, owner_id: str, root: int) -> int:
        """Bytes of the area whose open folder is `root`. Raises StorageFull, OSError."""
        with self._lock:
            known = self._known.get(owner_id)
        if known and time.monotonic() - known[0] < FRESH_SECONDS:
            return known[1]
        counted = count_bytes(root, self._max_entries)
        with self._lock:
            self._known[owner_id] = (time.monotonic(), counted)
        return counted

    def add(self, owner_id: str, more_bytes: int) -> None:
        """Note what we wrote or removed ourselves."""
        with self._lock:
            known = self._known.get(owner_id)
            if known:
                self._known[owner_id] = (known[0], max(0, known[1] + more_bytes))

    def forget(self, owner_id: str) -> None:
        """Count anew at the next question."""
        with self._lock:
            self._known.pop(owner_id, None)


def count_bytes(root: int, max_entries: int) -> int:
    """Bytes that everything beneath `root` takes on disk, links not followed.

    Raises StorageFull beyond `max_entries` entries or where a path is longer than the kernel takes.
    """
    total = entries = 0
    waiting = [""]
    while waiting:
        path = waiting.pop()
        try:
            descriptor = beneath.open_folder(root, path)
        except OSError as problem:
            if problem.errno == errno.ENAMETOOLONG:
                raise _too_many(max_entries) from problem
            continue  # It went, or code made it unreadable to us.
        with beneath.closing(descriptor) as folder, os.scandir(folder) as items:
            for item in items:
                entries += 1
                if entries > max_entries:
                    raise _too_many(max_entries)
                total += _size(item)
                if item.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/{item.name}" if path else item.name)
    return total


def _size(item: os.DirEntry[str]) -> int:
    try:
        found = item.stat(follow_symlinks=False)
    except OSError:
        return 0
    # Sparse files count as what they take; a file with many names counts once for each, which
    # errs to the safe side.
    return min(found.st_blocks * 512, max(found.st_size, 4096))


def _too_many(max_entries: int) -> StorageFull:
    return StorageFull(
        f"Your area holds more than {max_entries} files and folders, or nests them too deep.",
        "Delete what you no longer need in a terminal.",
        max_entries=max_entries,
    )
