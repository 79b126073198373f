"""The judge of one runtime's conduct: takes what was seen, gives the findings that it comes to.

Each thing is judged by itself, by the rules of its scope; and everything together, by the rules of
scope `runtime`, once for each batch that holds anything they care for. A finding is given as often
as its rule holds; `repeats` says which of them are worth telling.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from colonnade.detection.conditions import Leaf
from colonnade.detection.conduct.finding import ConductFinding, Sighting
from colonnade.detection.conduct.reading import Accounts, read
from colonnade.detection.conduct.window import Kept, Window
from colonnade.detection.match import Evidence, Finding, evidence_of, judge
from colonnade.detection.rules import Rule, RuleSet
from colonnade.detection.scopes import Scope
from colonnade.observations import Observation, Trust
from colonnade.observations.vocabulary import MOST_EVIDENCE

Evident = Mapping[Leaf, tuple[Evidence, ...]]
MOST_OF_A_LEAF = 100
"""Evidence for one leaf over everything; the newest things are kept."""


class Conduct:
    """What was seen of one runtime within the longest time that a rule asks for."""

    def __init__(self, rules: RuleSet, runtime: str) -> None:
        self._rules, self._runtime = rules, runtime
        self._window, self._accounts = Window(rules), Accounts()
        self._longest = int(max((rule.within_seconds for rule in rules.rules), default=0.0))
        self._now = 0

    def take(self, batch: Iterable[Observation]) -> list[ConductFinding]:
        """Take some observations of this runtime, in their order, and judge what is new."""
        touched: dict[int, Kept] = {}
        self._accounts.begin_batch()
        for seen in batch:
            self._now = max(self._now, int(seen.time.timestamp()))
            outside = seen.trust is not Trust.IN_SANDBOX
            for whole in read(seen, self._accounts):
                if kept := self._window.take(seen, whole, outside):
                    touched[kept.number] = kept
        found = [one for kept in touched.values() for one in self._alone(kept)]
        self._window.forget(self._now - self._longest)
        leaves = {leaf for kept in touched.values() for leaf in kept.shared}
        return [*found, *self._together(self._rules.concerned(Scope.RUNTIME, leaves))]

    def _alone(self, kept: Kept) -> Iterator[ConductFinding]:
        """What the rules of its own scope find in one thing."""
        if not kept.own or kept.scope is Scope.RUNTIME:
            return
        evidence = dict(kept.evidence(kept.own, 0))
        for rule in self._rules.concerned(kept.scope, kept.own):
            if finding := judge(rule, evidence):
                yield self._finding(rule, finding, {kept.number: kept}, kept.outside)

    def _together(self, rules: Iterable[Rule]) -> Iterator[ConductFinding]:
        """What these rules find in everything together."""
        merged: dict[int, _Merged] = {}
        for rule in rules:
            since = self._now - int(rule.within_seconds)
            if since not in merged:
                merged[since] = _Merged.of(self._window, since)
            seen = merged[since]
            # What was seen outside is enough wherever it is: then nothing inside is needed.
            if finding := judge(rule, seen.outside):
                yield self._finding(rule, finding, seen.things, outside=True)
            elif seen.everything and (finding := judge(rule, seen.everything)):
                yield self._finding(rule, finding, seen.things, outside=False)

    def _finding(
        self, rule: Rule, finding: Finding, kept: Mapping[int, Kept], outside: bool
    ) -> ConductFinding:
        needed = list(evidence_of(finding.result))
        first, last = min(one.line for one in needed), max(one.end_line for one in needed)
        things = {one.cell: kept[one.cell].sighting for one in needed}
        return ConductFinding(
            runtime=self._runtime,
            rule=rule.id,
            rules_version=self._rules.version,
            category=rule.category,
            axis=rule.axis,
            confidence=finding.confidence,
            scope=rule.scope,
            sensors=tuple(sorted({one.source for one in things.values()})),
            outside=outside,
            first_at=datetime.fromtimestamp(first, UTC),
            last_at=datetime.fromtimestamp(last, UTC),
            seconds=float(self._now - first),
            times=1,
            evidence=_shown(things.values()),
        )


@dataclass(frozen=True)
class _Merged:
    """Evidence of all things together, since some moment.

    Attributes:
        outside: what was seen from outside the sandbox.
        everything: that and what was seen inside; empty where nothing was.
    """

    things: Mapping[int, Kept]
    outside: Evident
    everything: Evident

    @classmethod
    def of(cls, window: Iterable[Kept], since: int) -> Self:
        things = [one for one in window if one.shared and one.last >= since]
        inside = any(not one.outside for one in things)
        return cls(
            {one.number: one for one in things},
            _evidence([one for one in things if one.outside], since),
            _evidence(things, since) if inside else {},
        )


def _evidence(things: Iterable[Kept], since: int) -> Evident:
    merged: dict[Leaf, list[Evidence]] = {}
    for kept in things:
        for leaf, evidence in kept.evidence(kept.shared, since):
            merged.setdefault(leaf, []).extend(evidence)
    return {leaf: tuple(found[-MOST_OF_A_LEAF:]) for leaf, found in merged.items()}


def _shown(things: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """A few things, oldest first, with at least one of each sensor."""
    ordered = sorted(things, key=lambda one: one.time)
    one_of_each = {one.source: one for one in reversed(ordered)}
    chosen = dict.fromkeys([*one_of_each.values(), *ordered])
    return tuple(sorted(list(chosen)[:MOST_EVIDENCE], key=lambda one: one.time))
