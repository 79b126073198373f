"""Which files of a runtime are worth an examination, and when. Pure.

A file waits until it rests, models and programs come before pictures, and a folder of alike files
is judged by few of them: copying ten thousand faces costs no more than a dozen examinations.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass, replace
from random import Random

from colonnade.sensors.files import magic
from colonnade.sensors.files.tally import Entry

MAX_WAITING = 64
MAX_KNOWN = 4_096
REST_SECONDS = 2.0
PATIENCE_SECONDS = 30.0
"""A file that never rests is examined as it is."""
AGAIN_SHARE = 0.25
"""A file whose size changed by so much is another one."""
AGAIN_SECONDS = 600.0
"""One that was written to is looked at again after so long, even at the same size."""
RENEWAL_SECONDS = 60.0
"""In a folder that had its share, one more of each form is examined after so long."""
BURST, SECONDS_EACH = 24, 4.0
"""Of one runtime: so many at once, and one more every so many seconds."""
WORTH_SECONDS = 0.1
"""One that takes longer counts as several: hostile files take 2.5 % of a core on average."""

_LARGE_BYTES = 1 << 20
_FIRST, _SECOND, _LAST = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be examined; `root` and `folder` as the runtime knows them, raw."""

    root: str
    folder: str
    entry: Entry
    form: str
    alike: int
    """Files of its folder and extension."""

    @property
    def path(self) -> str:
        """From its root."""
        return f"{self.folder}/{self.entry.name}" if self.folder else self.entry.name

    @property
    def priority(self) -> int:
        """The lower the sooner."""
        if self.form in magic.MODELS | magic.PROGRAMS | magic.FACES:
            return _FIRST
        return _SECOND if self.entry.size >= _LARGE_BYTES else _LAST


@dataclass(slots=True)
class _Share:
    taken: float
    at: float


class Queue:
    """One runtime's. `now` is in seconds of the clock that file systems write down."""

    def __init__(self, dice: Random) -> None:
        self._dice, self._by_lot = dice, False
        self._waiting: dict[tuple[str, str], tuple[Candidate, float]] = {}
        self._known: OrderedDict[tuple[str, str], tuple[Entry, float]] = OrderedDict()
        self._shares: OrderedDict[tuple[str, str, str], _Share] = OrderedDict()
        self._purse, self._purse_at = float(BURST), -math.inf
        self.dropped = 0
        """How many found no room since this was last set to 0."""

    def offer(self, candidate: Candidate, now: float) -> None:
        """A file that is new or was written to; whether it is worth it is decided here."""
        key = (candidate.root, candidate.path)
        if not is_worth(candidate) or not self._is_news(key, candidate.entry, now):
            return
        if key in self._waiting:
            self._waiting[key] = (candidate, self._waiting[key][1])
        elif self._has_share(candidate, now):
            self._waiting[key] = (candidate, now)
            if len(self._waiting) > MAX_WAITING:
                self._drop()

    def next(self, now: float) -> Candidate | None:
        """One that rests; None where there is none or it is too soon.

        The most telling first and any in turns: a crowd that looks telling starves nobody.
        """
        self._purse = min(BURST, self._purse + (now - self._purse_at) / SECONDS_EACH)
        self._purse_at = now
        ready = [one for one, since in self._waiting.values() if _rests(one.entry, since, now)]
        if not ready or self._purse < 1:
            return None
        best = min(ready, key=lambda one: (one.priority, -one.entry.size))
        chosen = self._dice.choice(ready) if self._by_lot else best
        self._by_lot = not self._by_lot
        self._purse -= 1
        del self._waiting[chosen.root, chosen.path]
        self._remember(chosen, now)
        return chosen

    def spent(self, seconds: float) -> None:
        """The last one took so long."""
        self._purse -= max(0.0, seconds / WORTH_SECONDS - 1)

    def retry(self, candidate: Candidate, entry: Entry, now: float) -> None:
        """It was found being written to: it waits again."""
        self._known.pop((candidate.root, candidate.path), None)
        self._waiting[candidate.root, candidate.path] = (replace(candidate, entry=entry), now)

    def _is_news(self, key: tuple[str, str], entry: Entry, now: float) -> bool:
        if key not in self._known:
            return True
        before, at = self._known[key]
        if abs(entry.size - before.size) > AGAIN_SHARE * max(before.size, 1):
            return True
        return entry.changed != before.changed and now - at >= AGAIN_SECONDS

    def _has_share(self, candidate: Candidate, now: float) -> bool:
        """Whether another of its folder and form may be taken; takes it."""
        key = (candidate.root, candidate.folder, candidate.form)
        share = self._shares.setdefault(key, _Share(0.0, now))
        self._shares.move_to_end(key)
        share.taken = max(0.0, share.taken - (now - share.at) / RENEWAL_SECONDS)
        share.at = now
        while len(self._shares) > MAX_KNOWN:
            self._shares.popitem(last=False)
        if share.taken + 1 > _fair_share(candidate):
            return False
        share.taken += 1
        return True

    def _drop(self) -> None:
        worst = max(self._waiting.values(), key=lambda one: (one[0].priority, -one[0].entry.size))
        del self._waiting[worst[0].root, worst[0].path]
        self.dropped += 1

    def _remember(self, candidate: Candidate, now: float) -> None:
        key = (candidate.root, candidate.path)
        self._known[key] = (candidate.entry, now)
        self._known.move_to_end(key)
        while len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)


def is_worth(candidate: Candidate) -> bool:
    """Whether its form and size can hold anything that an examination knows."""
    return candidate.entry.size >= 32 and candidate.form not in _NEVER


_NEVER = frozenset({magic.EMPTY, "pdf", "wav", "mp3", "ogg", "flac", "sqlite", "parquet"})


def _fair_share(candidate: Candidate) -> int:
    """How many of `alike` files are examined: pictures few, models many, and more of a crowd."""
    each = 1 if candidate.form in magic.PICTURES | magic.FACES else 4
    return each * (1 + max(1, candidate.alike).bit_length())


def _rests(entry: Entry, since: float, now: float) -> bool:
    return now - entry.changed / 1e9 >= REST_SECONDS or now - since >= PATIENCE_SECONDS
