"""How fast one runtime's output may flow through the platform. Pure: the clock is passed in.

Output takes the control plane's time, which everybody shares: a program that prints without end
to an eager client more than doubled other people's waits (docs/performance.md). What a person can
use passes at once; what is beyond flows at a steady rate, and its sender is slowed.
"""

import time
from collections.abc import Callable

BURST_BYTES = 64 << 20
"""Passes at once: as much as the largest frame."""
RATE_BYTES = 8 << 20
"""A second, from then on: more than a browser can show."""


class Pace:
    """A bucket of `BURST_BYTES` that fills at `RATE_BYTES` a second, and may be overdrawn once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left, self._at = float(BURST_BYTES), clock()

    def take(self, size: int) -> float:
        """Note `size` bytes that pass now; for how many seconds to take nothing more."""
        self._fill()
        self._left -= size
        return max(0.0, -self._left / RATE_BYTES)

    @property
    def rested(self) -> bool:
        """Whether it is as if nothing had ever passed."""
        self._fill()
        return self._left >= BURST_BYTES

    def _fill(self) -> None:
        now = self._clock()
        self._left = min(BURST_BYTES, self._left + (now - self._at) * RATE_BYTES)
        self._at = now
