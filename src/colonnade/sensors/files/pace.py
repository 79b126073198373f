"""When to look at a runtime's folders: soon after a change, seldom when nothing happens. Pure.

A *pulse* is a cheap reading that is other after a change. A walk is due as soon as the pulse is
other, and anyhow after `QUIET_SECONDS`, since a file can be rewritten in place without any pulse.
"""

from collections.abc import Hashable
from dataclasses import dataclass

PULSE_SECONDS = 4.0
"""How often pulses are read."""
FIRST_SECONDS, STEADY_SECONDS, QUIET_SECONDS = 5.0, 15.0, 60.0
"""Between two walks: at the beginning of a change, while it goes on, without any."""
FIRST_WALKS = 4
MOST_SHARE = 0.02
"""Of one core, on average, for the walks of one runtime."""


@dataclass(slots=True)
class Pace:
    """One runtime's. Times are seconds of a clock that never goes back."""

    _pulse: Hashable = None
    _walked_at: float = float("-inf")
    _cost: float = 0.0
    _changed: bool = True
    _unfinished: bool = False
    _in_a_row: int = 0

    def feel(self, pulse: Hashable) -> None:
        """The pulse as it is now."""
        self._changed = self._changed or pulse != self._pulse
        self._pulse = pulse

    def is_due(self, now: float) -> bool:
        """Whether to walk now."""
        if not self._changed:
            wanted = QUIET_SECONDS
        else:
            soon = self._unfinished or self._in_a_row < FIRST_WALKS
            wanted = FIRST_SECONDS if soon else STEADY_SECONDS
        return now - self._walked_at >= max(wanted, self._cost / MOST_SHARE)

    def walked(self, now: float, cost_seconds: float, unfinished: bool) -> None:
        """A walk ended, which took so much processor time; an unfinished one goes on soon."""
        quiet_before = now - self._walked_at >= QUIET_SECONDS
        self._in_a_row = 0 if quiet_before or not self._changed else self._in_a_row + 1
        self._walked_at, self._cost = now, cost_seconds
        self._changed = self._unfinished = unfinished
