"""Findings between processes: as plain JSON out, and back in against the receiver's own rules.

As `detection.findings` for cells: what comes back names a rule and shows evidence. Everything that
the rule says of itself is taken from the receiver's rules, so a process that read hostile input
cannot make it up.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from colonnade.detection.conduct.finding import MOST_SECONDS, ConductFinding, Sighting
from colonnade.detection.rules import RuleSet
from colonnade.observations import Trust
from colonnade.observations.vocabulary import EVIDENCE_CHARACTERS, MOST_EVIDENCE

MOST_SENSORS = 16


def to_json(finding: ConductFinding) -> dict[str, Any]:
    """The finding in a form that `json.dumps` takes."""
    return {
        "runtime": finding.runtime,
        "rule": finding.rule,
        "sensors": list(finding.sensors),
        "outside": finding.outside,
        "first": finding.first_at.timestamp(),
        "last": finding.last_at.timestamp(),
        "seconds": finding.seconds,
        "evidence": [
            [one.time.timestamp(), one.source, one.trust.value, one.text]
            for one in finding.evidence
        ],
    }


def from_json(raw: object, rules: RuleSet) -> ConductFinding:
    """The finding again. Raises ValueError when `raw` has another form or names no known rule."""
    try:
        return _finding(cast("Mapping[str, Any]", raw), rules)
    except (LookupError, TypeError, AttributeError, OverflowError, OSError) as problem:
        raise ValueError(f"not a finding: {problem}") from problem


def _finding(raw: Mapping[str, Any], rules: RuleSet) -> ConductFinding:
    rule = rules.by_id[str(raw["rule"])]
    sensors = tuple(sorted({str(one)[:40] for one in raw["sensors"][:MOST_SENSORS]}))
    first, last = _time(raw["first"]), _time(raw["last"])
    seconds = float(raw["seconds"])
    if not sensors or first > last or not 0 <= seconds <= MOST_SECONDS:
        raise ValueError("not a finding: it has no evidence from first to last")
    evidence = tuple(
        Sighting(_time(one[0]), str(one[1])[:40], Trust(one[2]), str(one[3])[:EVIDENCE_CHARACTERS])
        for one in raw["evidence"][:MOST_EVIDENCE]
    )
    return ConductFinding(
        runtime=str(raw["runtime"]),
        rule=rule.id,
        rules_version=rules.version,
        category=rule.category,
        axis=rule.axis,
        confidence=rule.confidence,
        scope=rule.scope,
        sensors=sensors,
        outside=bool(raw["outside"]),
        first_at=first,
        last_at=last,
        seconds=seconds,
        times=1,
        evidence=evidence,
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
