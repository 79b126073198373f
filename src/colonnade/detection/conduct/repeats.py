"""Which findings are worth telling: a rule holds at every look, and is told of when it says more.

The same rule is told again when it grew stronger (surer, seen by another sensor, or from outside
for the first time) or after ten minutes, with the number of times that it was told.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from colonnade.detection.conduct.finding import ConductFinding

AGAIN = timedelta(minutes=10)
MOST_RULES = 1000


@dataclass(frozen=True, slots=True)
class _Told:
    at: datetime
    finding: ConductFinding


class Repeats:
    """What was told of one runtime."""

    def __init__(self) -> None:
        self._told: OrderedDict[str, _Told] = OrderedDict()

    def worth_telling(
        self, findings: Iterable[ConductFinding], now: datetime
    ) -> list[ConductFinding]:
        """Those that say more than what was told; of one rule the strongest, surest first."""
        strongest: dict[str, ConductFinding] = {}
        for one in findings:
            known = strongest.get(one.rule)
            if known is None or _strength(one) > _strength(known):
                strongest[one.rule] = one
        told = [again for one in strongest.values() if (again := self._tell(one, now))]
        return sorted(told, key=_strength, reverse=True)

    def _tell(self, finding: ConductFinding, now: datetime) -> ConductFinding | None:
        before = self._told.get(finding.rule)
        if before is not None:
            stronger = _strength(finding) > _strength(before.finding)
            if not stronger and now - before.at < AGAIN:
                return None
            # Later tellings say how long the first took: what came after is no search any more.
            seconds = finding.seconds if stronger else before.finding.seconds
            finding = replace(finding, times=before.finding.times + 1, seconds=seconds)
        self._told[finding.rule] = _Told(now, finding)
        while len(self._told) > MOST_RULES:
            self._told.popitem(last=False)
        return finding


def _strength(finding: ConductFinding) -> tuple[float, bool, int]:
    return finding.confidence, finding.outside, len(finding.sensors)
