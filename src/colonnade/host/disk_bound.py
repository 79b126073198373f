"""Disks that no kernel bounds: a runtime that fills more than its class allows is stopped.

Without root there are no disk images. What the sensor of files counts on each walk is compared here
instead, so a runtime can be over for some seconds, and a file that was deleted and is still open is
not counted: the tier's line 'disk limit' says that this is less.
"""

from collections.abc import Callable

from colonnade.sensors.files.looking import Usage
from colonnade.sensors.watched import Watched

BYTES_PER_INODE = 16_384
"""As many files as ext4 would have room for on a disk of that size (mke2fs.conf, inode_ratio)."""
FEWEST_INODES = 16_384
_MEGABYTE = 1 << 20

Stop = Callable[[str, str], None]
"""Stops the runtime of this id, with a reason for its owner."""


class DiskBound:
    """Stops each runtime once."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self._stopped: set[str] = set()

    def measured(self, watched: Watched, usage: Usage) -> None:
        """What a walk counted; a walk that did not see everything counted too little, if at all."""
        if watched.disk_bounded or watched.runtime in self._stopped:
            return
        reason = over(usage, watched.disk_bytes)
        if reason:
            self._stopped.add(watched.runtime)
            self._stop(watched.runtime, reason)

    def forget(self, runtime: str) -> None:
        """It has ended; an unknown one is fine."""
        self._stopped.discard(runtime)


def over(usage: Usage, disk_bytes: int) -> str:
    """Why the disk counts as full, '' while it does not."""
    inodes = most_inodes(disk_bytes)
    if usage.bytes > disk_bytes:
        held, allowed = usage.bytes // _MEGABYTE, disk_bytes // _MEGABYTE
        return f"Its disk is full: it holds {held:,} MB, and its class allows {allowed:,} MB."
    if usage.inodes > inodes:
        return (
            f"Its disk is full: it holds {usage.inodes:,} files, and its class allows {inodes:,}."
        )
    return ""


def most_inodes(disk_bytes: int) -> int:
    """Files and folders that a disk of this size may hold."""
    return max(FEWEST_INODES, disk_bytes // BYTES_PER_INODE)
