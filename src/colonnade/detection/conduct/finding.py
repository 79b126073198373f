"""What a rule over conduct found, and how that travels: as an observation of kind `finding`.

`observation_of` and `finding_of` undo each other. The form is `observations.vocabulary`'s; whoever
reads one reads it here, so that what is malformed is refused in one place.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from colonnade.detection.rules import Axis
from colonnade.detection.scopes import Scope
from colonnade.observations import Observation, Trust
from colonnade.observations.vocabulary import (
    CONDUCT,
    EVIDENCE_CHARACTERS,
    FINDING,
    MOST_EVIDENCE,
)

MOST_SECONDS = 1e9
"""Thirty years; a finding that took longer is none."""

Attributes = Mapping[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing that a finding rests on. `text` came from a runtime and is data."""

    time: datetime
    source: str
    trust: Trust
    text: str


@dataclass(frozen=True, slots=True)
class ConductFinding:
    """A rule that holds over what was seen of one runtime.

    Attributes:
        runtime: whose conduct it is.
        sensors: sources that the evidence comes from, sorted; two observations of one are one.
        outside: none of the evidence that the rule needs came from inside the sandbox.
        first_at, last_at: of the evidence, aware UTC.
        seconds: from the first sign to the finding.
        times: how often it was told, this time included.
        evidence: oldest first; of one that travelled, with the finding's times and as texts only.
    """

    runtime: str
    rule: str
    rules_version: str
    category: str
    axis: Axis
    confidence: float
    scope: Scope
    sensors: tuple[str, ...]
    outside: bool
    first_at: datetime
    last_at: datetime
    seconds: float
    times: int
    evidence: tuple[Sighting, ...]


def observation_of(finding: ConductFinding, time: datetime) -> Observation:
    """The finding as it is told at `time`."""
    attributes: dict[str, str | int | float | bool] = {
        "rule": finding.rule,
        "rules_version": finding.rules_version,
        "category": finding.category,
        "axis": finding.axis.value,
        "confidence": finding.confidence,
        "scope": finding.scope.value,
        "sensors": " ".join(finding.sensors),
        "outside": finding.outside,
        "first_at": finding.first_at.isoformat(),
        "last_at": finding.last_at.isoformat(),
        "seconds": round(finding.seconds, 3),
        "times": finding.times,
    }
    for place, seen in enumerate(finding.evidence[:MOST_EVIDENCE]):
        attributes[f"evidence.{place}"] = f"{seen.source}: {seen.text}"[:EVIDENCE_CHARACTERS]
    trust = Trust.KERNEL if finding.outside else Trust.IN_SANDBOX
    return Observation(time, CONDUCT, trust, FINDING, finding.runtime, finding.rule, attributes)


def finding_of(observation: Observation) -> ConductFinding:
    """The finding that an observation tells of. Raises ValueError when it is malformed."""
    given = observation.attributes
    if observation.kind != FINDING:
        raise ValueError(f"not a finding but '{observation.kind}'")
    first, last = _time(given, "first_at"), _time(given, "last_at")
    sensors = tuple(sorted(set(_text(given, "sensors").split())))
    if first > last or not sensors:
        raise ValueError("a finding has evidence of some sensor, from its first to its last")
    return ConductFinding(
        runtime=observation.runtime,
        rule=_text(given, "rule"),
        rules_version=_text(given, "rules_version"),
        category=_text(given, "category"),
        axis=Axis(_text(given, "axis")),
        confidence=_number(given, "confidence", 1.0),
        scope=Scope(_text(given, "scope")),
        sensors=sensors,
        outside=_flag(given, "outside"),
        first_at=first,
        last_at=last,
        seconds=_number(given, "seconds", MOST_SECONDS),
        times=max(1, int(_number(given, "times", 1e9))),
        evidence=tuple(_evidence(given, observation, last)),
    )


def _evidence(given: Attributes, observation: Observation, time: datetime) -> Iterator[Sighting]:
    for place in range(MOST_EVIDENCE):
        if (written := given.get(f"evidence.{place}")) is None:
            return
        source, _, text = str(written)[:EVIDENCE_CHARACTERS].partition(": ")
        yield Sighting(time, source, observation.trust, text)


def _text(given: Attributes, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"'{name}' is no text")
    return value


def _flag(given: Attributes, name: str) -> bool:
    value = given.get(name)
    if not isinstance(value, bool):
        raise ValueError(f"'{name}' is neither true nor false")
    return value


def _number(given: Attributes, name: str, most: float) -> float:
    value = given.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError(f"'{name}' is no number from 0 to {most:g}")
    return float(value)


def _time(given: Attributes, name: str) -> datetime:
    time = datetime.fromisoformat(_text(given, name))
    if time.tzinfo is None:
        raise ValueError(f"'{name}' has no time zone")
    try:
        return time.astimezone(UTC)
    except OverflowError as problem:
        raise ValueError(f"'{name}' is out of reach") from problem
