"""Looks at the living processes of one runtime: what notification missed, and what runs in truth.

What is read before an exec can be changed before the kernel reads it in its turn (an argument
race). So what runs afterwards is compared with what was asked for. A program that rewrites its own
command line looks the same as a race: both are worth telling.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from colonnade.sensors.process.facts import is_same, is_script
from colonnade.sensors.process.reading import Command, Process, read_process, read_running

MOST_EXPECTED = 2000
"""Programs that are remembered until they are compared, or for the sake of their copies."""
MOST_READ = 200
"""Processes of one runtime that are read in one look; the next look goes on."""
TRIES = 3
"""A program may be slow to start, and need not start at all."""

Lister = Callable[[], frozenset[int]]


class _Expected(NamedTuple):
    command: Command
    process: Process
    tries: int = 0


@dataclass(frozen=True)
class Found:
    """A program that runs and was not told of as it is. raced: it was told of as another."""

    command: Command
    process: Process
    raced: bool = False


class Census:
    """The processes of one runtime.

    Args:
        list_processes: ids of those that live now.
        outermost: the one that the host started, which is nothing of a person's.

    Attributes:
        notified: whether every exec is told of beforehand.
    """

    def __init__(self, list_processes: Lister, outermost: int) -> None:
        self.notified = False
        self._list, self._outermost = list_processes, outermost
        self._living: frozenset[int] = frozenset()
        self._lines: dict[int, tuple[str, ...]] = {}
        self._expected: dict[int, _Expected] = {}
        self._told: OrderedDict[int, None] = OrderedDict()

    @property
    def is_waiting(self) -> bool:
        """Whether there are programs whose start has yet to be compared."""
        return bool(self._expected)

    def expect(self, command: Command, process: Process) -> None:
        """The process was allowed to run this."""
        self._remember(command)
        if len(self._expected) < MOST_EXPECTED or process.pid in self._expected:
            self._expected[process.pid] = _Expected(command, process)

    def know(self, command: Command, process: Process) -> None:
        """Somebody has told of this program."""
        self._lines[process.pid] = command.words
        self._remember(command)

    def compare(self) -> list[Found]:
        """Those that run something else than they were allowed to."""
        if not self._expected:
            return []
        # Most have ended: to list who lives costs less than to look for each of those.
        living = self._list()
        self._expected = {pid: one for pid, one in self._expected.items() if pid in living}
        waiting = [self._expected.pop(pid) for pid in list(self._expected)[:MOST_READ]]
        return [found for one in waiting if (found := self._compare(one)) is not None]

    def _compare(self, expected: _Expected) -> Found | None:
        asked, process = expected.command, expected.process
        runs = _running(process.pid)
        if runs is None or not runs.words:
            return None
        if not is_same(asked, runs) and expected.tries < TRIES and self._runs_still(process):
            self._expected.setdefault(process.pid, expected._replace(tries=expected.tries + 1))
            return None
        if not is_same(asked, runs) and expected.tries >= TRIES:
            # It could not start that program, and runs another one that was told before.
            return None if hash(runs.words) in self._told else Found(runs, process, raced=True)
        self._lines[process.pid] = runs.words
        self._remember(runs)
        if is_same(asked, runs):
            return Found(runs, process) if runs.image != asked.image else None
        return Found(runs, process, raced=not is_script(asked, runs))

    def _runs_still(self, process: Process) -> bool:
        """Whether it runs what it ran when it asked: it has not started anything else yet."""
        now = _process(process.pid)
        return now is not None and now.image == process.image

    def look(self) -> list[Found]:
        """Programs that run and that nobody told of. Cheap as long as nothing changes."""
        living = self._list()
        if living == self._living and living.issubset(self._lines):
            return []
        for gone in self._lines.keys() - living:
            del self._lines[gone]
        self._living = living
        found: list[Found] = []
        for pid in sorted(living - self._lines.keys() - self._expected.keys())[:MOST_READ]:
            runs = _running(pid)
            if runs is None:
                continue
            self._lines[pid] = runs.words
            process = _process(pid) if runs.words and not self._is_known(pid, runs) else None
            if process is not None and self._lines.get(process.parent) != runs.words:
                self._remember(runs)
                found.append(Found(runs, process))
        return found

    def _is_known(self, pid: int, runs: Command) -> bool:
        """Whether nothing need be told of it. What is but a copy of its parent started nothing.

        The parent may have ended, so that with notification it is compared with all that was told.
        """
        return pid == self._outermost or (self.notified and hash(runs.words) in self._told)

    def _remember(self, command: Command) -> None:
        self._told[hash(command.words)] = None
        while len(self._told) > MOST_EXPECTED:
            self._told.popitem(last=False)


def lister(groups: Iterable[Path], outermost: int) -> Lister:
    """Ids of a runtime's processes: of its control group, or else the descendants of its first."""
    files = [folder / "cgroup.procs" for folder in groups][:1]
    if files:
        return lambda: _members(files[0])
    return lambda: frozenset(_descendants(outermost))


def _members(file: Path) -> frozenset[int]:
    try:
        return frozenset(map(int, file.read_bytes().split()))
    except OSError:
        return frozenset()


def _descendants(outermost: int) -> set[int]:
    """By /proc/pid/task/tid/children (proc(5); CONFIG_PROC_CHILDREN)."""
    found = {outermost}
    waiting = [outermost]
    while waiting:
        try:
            for children in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
                fresh = {int(one) for one in children.read_bytes().split()} - found
                found |= fresh
                waiting += fresh
        except OSError:
            continue
    return found


def _running(pid: int) -> Command | None:
    try:
        return read_running(pid)
    except OSError:
        return None


def _process(pid: int) -> Process | None:
    try:
        return read_process(pid)
    except OSError:
        return None
