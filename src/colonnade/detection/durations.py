"""Lengths of time as rules and features write them: `90s`, `30m`, `1h`."""

import re
from collections.abc import Iterator

_WRITTEN = re.compile(r"(\d{1,5})([smh])")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
LONGEST_SECONDS = 24 * 3600.0
STEPS = ("5m", "10m", "30m", "1h", "2h", "4h", "8h")
"""How long something must have gone on to be worth a feature."""


def seconds_of(written: object) -> float:
    """Seconds of `30m`, a day at most. Raises ValueError for anything else."""
    found = _WRITTEN.fullmatch(written) if isinstance(written, str) else None
    seconds = int(found[1]) * _SECONDS[found[2]] if found else -1.0
    if not 0 <= seconds <= LONGEST_SECONDS:
        raise ValueError("a length of time is written '90s', '30m' or '2h', up to '24h'")
    return seconds


def steps_reached(seconds: float) -> Iterator[str]:
    """The steps that `seconds` have reached, shortest first."""
    return (step for step in STEPS if seconds >= seconds_of(step))
