"""A recorded run once more: what the rules find in it, when, and what the policy makes of that.

It judges exactly as the host does, batch by batch (`BATCH_SECONDS`), so that a recording gives what
its run gave. Pure: observations, rules and a policy in, findings with decisions out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from colonnade.detection.conduct.conduct import Conduct
from colonnade.detection.conduct.finding import ConductFinding
from colonnade.detection.conduct.repeats import Repeats
from colonnade.detection.rules import RuleSet
from colonnade.enforcement.decide_conduct import (
    WEIGHED_TOGETHER,
    ConductDecision,
    Step,
    decide_conduct,
    rank,
)
from colonnade.observations import Observation
from colonnade.policy import Policy

BATCH_SECONDS = 1.0
"""What the host's judge collects before it judges."""


@dataclass(frozen=True)
class Told:
    """A finding, when it was told, and what the policy made of everything found by then."""

    at: datetime
    finding: ConductFinding
    decision: ConductDecision


@dataclass
class Run:
    """One runtime of a recording.

    Attributes:
        begun: when it was first seen.
        told: findings in the order in which they were told.
    """

    runtime: str
    begun: datetime
    told: list[Told] = field(default_factory=list[Told])

    @property
    def gravest(self) -> Told | None:
        """What first led to the gravest step; None where nothing was found."""
        return max(self.told, key=lambda one: rank(one.decision.step), default=None)

    @property
    def step(self) -> Step:
        """The gravest step that the policy provides for this run."""
        return self.gravest.decision.step if self.gravest else Step.NONE


def replay(observations: Sequence[Observation], rules: RuleSet, policy: Policy) -> list[Run]:
    """Each runtime's run, in the order in which they were first seen."""
    by_runtime: dict[str, list[Observation]] = {}
    for one in observations:
        by_runtime.setdefault(one.runtime, []).append(one)
    return [_run(runtime, seen, rules, policy) for runtime, seen in by_runtime.items()]


def _run(runtime: str, seen: list[Observation], rules: RuleSet, policy: Policy) -> Run:
    # Sensors report in their own rhythm: lines of a recording are slightly out of order.
    seen = sorted(seen, key=lambda one: one.time)
    conduct, repeats, run = Conduct(rules, runtime), Repeats(), Run(runtime, seen[0].time)
    heard: list[tuple[datetime, ConductFinding]] = []
    for at, batch in _batches(seen):
        found = repeats.worth_telling(conduct.take(batch), at)
        heard += [(at, one) for one in found]
        recent = [one for time, one in heard if at - time <= WEIGHED_TOGETHER]
        decision = decide_conduct(recent, policy)
        run.told += [Told(at, one, decision) for one in found]
    return run


def _batches(seen: Iterable[Observation]) -> Iterator[tuple[datetime, list[Observation]]]:
    step = timedelta(seconds=BATCH_SECONDS)
    zero: datetime | None = None

    def number(one: Observation) -> int:
        nonlocal zero
        zero = zero or one.time
        return (one.time - zero) // step

    for _, batch in groupby(seen, number):
        ones = list(batch)
        yield ones[-1].time, ones
