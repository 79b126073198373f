"""Disks that no kernel bounds: a runtime that fills more than it may is stopped.

Without root there are no disk images, and /drive lies on the disk with everybody's files. What the
sensor of files counts on each walk is compared here instead, so a runtime can be over for some
seconds, and a file that was deleted and is still open is not counted: the tier's lines 'disk limit'
and 'drive limit' say that this is less.
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
        self._drives: dict[str, int] = {}

    def bound_drive(self, runtime: str, most_bytes: int) -> None:
        """How much may lie on this runtime's /drive; 0 is 'no bound'."""
        self._drives[runtime] = most_bytes

    def measured(self, watched: Watched, usage: Usage) -> None:
        """What a walk counted; a walk that did not see everything counted too little, if at all."""
        if watched.runtime in self._stopped:
            return
        reason = "" if watched.disk_bounded else over(usage, watched.disk_bytes)
        reason = reason or over_drive(usage, self._drives.get(watched.runtime, 0))
        if reason:
            self._stopped.add(watched.runtime)
            self._stop(watched.runtime, reason)

    def forget(self, runtime: str) -> None:
        """It has ended; an unknown one is fine."""
        self._stopped.discard(runtime)
        self._drives.pop(runtime, None)


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


def over_drive(usage: Usage, most_bytes: int) -> str:
    """Why its owner's files count as too many, '' while they do not, or nothing bounds them."""
    if not most_bytes:
        return ""
    inodes = most_inodes(most_bytes)
    held = f"{usage.drive_bytes // _MEGABYTE:,} MB of {most_bytes // _MEGABYTE:,} MB"
    if usage.drive_bytes <= most_bytes:
        if usage.drive_inodes <= inodes:
            return ""
        held = f"{usage.drive_inodes:,} files of {inodes:,}"
    return (
        f"Your files are more than your storage may hold: {held} on /drive. "
        "Nothing was deleted; make room before you start again."
    )


def most_inodes(disk_bytes: int) -> int:
    """Files and folders that a disk of this size may hold."""
    return max(FEWEST_INODES, disk_bytes // BYTES_PER_INODE)
