"""The judge of one runtime's conduct: takes what was seen, gives the findings that it comes to.

Each thing is judged by itself, by the rules of its scope; and everything together, by the rules of
scope `runtime`, once for each batch that holds anything they care for. A finding is given as often
as its rule holds; `repeats` says which of them are worth telling.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

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
        self._by_scope = {
            scope: [rule for rule in rules.rules if rule.scope is scope] for scope in Scope
        }
        self._together = self._by_scope[Scope.RUNTIME]
        self._longest = int(max((one.within_seconds for one in self._together), default=0.0))
        self._now = 0

    def take(self, batch: Iterable[Observation]) -> list[ConductFinding]:
        """Take some observations of this runtime, in their order, and judge what is new."""
        touched: dict[int, Kept] = {}
        for seen in batch:
            self._now = max(self._now, int(seen.time.timestamp()))
            outside = seen.trust is not Trust.IN_SANDBOX
            for whole in read(seen, self._accounts):
                if kept := self._window.take(seen, whole, outside):
                    touched[kept.number] = kept
        found = [one for kept in touched.values() for one in self._alone(kept)]
        if any(kept.shared for kept in touched.values()):
            self._window.forget(self._now - self._longest)
            found += self._all_together()
        return found

    def _alone(self, kept: Kept) -> Iterator[ConductFinding]:
        """What the rules of its own scope find in one thing."""
        if not kept.own or kept.scope is Scope.RUNTIME:
            return
        evidence = dict(kept.evidence(kept.own, 0))
        for rule in self._by_scope[kept.scope]:
            if finding := judge(rule, evidence):
                yield self._finding(rule, finding, {kept.number: kept}, kept.outside)

    def _all_together(self) -> Iterator[ConductFinding]:
        kept = {one.number: one for one in self._window if one.shared}
        for rule in self._together:
            since = self._now - int(rule.within_seconds)
            recent = [one for one in kept.values() if one.last >= since]
            # What was seen outside is enough wherever it is: then nothing inside is needed.
            for outside in (True, False):
                evidence = _merge(recent, since, only_outside=outside)
                if finding := judge(rule, evidence):
                    yield self._finding(rule, finding, kept, outside)
                    break

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


def _merge(things: Iterable[Kept], since: int, only_outside: bool) -> Evident:
    merged: dict[Leaf, tuple[Evidence, ...]] = {}
    for kept in things:
        if kept.outside or not only_outside:
            for leaf, evidence in kept.evidence(kept.shared, since):
                merged[leaf] = (*merged.get(leaf, ()), *evidence)[-MOST_OF_A_LEAF:]
    return merged


def _shown(things: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """A few things, oldest first, with at least one of each sensor."""
    ordered = sorted(things, key=lambda one: one.time)
    one_of_each = {one.source: one for one in reversed(ordered)}
    chosen = dict.fromkeys([*one_of_each.values(), *ordered])
    return tuple(sorted(list(chosen)[:MOST_EVIDENCE], key=lambda one: one.time))
