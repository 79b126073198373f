"""How fast one runtime's output may flow through the platform. Pure: the clock is passed in.

Output takes the control plane's time, which everybody shares: a program that prints without end
to an eager client more than doubled other people's waits (docs/performance.md). What a person can
use passes at once; what is beyond flows at a steady rate, and its sender is slowed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

BURST_BYTES = 64 << 20
"""Passes at once: as much as the largest frame."""
RATE_BYTES = 8 << 20
"""A second, from then on: more than a browser can show."""
BURST_MESSAGES = 4096
"""Small messages cost the platform as much time as large ones."""
RATE_MESSAGES = 1000
"""A second: what a stock Jupyter server lets through, which drops the rest (jupyter_server,
`ZMQChannelsWebsocketConnection.iopub_msg_rate_limit`)."""
LEAST_SECONDS = 0.02
"""Shorter waits are saved up: a wait costs more than a small message."""


@dataclass
class _Bucket:
    """Holds `burst`, fills at `rate` a second, and may be overdrawn once."""

    burst: float
    rate: float
    left: float

    def fill(self, seconds: float) -> None:
        self.left = min(self.burst, self.left + seconds * self.rate)

    def take(self, amount: float) -> float:
        """For how many seconds nothing more is to be taken."""
        self.left -= amount
        return -self.left / self.rate


class Pace:
    """A bucket of bytes and one of messages."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._bytes = _Bucket(BURST_BYTES, RATE_BYTES, BURST_BYTES)
        self._messages = _Bucket(BURST_MESSAGES, RATE_MESSAGES, BURST_MESSAGES)
        self._clock, self._at = clock, clock()

    def take(self, size: int) -> float:
        """Note a message of `size` bytes that passes; for how many seconds to take nothing more."""
        self._fill()
        owed = max(self._bytes.take(size), self._messages.take(1))
        return owed if owed >= LEAST_SECONDS else 0.0

    @property
    def rested(self) -> bool:
        """Whether it is as if nothing had ever passed."""
        self._fill()
        return self._bytes.left >= BURST_BYTES and self._messages.left >= BURST_MESSAGES

    def _fill(self) -> None:
        now = self._clock()
        self._bytes.fill(now - self._at)
        self._messages.fill(now - self._at)
        self._at = now
