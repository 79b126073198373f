"""What lies in an area, as it was found: regular files and folders, and nothing else."""

import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder of an area as it was found. `identity` tells whether it is still the same:
    device, inode, size and modification time."""

    name: str
    is_folder: bool
    size_bytes: int
    created_at: datetime
    modified_at: datetime
    identity: tuple[int, int, int, int]
    writable: bool


def entry_of(name: str, found: os.stat_result) -> Entry | None:
    """What was found under `name`; None when it is a link or special thing."""
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
        return None
    return Entry(
        name=name,
        is_folder=stat.S_ISDIR(found.st_mode),
        size_bytes=found.st_size,
        created_at=_moment(found.st_ctime),
        modified_at=_moment(found.st_mtime),
        identity=(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns),
        writable=bool(found.st_mode & stat.S_IWUSR),
    )


def examined(item: os.DirEntry[str]) -> Entry | None:
    """The same for what a folder's listing gives; None also when it is gone by now."""
    try:
        return entry_of(item.name, item.stat(follow_symlinks=False))
    except OSError:  # It went while we were looking.
        return None


def _moment(seconds: float) -> datetime:
    # Code may set any time stamp; what no calendar holds is shown as the epoch, as Jupyter does.
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
