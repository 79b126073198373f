"""Refusals that repeat themselves are counted, so that a loop of them is told a few times. Pure.

The first is told at once; those alike within `WINDOW_SECONDS` are told together when it ends.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

WINDOW_SECONDS = 15.0
MOST_KINDS = 20
"""Told apart in one window; what comes beyond them is counted under the last of them."""

Kind = tuple[str, ...]
Seen = TypeVar("Seen")


@dataclass
class _Window(Generic[Seen]):
    until: datetime
    last: Seen
    count: int = 0


@dataclass
class Repeats(Generic[Seen]):
    """What was told of one runtime lately."""

    windows: dict[Kind, _Window[Seen]] = field(default_factory=dict[Kind, _Window[Seen]])

    def is_first(self, kind: Kind, seen: Seen, now: datetime) -> bool:
        """Whether it is to be told now; else it is counted."""
        window = self.windows.get(kind)
        if window is None and len(self.windows) < MOST_KINDS:
            self.windows[kind] = _Window(now + timedelta(seconds=WINDOW_SECONDS), seen)
            return True
        if window is None:
            window = next(reversed(self.windows.values()))
        window.last, window.count = seen, window.count + 1
        return False

    def ended(self, now: datetime | None) -> list[tuple[Seen, int]]:
        """(the last one, how many) of each kind whose window has ended; None ends them all."""
        over = [kind for kind, one in self.windows.items() if now is None or one.until <= now]
        windows = [self.windows.pop(kind) for kind in over]
        return [(window.last, window.count) for window in windows if window.count]
