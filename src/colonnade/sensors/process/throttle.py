"""How much of the host's time one runtime may take by starting programs. Pure.

Counted in seconds of the thread that answers and not in programs: what takes long to read, because
its memory is being worked on by many threads, costs as much as many that are read at once.
"""

from dataclasses import dataclass

SHARE = 0.2
"""Of the host's time, when programs are started without end."""
BURST_SECONDS = 0.25
"""What may be taken at once after a quiet time: some 1,500 programs at 0.15 ms each."""


@dataclass
class Throttle:
    """One runtime's account. Times are of one monotonic clock, in seconds."""

    time: float
    credit: float = BURST_SECONDS

    def spend(self, now: float, seconds: float) -> float:
        """Take `seconds` from the account; for how long nothing more may be taken."""
        earned = max(0.0, now - self.time) * SHARE
        self.time = now
        self.credit = min(BURST_SECONDS, self.credit + earned) - seconds
        return max(0.0, -self.credit / SHARE)
