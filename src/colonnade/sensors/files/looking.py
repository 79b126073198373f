"""One runtime's folders under the eyes of the sensor: pulses and walks, and what they bring.

Everything here blocks and belongs to one thread at a time; `sensor` sees to both.
"""

import os
import time
from collections.abc import Hashable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from colonnade.kit import beneath
from colonnade.kit.beneath import closing
from colonnade.kit.clock import Clock
from colonnade.observations import Observation
from colonnade.sensors.files import magic
from colonnade.sensors.files.bundle import pack
from colonnade.sensors.files.memory import Change, Memory
from colonnade.sensors.files.programs import Programs
from colonnade.sensors.files.queue import Candidate, Queue
from colonnade.sensors.files.roots import CONTENT, Roots
from colonnade.sensors.files.tally import Entry, Tally, share_samples
from colonnade.sensors.files.telling import shown, tell_folder, tell_gap
from colonnade.sensors.files.walk import Budget, Folder, Way
from colonnade.sensors.watched import Watched

MAX_TOLD = 150
"""Groups of files that one walk tells of; those beyond come with the next."""
MAX_FELT = 32
"""Folders whose own time of change belongs to the pulse, where the disk is shared with others."""
FELT_BYTES = 4 << 20
"""On a disk that is shared and does not bound the runtime, so much more or less is felt."""
FELT_DRIVE_BYTES = 64 << 20
"""And so much of the disk with everybody's files, where others write all the time."""
GAP_SECONDS = 60.0
DRIVE = "/drive"


@dataclass(slots=True)
class Usage:
    """What lies on a runtime's disk, counted so far; `whole` when nothing was left out.

    drive_bytes, drive_inodes: what its owner's files take, on /drive.
    """

    bytes: int = 0
    inodes: int = 0
    whole: bool = True
    drive_bytes: int = 0
    drive_inodes: int = 0


@dataclass(slots=True)
class Seen:
    """What one walk brought."""

    observations: list[Observation] = field(default_factory=list[Observation])
    usage: Usage = field(default_factory=Usage)
    unfinished: bool = False
    cost_seconds: float = 0.0


@dataclass(slots=True)
class _Root:
    """What is remembered of one root between walks."""

    memory: Memory
    programs: Programs = field(default_factory=Programs)
    half: Way[Tally] | None = None
    walked: bool = False
    recent: dict[str, int] = field(default_factory=dict[str, int])


