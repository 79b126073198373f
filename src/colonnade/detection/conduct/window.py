"""What was seen of one runtime and matters to a rule, for as long as any rule may ask for it.

Bounded in every direction, also against a runtime that tries to push out what it did: things alike,
for which the same parts of rules hold, can push out each other only, and the oldest of them stay.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from colonnade.detection.conditions import Leaf
from colonnade.detection.conduct.finding import Sighting
from colonnade.detection.conduct.reading import Key, Whole
from colonnade.detection.features.feature import Feature, Kind
from colonnade.detection.match import Evidence, Hits, hits_of
from colonnade.detection.rules import RuleSet
from colonnade.detection.scopes import Scope
from colonnade.observations import Observation

MOST_KEPT = 2048
MOST_ALIKE = 32
OLDEST_ALIKE = 8
MAX_TEXT = 300


@dataclass(slots=True, eq=False)
class Kept:
    """One thing in the window. `own` are hits in its own scope, `shared` in scope `runtime`.

    Attributes:
        facts: each feature with the moment (seconds since the epoch) at which it was first there.
        first, last: moments at which the thing was seen.
    """

    number: int
    scope: Scope
    sighting: Sighting
    outside: bool
    first: int
    last: int
    count: int = 0
    facts: dict[tuple[Kind, str], int] = field(default_factory=dict[tuple[Kind, str], int])
    own: Hits = field(default_factory=dict[Leaf, tuple[Feature, ...]])
    shared: Hits = field(default_factory=dict[Leaf, tuple[Feature, ...]])

    @property
    def alike(self) -> frozenset[Leaf]:
        """What it has in common with the things that it may push out."""
        return frozenset(self.shared.keys() | self.own.keys())

    def evidence(self, hits: Hits, since: int) -> Iterator[tuple[Leaf, tuple[Evidence, ...]]]:
        """The evidence for each leaf, seen from `since` on."""
        for leaf, features in hits.items():
            yield (
                leaf,
                tuple(
                    Evidence(
                        self.number,
                        self.scope.value,
                        one.kind,
                        one.value,
                        max(self.facts[one.kind, one.value], since),
                        self.last,
                    )
                    for one in features
                ),
            )


class Window:
    """The kept things of one runtime, those least lately seen first."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._alike: dict[frozenset[Leaf], OrderedDict[Key, None]] = {}
        self._plain: OrderedDict[Key, None] = OrderedDict()
        self._numbers = 0

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Kept]:
        return iter(self._kept.values())

    def take(self, seen: Observation, whole: Whole, outside: bool) -> Kept | None:
        """Note that a thing was seen; what is kept of it, or None when no rule cares for it."""
        moment = int(seen.time.timestamp())
        kept = self._kept.get(whole.key)
        if kept is None and not whole.grows and whole.key in self._plain:
            self._plain.move_to_end(whole.key)
            return None
        fresh = kept is None
        if kept is None:
            sighting = Sighting(seen.time, seen.source, seen.trust, whole.text[:MAX_TEXT])
            kept = Kept(self._numbers, whole.scope, sighting, outside, moment, moment)
        elif whole.grows:
            old = kept.sighting
            kept.sighting = Sighting(old.time, old.source, old.trust, whole.text[:MAX_TEXT])
        kept.count += 1
        kept.first, kept.last = min(kept.first, moment), max(kept.last, moment)
        features = list(whole.read()) if fresh or whole.grows else []
        features += _repeated(kept)
        if not self._learn(kept, features, moment) and not fresh:
            self._kept.move_to_end(whole.key)
            return kept
        return self._place(whole, kept, fresh)

    def forget(self, before: int) -> None:
        """Let go of what was last seen before this moment."""
        while self._kept:
            key, kept = next(iter(self._kept.items()))
            if kept.last >= before:
                return
            self._drop(key)

    def _learn(self, kept: Kept, features: Iterable[Feature], moment: int) -> bool:
        """Add features to a thing; whether any is new."""
        before = len(kept.facts)
        for one in features:
            kept.facts.setdefault((one.kind, one.value), moment)
        return len(kept.facts) > before

    def _place(self, whole: Whole, kept: Kept, fresh: bool) -> Kept | None:
        """Look at a thing with the rules' eyes, and keep it if they see anything."""
        if not fresh:
            self._leave(whole.key, kept)
        features = [Feature(kind, value, 0, 0) for kind, value in kept.facts]
        kept.own = hits_of(self._rules, features, kept.scope)
        kept.shared = hits_of(self._rules, features, Scope.RUNTIME)
        if not kept.own and not kept.shared:
            self._kept.pop(whole.key, None)
            if not whole.grows:
                self._plain[whole.key] = None
                while len(self._plain) > MOST_KEPT:
                    self._plain.popitem(last=False)
            return None
        self._numbers += fresh
        self._kept[whole.key] = kept
        self._kept.move_to_end(whole.key)
        self._join(whole.key, kept)
        return kept

    def _join(self, key: Key, kept: Kept) -> None:
        alike = self._alike.setdefault(kept.alike, OrderedDict())
        alike[key] = None
        if len(alike) > MOST_ALIKE:
            self._drop(list(alike)[OLDEST_ALIKE])
        while len(self._kept) > MOST_KEPT:
            self._drop(next(iter(self._kept)))

    def _leave(self, key: Key, kept: Kept) -> None:
        if alike := self._alike.get(kept.alike):
            alike.pop(key, None)
            if not alike:
                del self._alike[kept.alike]

    def _drop(self, key: Key) -> None:
        self._leave(key, self._kept.pop(key))


def _repeated(kept: Kept) -> list[Feature]:
    """`times-10` and so on, the moment that it is reached."""
    if kept.count < 10 or kept.scope is not Scope.PROCESS:
        return []
    power = 10 ** (len(str(kept.count)) - 1)
    return [Feature.whole(Kind.COUNT, f"times-{power}")] if kept.count == power else []
