"""Slows guessing down. Pure: values in, values out, the time passed in.

After `free` failures every further one doubles the wait, from one second up to `longest_seconds`.
An hour without failures forgets them.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

FORGET_AFTER = timedelta(hours=1)
ENTRIES = 20_000


@dataclass(frozen=True, slots=True)
class _Failures:
    count: int
    last: datetime


class Throttle:
    """Counts failures by key (a name, an address, both), in bounded memory."""

    def __init__(self, free: int, longest_seconds: int) -> None:
        self._free = free
        self._longest_seconds = longest_seconds
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def wait_seconds(self, key: str, now: datetime) -> float:
        """How long until the next attempt is heard; 0 when it may come now."""
        failures = self._current(key, now)
        if failures is None or failures.count < self._free:
            return 0.0
        wait = min(2.0 ** min(failures.count - self._free, 30), self._longest_seconds)
        return max(0.0, (failures.last + timedelta(seconds=wait) - now).total_seconds())

    def count(self, key: str, now: datetime) -> None:
        """An attempt that failed, or may yet fail: counted before it is judged, so that many at
        the same time are each counted."""
        failures = self._current(key, now)
        self._failures[key] = _Failures(failures.count + 1 if failures else 1, now)
        self._failures.move_to_end(key)
        while len(self._failures) > ENTRIES:
            self._failures.popitem(last=False)

    def undo(self, key: str) -> None:
        """The attempt last counted did not fail."""
        failures = self._failures.get(key)
        if failures is None:
            return
        if failures.count > 1:
            self._failures[key] = _Failures(failures.count - 1, failures.last)
        else:
            del self._failures[key]

    def forget(self, key: str) -> None:
        """No failures any more under this key."""
        self._failures.pop(key, None)

    def _current(self, key: str, now: datetime) -> _Failures | None:
        failures = self._failures.get(key)
        return failures if failures and now - failures.last < FORGET_AFTER else None


def network_of(address: str) -> str:
    """What counts as one place: an IPv4 address, or the /64 that an IPv6 subscriber usually has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ip_network((int(parsed), 64), strict=False))
    return str(parsed)
