"""Which folders look like a program that somebody fetched, and when one is worth comparing. Pure.

A program is the folder next below the root that holds source files anywhere below it; the root
itself is one where some lie in it directly.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from colonnade.sensors.files.tally import Tally
from colonnade.sensors.files.walk import Folder

SOURCES = frozenset({"py", "pyw", "ipy", "pyx"})
LEAST_SOURCES = 4
MAX_PROGRAMS = 256
MAX_FOLDERS = 2_000
"""Of one program, whose sources are counted."""
PATIENCE_SECONDS = 20.0
"""One that never rests is compared as it is."""
AGAIN_SHARE = 0.25
PAUSE_SECONDS = 20.0
"""Between two comparisons for one runtime: each may take seconds."""
_PASSED = frozenset({"lib", "lib64", "site-packages", "src", "share", "bin"})
"""Folders that hold programs and are none."""


@dataclass(slots=True)
class _Program:
    folders: dict[str, int] = field(default_factory=dict[str, int])
    before: int = 0
    """Source files at the last look."""
    compared: int = 0
    since: float | None = None
    """When it was first seen to be other than compared."""

    @property
    def sources(self) -> int:
        return sum(self.folders.values())


class Programs:
    """Those beneath one root."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Program] = OrderedDict()
        self._not_before = 0.0

    def see(self, folder: Folder[Tally]) -> None:
        """A folder that was looked at."""
        count = sum(group.count for name, group in folder.files.groups.items() if name in SOURCES)
        key = program_of(folder.path)
        if not count and key not in self._known:
            return
        known = self._known.setdefault(key, _Program())
        self._known.move_to_end(key)
        if len(known.folders) < MAX_FOLDERS or folder.path in known.folders:
            known.folders[folder.path] = count
        while len(self._known) > MAX_PROGRAMS:
            self._known.popitem(last=False)

    def next(self, now: float) -> str | None:
        """After a walk: a program that is new or much changed, and rests."""
        ready = [name for name, one in self._known.items() if _is_ready(one, now)]
        if not ready or now < self._not_before:
            return None
        chosen = min(ready, key=lambda name: (name.count("/"), name))
        one = self._known[chosen]
        one.compared, one.since = one.sources, None
        self._not_before = now + PAUSE_SECONDS
        return chosen

    @property
    def waiting(self) -> bool:
        """Whether one of them is to be compared soon."""
        return any(one.since is not None for one in self._known.values())


def program_of(folder: str) -> str:
    """The program that a folder belongs to, '' for the root's own."""
    parts = folder.split("/") if folder else []
    for place, name in enumerate(parts):
        if name not in _PASSED and not name.startswith("python3"):
            return "/".join(parts[: place + 1])
    return ""


def _is_ready(one: _Program, now: float) -> bool:
    sources, before = one.sources, one.before
    one.before = sources
    if sources < LEAST_SOURCES or abs(sources - one.compared) <= AGAIN_SHARE * one.compared:
        one.since = None
        return False
    if one.since is None:
        one.since = now
    return sources == before or now - one.since >= PATIENCE_SECONDS
