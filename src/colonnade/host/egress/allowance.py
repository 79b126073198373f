"""How much one runtime may move, and how fast. Pure: the clock is passed in, in seconds."""

BURST_SECONDS = 1.0
"""What was not used is kept for so long, so that short fetches are not slowed."""


class Allowance:
    """A bucket that fills with `bytes_per_second` (0: never empty), and a total (0: without)."""

    def __init__(self, bytes_per_second: int, volume_bytes: int, spent_bytes: int = 0) -> None:
        self.spent_bytes = spent_bytes
        self._rate, self._volume = bytes_per_second, volume_bytes
        self._level = bytes_per_second * BURST_SECONDS
        self._filled_at: float | None = None

    @property
    def is_used_up(self) -> bool:
        """Whether the whole volume was moved."""
        return 0 < self._volume <= self.spent_bytes

    def spend(self, count: int, now: float) -> float:
        """`count` bytes have come: how many seconds to wait before more is read."""
        self.spent_bytes += count
        if not self._rate:
            return 0.0
        if self._filled_at is not None:
            grown = self._level + (now - self._filled_at) * self._rate
            self._level = min(grown, self._rate * BURST_SECONDS)
        self._filled_at = now
        self._level -= count
        return max(0.0, -self._level / self._rate)
