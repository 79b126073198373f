"""One runtime's channel: what was heard and waits to be read, within bounds. No I/O, no clock.

Silence and floods are told as gaps. A hook that says nothing in a runtime that computes may have
been switched off, and may as well stand behind one long call of a library; a flood may be an honest
loop of `eval`. Neither proves anything.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from colonnade.sensors.hook.packets import URGENT, Pulse, Text, read

MOST_A_MINUTE = 1500
"""Packets; a sound hook sends at most 700 (`colonnade_teller`, 100 at once and 10 a second)."""
MOST_WAITING = 64
MOST_KNOWN = 4000
READING_SHARE = 0.05
"""Of a core, for reading the texts of one runtime: a costly text delays the next."""
SILENT_SECONDS = 60.0
"""Four pulses."""
BUSY_SHARE = 0.2
"""Of a core, while nothing is said; an idle kernel takes a hundredth."""


@dataclass(frozen=True)
class Gap:
    """What was not seen: `what` is the observation's subject, `count` of packets or seconds."""

    what: str
    count: int
    detail: str


@dataclass(frozen=True)
class Limits:
    """Times in seconds; tests shorten them."""

    most: int = MOST_A_MINUTE
    window: float = 60.0
    """More than `most` packets in it are a flood, which is told once."""
    silent: float = SILENT_SECONDS
    again: float = 600.0
    """Silence and drops are told again after so long."""


class Channel:
    """What one runtime's hook says. Times are seconds of one clock, processor time likewise."""

    def __init__(self, now: float, limits: Limits) -> None:
        self._limits = limits
        self._urgent, self._plain = deque[Text](), deque[Text]()
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._window_at, self._in_window = now, 0
        self._read_at = now
        self._quiet_since, self._used_before = now, -1.0
        """When it last spoke, and the processor time used until the look after that (-1: none)."""
        self._told_at: dict[str, float] = {}
        self._lost = self._said_dropped = 0
        self.closed = False

    def hear(self, packet: bytes, now: float) -> None:
        """Take one packet; beyond the most of a window it is only counted."""
        self._in_window += 1
        self._quiet_since, self._used_before = now, -1.0
        if self._in_window > self._limits.most:
            return
        said = read(packet)
        if said is None:
            return
        if isinstance(said, Pulse):
            # Another kernel counts from nothing again.
            self._lost += max(0, said.dropped - self._said_dropped)
            self._said_dropped = said.dropped
        else:
            self._keep(said)

    def next(self, now: float) -> Text | None:
        """The text to read now; None when there is none, or none may be read yet."""
        if now < self._read_at:
            return None
        waiting = self._urgent or self._plain
        return waiting.popleft() if waiting else None

    def read(self, seconds: float, now: float) -> None:
        """Reading the last one took so long."""
        self._read_at = now + seconds / READING_SHARE

    def due(self, now: float) -> float | None:
        """Seconds until `next` gives something, None when nothing waits."""
        return max(0.0, self._read_at - now) if self._urgent or self._plain else None

    def lose(self) -> None:
        """A text that could not be read."""
        self._lost += 1

    def gaps(self, now: float, cpu_seconds: float) -> Iterator[Gap]:
        """What to tell by now; `cpu_seconds` is what the runtime has used altogether."""
        if now - self._window_at >= self._limits.window:
            if self._in_window > self._limits.most:
                yield Gap("hook-flood", self._in_window, "more than a sound hook sends")
            self._window_at, self._in_window = now, 0
        if self._lost and self._may_tell("queue-full", now):
            yield Gap("queue-full", self._lost, "texts that found no room")
            self._lost = 0
        yield from self._silence(now, cpu_seconds)

    def _silence(self, now: float, cpu_seconds: float) -> Iterator[Gap]:
        """Told when it has lasted, and the runtime computed all the while."""
        if self._used_before < 0:
            self._used_before = cpu_seconds
        seconds, used = now - self._quiet_since, cpu_seconds - self._used_before
        silent = seconds >= self._limits.silent and used >= BUSY_SHARE * seconds
        if silent and self._may_tell("hook-silent", now):
            detail = "its channel is closed" if self.closed else "nothing heard"
            yield Gap("hook-silent", round(seconds), detail)

    def _may_tell(self, what: str, now: float) -> bool:
        if now - self._told_at.get(what, -self._limits.again) < self._limits.again:
            return False
        self._told_at[what] = now
        return True

    def _keep(self, text: Text) -> None:
        key = sha256(text.source).digest()
        if key in self._known:
            return
        waiting = self._urgent if text.origin in URGENT else self._plain
        if len(waiting) >= MOST_WAITING:
            self._lost += 1
            return
        self._known[key] = None
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        waiting.append(text)
