"""Waits of hours, and clicks by a script: the runtime is held while nobody is there.

The length of a wait is what tells: seconds are for a server to come up, hours are for a machine
that shall not be taken back. To know another command that waits, add it to `WAITING`.
"""

import math
import re
from collections.abc import Sequence

from colonnade.detection.features.feature import Collector, Kind

WAITING = frozenset({"sleep"})
LONG_SECONDS = 3600
_AMOUNT = re.compile(r"(\d{1,20}(?:\.\d{1,10})?)([smhd]?)")
_AGAIN = re.compile(r"\bset(?:Interval|Timeout)\s?\(")
_PRESSED = (".click()", "dispatchEvent(")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
"""GNU coreutils, `sleep`: a number with a suffix; several are added up; `infinity` is one."""


def read_presence(collector: Collector, text: str, line: int, end: int) -> None:
    """Note a page's script that presses something again and again, as if somebody were there."""
    if any(one in text for one in _PRESSED) and _AGAIN.search(text):
        collector.add(Kind.REPEATED, "presence", line, end)


def read_waiting(
    collector: Collector, program: str, words: Sequence[str], line: int, end: int
) -> None:
    """Note `sleep hours` as a subcommand where `program` waits for an hour or more."""
    if program in WAITING and seconds_of(words) >= LONG_SECONDS:
        collector.add(Kind.SUBCOMMAND, f"{program} hours", line, end)


def seconds_of(words: Sequence[str]) -> float:
    """How many seconds `sleep` waits when it is given `words`; 0 for what is no amount.

    >>> seconds_of(["1h", "30"])
    3630.0
    """
    total = 0.0
    for word in words[:10]:
        if word.lower() in {"inf", "infinity"}:
            return math.inf
        if found := _AMOUNT.fullmatch(word):
            total += float(found[1]) * _UNITS[found[2]]
    return total
