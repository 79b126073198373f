"""The files of one folder, added up by what their names end in, with a few of each kept by name.

Pure but for dice, which are passed in: which files are sampled must not be foreseeable by whoever
made them.
"""

import heapq
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

MAX_EXTENSIONS = 32
"""Of one folder; files with others are added up together."""
OTHERS = "…"
"""Stands for every extension beyond `MAX_EXTENSIONS`."""
NEWEST, LARGEST, ANY = 12, 8, 12
"""How many of a group are kept for sampling, by what: 32 together."""
MAX_SAMPLES = NEWEST + LARGEST + ANY
_EXTENSION = re.compile(r"[a-z0-9_]{1,12}")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One file: its name, bytes, inode, and when it last changed (nanoseconds, by the kernel)."""

    name: str
    size: int
    inode: int
    changed: int


@dataclass(slots=True)
class Group:
    """Files of one folder with one extension."""

    count: int = 0
    bytes: int = 0
    changed: int = 0
    """When the latest of them changed."""
    _newest: list[tuple[int, Entry]] = field(default_factory=list[tuple[int, Entry]])
    _largest: list[tuple[int, Entry]] = field(default_factory=list[tuple[int, Entry]])
    _any: list[Entry] = field(default_factory=list[Entry])

    def add(self, entry: Entry, dice: Random) -> None:
        """Count one more file."""
        self.count += 1
        self.bytes += entry.size
        self.changed = max(self.changed, entry.changed)
        _keep(self._newest, (entry.changed, entry), NEWEST)
        _keep(self._largest, (entry.size, entry), LARGEST)
        # A fair sample of a stream (Vitter, 'Random sampling with a reservoir', 1985, algorithm R).
        if len(self._any) < ANY:
            self._any.append(entry)
        elif (place := dice.randrange(self.count)) < ANY:
            self._any[place] = entry

    def samples(self) -> list[Entry]:
        """At most `MAX_SAMPLES` of the files: the newest, the largest, and some others."""
        newest = [entry for _, entry in sorted(self._newest, reverse=True)]
        largest = [entry for _, entry in sorted(self._largest, reverse=True)]
        return list(dict.fromkeys([*newest, *largest, *self._any]))


@dataclass(slots=True)
class Tally:
    """A folder's files in groups by extension."""

    dice: Random
    groups: dict[str, Group] = field(default_factory=dict[str, Group])

    def add(self, entry: Entry) -> None:
        """Count one more file."""
        extension = extension_of(entry.name)
        if extension not in self.groups and len(self.groups) >= MAX_EXTENSIONS:
            extension = OTHERS
        self.groups.setdefault(extension, Group()).add(entry, self.dice)


def extension_of(name: str) -> str:
    """What the name ends in, in lower case: `jpg`; '' where that is nothing usual."""
    _, dot, ending = name.rpartition(".")
    ending = ending.lower()
    return ending if dot and _EXTENSION.fullmatch(ending) else ""


def share_samples(groups: Iterable[Group], most: int = MAX_SAMPLES) -> list[list[Entry]]:
    """Samples of each group in turn, `most` of all groups together, no group left out early."""
    offered = [group.samples() for group in groups]
    taken: list[list[Entry]] = [[] for _ in offered]
    left = most
    for place in range(MAX_SAMPLES):
        for mine, theirs in zip(taken, offered, strict=True):
            if place < len(theirs) and left > 0:
                mine.append(theirs[place])
                left -= 1
    return taken


def _keep(heap: list[tuple[int, Entry]], item: tuple[int, Entry], most: int) -> None:
    if len(heap) < most:
        heapq.heappush(heap, item)
    elif item[0] > heap[0][0]:
        heapq.heapreplace(heap, item)
