"""One way through a folder that may be anybody's, in slices, each within a budget.

Folders near the top come first; those of one depth in an order that nobody foresees. A slice that
ends early is resumed where it stopped, within a large folder too, so that a million files hide
something for a while only. What is never reached (too deep, too many folders) is counted.

Links are not followed, special files not opened, no file is read here. All functions block; call
them from a thread.
"""

import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Generic, Protocol, TypeVar

from colonnade.kit import beneath
from colonnade.sensors.files.tally import Entry

MAX_DEPTH = 128
MAX_PATH_BYTES = 3500
"""The kernel takes 4,095 bytes at once (PATH_MAX)."""
MAX_WAITING = 10_000
"""Folders that are known and not yet looked at; some 3 MB in the worst case that was found."""
TURN_ENTRIES = 4_000
"""After so many entries of one folder others have their turn."""
MAX_HALVES = 4
"""Folders left half-way, each with a descriptor."""
_LOOK_AT_CLOCK = 256


@dataclass(frozen=True)
class Budget:
    """What one slice may take: entries, and seconds of the thread's own processor time."""

    entries: int = 15_000
    seconds: float = 0.1


class Counting(Protocol):
    """Takes in the regular files of one folder."""

    def add(self, entry: Entry) -> None:
        """One more file."""
        ...


Counted = TypeVar("Counted", bound=Counting)


@dataclass(slots=True)
class Folder(Generic[Counted]):
    """A folder that was looked at whole. `path` is '' for the root itself."""

    path: str
    files: Counted
    folders: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class Missed:
    """What one way did not reach, by why."""

    deep: int = 0
    crowded: int = 0
    refused: int = 0


Take = Callable[[Folder[Counted], int], None]
"""Takes a folder and its descriptor, which is closed afterwards."""


class Way(Generic[Counted]):
    """One way through everything beneath `root`, of which it keeps a copy; `close` it at the end.

    Args:
        make: makes what counts the files of one folder.
    """

    def __init__(self, root: int, dice: Random, make: Callable[[], Counted]) -> None:
        """Raises OSError where there are no descriptors left."""
        self._root, self._dice, self._make = os.dup(root), dice, make
        self._here: list[str | _Half[Counted]] = [""]
        self._below: list[str | _Half[Counted]] = []
        self._halves = 0
        self.missed = Missed()
        self.bytes = self.inodes = 0
        """What was counted so far; of a file with several names its share for each."""

    @property
    def done(self) -> bool:
        """Whether nothing is left that it could reach."""
        return not (self._here or self._below)

    @property
    def waiting(self) -> int:
        """Folders that it knows and has not seen whole."""
        return len(self._here) + len(self._below)

    def run(self, budget: Budget, take: Take[Counted]) -> None:
        """Go on until the budget is spent or nothing is left."""
        purse = _Purse(budget)
        while not self.done and purse.left():
            if not self._here:
                self._here, self._below = self._below, []
                self._dice.shuffle(self._here)
            self._step(self._here.pop(), purse, take)

    def close(self) -> None:
        """Forget what is left. Once."""
        for one in (*self._here, *self._below):
            if isinstance(one, _Half):
                one.close()
        self._here, self._below, self._halves = [], [], 0
        os.close(self._root)

    def _step(self, one: "str | _Half[Counted]", purse: "_Purse", take: Take[Counted]) -> None:
        if isinstance(one, str):
            try:
                half = _Half(self._root, one, self._make())
            except PermissionError:
                self.missed.refused += 1
                return
            except OSError:
                return  # It has gone, or is no folder any more.
        else:
            half, self._halves = one, self._halves - 1
        try:
            whole = self._read(half, purse)
            if whole:
                take(half.folder, half.descriptor)
        except BaseException:
            half.close()
            raise
        if whole:
            half.close()
            self._descend(half.folder)
        else:
            self._halves += 1
            (self._below if self._halves < MAX_HALVES else self._here).append(half)

    def _read(self, half: "_Half[Counted]", purse: "_Purse") -> bool:
        """Whether the folder's end was reached."""
        for _ in range(TURN_ENTRIES):
            if not purse.spend():
                return False
            entry = half.next()
            if entry is None:
                return True
            self._count(half.folder, entry)
        return False

    def _count(self, folder: Folder[Counted], entry: "os.DirEntry[str]") -> None:
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError:
            return  # It has gone.
        self.inodes += 1
        self.bytes += found.st_blocks * 512 // max(1, found.st_nlink)
        if stat.S_ISREG(found.st_mode):
            folder.files.add(Entry(entry.name, found.st_size, found.st_ino, found.st_ctime_ns))
        elif stat.S_ISDIR(found.st_mode):
            self._note(folder.folders, entry.name)

    def _note(self, folders: list[str], name: str) -> None:
        if len(folders) < MAX_WAITING:
            folders.append(name)
            return
        # One of those that are known gives way, so that each has a chance in one of many ways.
        self.missed.crowded += 1
        folders[self._dice.randrange(MAX_WAITING)] = name

    def _descend(self, folder: Folder[Counted]) -> None:
        for name in folder.folders:
            path = f"{folder.path}/{name}" if folder.path else name
            if path.count("/") >= MAX_DEPTH or len(os.fsencode(path)) > MAX_PATH_BYTES:
                self.missed.deep += 1
            elif self.waiting < MAX_WAITING:
                self._below.append(path)
            else:
                self.missed.crowded += 1
                self._replace(path)

    def _replace(self, path: str) -> None:
        place = self._dice.randrange(MAX_WAITING)
        if place < len(self._below) and isinstance(self._below[place], str):
            self._below[place] = path


class _Half(Generic[Counted]):
    """A folder that is being read."""

    def __init__(self, root: int, path: str, files: Counted) -> None:
        """Raises OSError."""
        self.descriptor = beneath.open_folder(root, path)
        try:
            self._entries = os.scandir(self.descriptor)
        except BaseException:
            os.close(self.descriptor)
            raise
        self.folder = Folder(path, files)

    def next(self) -> "os.DirEntry[str] | None":
        """The next entry, None at the end, which a folder that cannot be read on has as well."""
        try:
            return next(self._entries, None)
        except OSError:
            return None

    def close(self) -> None:
        self._entries.close()
        os.close(self.descriptor)


class _Purse:
    """A budget that is being spent."""

    def __init__(self, budget: Budget) -> None:
        self._entries = budget.entries
        self._until = time.thread_time() + budget.seconds
        self._late = False

    def left(self) -> bool:
        return self._entries > 0 and not self._late

    def spend(self) -> bool:
        """Take one entry; whether there was one."""
        self._entries -= 1
        if self._entries % _LOOK_AT_CLOCK == 0:
            self._late = time.thread_time() > self._until
        return self._entries >= 0 and not self._late
