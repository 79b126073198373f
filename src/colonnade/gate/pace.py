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
MESSAGE_BYTES = 8 << 10
"""A message counts as so many more, since small ones cost the platform as much time: 8,000 of them
pass at once, and then 1,000 a second (what a stock Jupyter server lets through, which drops the
rest: `iopub_msg_rate_limit`)."""
LEAST_SECONDS = 0.02
"""Shorter waits are saved up: a wait costs more than a small message."""


class Pace:
    """A bucket of `BURST_BYTES` that fills at `RATE_BYTES` a second, and may be overdrawn."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left, self._at = float(BURST_BYTES), clock()

    def take(self, size: int) -> float:
        """Note a message of `size` bytes that passes; for how many seconds to take nothing more."""
        self._fill()
        self._left -= size + MESSAGE_BYTES
        owed = -self._left / RATE_BYTES
        return owed if owed >= LEAST_SECONDS else 0.0

    @property
    def rested(self) -> bool:
        """Whether it is as if nothing had ever passed."""
        self._fill()
        return self._left >= BURST_BYTES

    def _fill(self) -> None:
        now = self._clock()
        self._left = min(BURST_BYTES, self._left + (now - self._at) * RATE_BYTES)
        self._at = now
