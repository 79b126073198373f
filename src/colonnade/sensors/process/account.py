"""What was seen of one runtime's programs and waits to be told, and what could not be seen.

Bounded: what finds no room is counted and told as a gap. A program that is looked for in one folder
after the other (PATH) is asked for several times with the same words: the last one is told.
"""

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from colonnade.kit.clock import Clock
from colonnade.observations import Observation
from colonnade.sensors.process.facts import (
    NOTIFICATION,
    SCAN,
    shown,
    tell_exec,
    tell_gap,
    tell_refused,
)
from colonnade.sensors.process.reading import Command, Process
from colonnade.sensors.process.repeats import Repeats
from colonnade.sensors.process.scan import Census, Found
from colonnade.sensors.process.terms import Refusal

MOST_WAITING = 2000
QUEUE_FULL, UNREAD, RACE = "queue-full", "exec-unread", "argument-race"


@dataclass
class _Seen:
    time: datetime
    command: Command
    process: Process
    via: str
    refusal: Refusal | None = None


class Account:
    """One runtime's. Nothing here raises, or waits for anything but its turn.

    Attributes:
        turn: every method takes it. Whoever does more than one thing that nobody may see half done
            takes it around them: an answer to the kernel and what is told of it.
    """

    def __init__(self, runtime: str, census: Census, clock: Clock) -> None:
        self.turn = threading.RLock()
        self.runtime, self.census, self._clock = runtime, census, clock
        self._waiting: deque[_Seen] = deque()
        self._last: dict[int, _Seen] = {}
        self._refused: Repeats[_Seen] = Repeats()
        self._gaps: dict[str, tuple[int, str]] = {}

    @property
    def is_waiting(self) -> bool:
        """Whether there is something to tell soon, or to compare."""
        return bool(self._waiting) or self.census.is_waiting

    def started(self, command: Command, process: Process, refusal: Refusal | None) -> None:
        """The kernel asked, and was answered."""
        with self.turn:
            if refusal is None:
                self.census.expect(command, process)
            last = self._last.get(process.pid)
            if last is not None and last.command.words == command.words and last.refusal == refusal:
                last.command = command
            else:
                self._keep(_Seen(self._clock(), command, process, NOTIFICATION, refusal))

    def saw(self, command: Command, process: Process, via: str) -> None:
        """Another source saw that a program was started."""
        with self.turn:
            self.census.know(command, process)
            self._keep(_Seen(self._clock(), command, process, via))

    def failed(self, what: str, detail: str = "") -> None:
        """Something was not seen whole."""
        with self.turn:
            count, _ = self._gaps.get(what, (0, ""))
            self._gaps[what] = count + 1, detail

    def compare(self) -> None:
        """Whether what runs is what was asked for."""
        with self.turn:
            self._found(self.census.compare())

    def look(self) -> None:
        """Whether something runs that nobody told of."""
        with self.turn:
            self._found(self.census.look())

    def tell(self, most: int) -> Iterator[Observation]:
        """Up to `most` programs that wait to be told."""
        for one in self._take(most):
            if one.refusal is None:
                yield tell_exec(one.time, self.runtime, one.command, one.process, one.via)
            elif self._refused.is_first(_kind(one), one, self._clock()):
                yield self._refusal(one, one.refusal)

    def tell_together(self, at_end: bool = False) -> Iterator[Observation]:
        """Refusals that were counted, and every gap since the last time."""
        for one, count in self._refused.ended(None if at_end else self._clock()):
            if one.refusal is not None:
                yield self._refusal(one, one.refusal, count)
        with self.turn:
            gaps, self._gaps = self._gaps, {}
        for what, (count, detail) in gaps.items():
            yield tell_gap(self._clock(), self.runtime, what, count, detail)

    def _take(self, most: int) -> list[_Seen]:
        with self.turn:
            taken = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
            for one in taken:
                if self._last.get(one.process.pid) is one:
                    del self._last[one.process.pid]
        return taken

    def _found(self, found: Iterable[Found]) -> None:
        for one in found:
            if one.raced:
                self.failed(RACE, shown(one.command.words)[0])
            self.saw(one.command, one.process, SCAN)

    def _keep(self, seen: _Seen) -> None:
        if len(self._waiting) >= MOST_WAITING:
            self.failed(QUEUE_FULL)
            return
        self._waiting.append(seen)
        self._last[seen.process.pid] = seen

    def _refusal(self, one: _Seen, refusal: Refusal, repeated: int = 0) -> Observation:
        return tell_refused(one.time, self.runtime, one.command, one.process, refusal, repeated)


def _kind(one: _Seen) -> tuple[str, ...]:
    """What refusals have in common that are told together."""
    assert one.refusal is not None
    name = one.command.words[0].rpartition("/")[2] if one.command.words else ""
    return one.refusal.reason.value, one.refusal.rule, name