class Looking:
    """The folders of one runtime. `close` it once, when no other call runs."""

    def __init__(self, watched: Watched, clock: Clock, dice: Random, budget: Budget) -> None:
        self.watched = watched
        self.queue = Queue(dice)
        self._clock, self._dice, self._budget = clock, dice, budget
        self._roots = Roots(watched)
        self._known: dict[str, _Root] = {}
        self._gaps: dict[str, float] = {}
        self._told = 0
        self._seen = Seen()

    def pulse(self) -> Hashable:
        """Something that is other once a file was made, removed or became larger."""
        return tuple(self._pulses())

    def walk(self) -> Seen:
        """Look at everything, or go on where the last walk stopped."""
        began = time.thread_time()
        self._seen, self._told = Seen(), 0
        for shown_root, descriptor in self._roots.open():
            known = self._known.setdefault(shown_root, _Root(Memory(self._dice)))
            with suppress(OSError):
                self._walk_root(shown_root, descriptor, known)
        if self.queue.dropped:
            self._gap("unexamined", self.queue.dropped, "more files than are examined", 0)
            self.queue.dropped = 0
        self._seen.unfinished |= self._told > MAX_TOLD
        self._seen.cost_seconds = time.thread_time() - began
        return self._seen

    def open_candidate(self, now: float) -> tuple[Candidate, int, os.stat_result] | None:
        """A file to be examined and its descriptor, which the caller closes; None for now."""
        while (one := self.queue.next(now)) is not None:
            for shown_root, descriptor in self._roots.open():
                if shown_root != one.root:
                    continue
                with suppress(OSError):
                    file = beneath.open_file(descriptor, one.path)
                    return one, file, os.fstat(file)
        return None

    def open_program(self, now: float) -> tuple[str, int] | None:
        """A program's path as it is shown, and its bundle, which the caller closes."""
        for shown_root, descriptor in self._roots.open():
            known = self._known.get(shown_root)
            program = known.programs.next(now) if known else None
            if program is None:
                continue
            with suppress(OSError), closing(beneath.open_folder(descriptor, program)) as folder:
                return shown(shown_root, program), pack(folder, self._dice)
        return None

    def close(self) -> None:
        """Let go of every descriptor."""
        for known in self._known.values():
            if known.half is not None:
                known.half.close()
                known.half = None
        self._roots.close()

    def _walk_root(self, shown_root: str, descriptor: int, known: _Root) -> None:
        def take(folder: Folder[Tally], opened: int) -> None:
            known.programs.see(folder)
            self._take(shown_root, known, folder, opened)

        fresh = Way(descriptor, self._dice, lambda: Tally(self._dice))
        try:
            fresh.run(self._budget, take)
            if not fresh.done and known.half is not None:
                known.half.run(self._budget, take)
            self._settle(shown_root, known, fresh)
        except BaseException:
            fresh.close()
            raise

    def _settle(self, shown_root: str, known: _Root, fresh: Way[Tally]) -> None:
        """Count what was seen and keep the way that is not at its end, if there is one."""
        furthest = fresh if fresh.done or known.half is None else known.half
        self._count(shown_root, furthest)
        self._miss(shown_root, furthest)
        known.walked |= furthest.done
        for way in (fresh, known.half):
            if way is not None and (way is not furthest or way.done):
                way.close()
        known.half = None if furthest.done else furthest
        self._seen.unfinished |= known.half is not None or known.programs.waiting

    def _count(self, shown_root: str, way: Way[Tally]) -> None:
        if shown_root == DRIVE:
            self._seen.usage.drive_bytes += way.bytes
            self._seen.usage.drive_inodes += way.inodes
        if shown_root in {CONTENT, *(name for name, _ in self.watched.kept if name != DRIVE)}:
            self._seen.usage.bytes += way.bytes
            self._seen.usage.inodes += way.inodes
            self._seen.usage.whole &= way.done

    def _miss(self, shown_root: str, way: Way[Tally]) -> None:
        missed = way.missed
        if not way.done:
            self._gap("walk-bound", way.waiting, f"{shown_root}: more than one walk takes", 1)
        if missed.deep:
            self._gap("walk-bound", missed.deep, f"{shown_root}: folders too deep", 2)
        if missed.crowded:
            self._gap("walk-bound", missed.crowded, f"{shown_root}: too many folders", 3)
        if missed.refused:
            self._gap("unreadable", missed.refused, f"{shown_root}: folders not to be read", 4)

    def _gap(self, what: str, count: int, detail: str, kind: int) -> None:
        """Tell of it, not too often for each kind and place."""
        now, key = time.monotonic(), f"{kind} {detail}"
        if now - self._gaps.get(key, float("-inf")) >= GAP_SECONDS:
            self._gaps[key] = now
            observation = tell_gap(self._clock(), self.watched.runtime, what, count, detail)
            self._seen.observations.append(observation)

    def _take(self, root: str, known: _Root, folder: Folder[Tally], opened: int) -> None:
        changes = known.memory.changes(folder)
        if not changes:
            return
        known.recent[folder.path] = max(change.group.changed for change in changes)
        _trim(known.recent)
        samples = share_samples(change.group for change in changes)
        for change, entries in zip(changes, samples, strict=True):
            self._told += 1
            if self._told > MAX_TOLD:
                continue
            known.memory.keep(change)
            forms = list(self._forms(root, change, entries, opened))
            change = change if known.walked or root == CONTENT else _as_found(change)
            self._seen.observations.append(
                tell_folder(self._clock(), self.watched.runtime, root, change, forms)
            )

    def _forms(self, root: str, change: Change, entries: list[Entry], folder: int) -> Iterator[str]:
        now = self._clock().timestamp()
        for entry in entries:
            with suppress(OSError):
                form = magic.form_of(_head(folder, entry.name))
                yield form
                one = Candidate(root, change.folder, entry, form, change.group.count)
                self.queue.offer(one, now)

    def _pulses(self) -> Iterator[Hashable]:
        for shown_root, descriptor in self._roots.open():
            with suppress(OSError):
                if self._has_disk_of_its_own(shown_root):
                    disk = os.fstatvfs(descriptor)
                    yield shown_root, disk.f_bfree, disk.f_ffree
                else:
                    yield shown_root, os.fstat(descriptor).st_ctime_ns
                    yield tuple(self._felt(shown_root, descriptor))
                    if shown_root == DRIVE or not self.watched.disk_bounded:
                        disk = os.fstatvfs(descriptor)
                        felt = FELT_DRIVE_BYTES if shown_root == DRIVE else FELT_BYTES
                        yield disk.f_bfree * disk.f_frsize // felt

    def _felt(self, shown_root: str, descriptor: int) -> Iterator[Hashable]:
        known = self._known.get(shown_root)
        for path in known.recent if known else ():
            with suppress(OSError), closing(beneath.open_folder(descriptor, path)) as folder:
                yield path, os.fstat(folder).st_ctime_ns

    def _has_disk_of_its_own(self, shown_root: str) -> bool:
        bounded = self.watched.disk_bounded and self.watched.disk_bytes > 0
        return shown_root != DRIVE and (bounded or self._roots.is_held(shown_root))


def _as_found(change: Change) -> Change:
    """What lay there before the runtime did did not grow."""
    return Change(change.folder, change.extension, change.group, 0)


def _head(folder: int, name: str) -> bytes:
    """The beginning of a regular file; raises OSError for what is none (any more)."""
    with closing(beneath.open_file(folder, name)) as file:
        head = os.pread(file, magic.HEAD_BYTES, 0)
        return os.pread(file, magic.PICTURE_BYTES, 0) if magic.wants_more(head) else head


def _trim(recent: dict[str, int]) -> None:
    while len(recent) > MAX_FELT:
        del recent[min(recent, key=lambda path: recent[path])]
