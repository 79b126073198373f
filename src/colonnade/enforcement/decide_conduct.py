"""The decision over conduct: findings over one runtime and a policy in, one step out. Pure.

Its counterpart for cells is `decide`. What runs already cannot be held, so that there are two steps
here: a notice, and a stop.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from colonnade.detection.conduct.finding import ConductFinding
from colonnade.detection.rules import Axis
from colonnade.observations.vocabulary import CONDUCT, HOOK_SENSOR, OUTPUT_SENSOR
from colonnade.policy import Category, Policy

SIGNALS_NEEDED = 2
"""Independent signals from outside the sandbox without which no machine stops a runtime."""
_INSIDE = frozenset({HOOK_SENSOR, OUTPUT_SENSOR, CONDUCT})
"""Sources that are never a signal from outside, whatever a finding says of itself."""


class Step(StrEnum):
    """What is to happen with the runtime."""

    NONE = "none"
    NOTICE = "notice"
    STOP = "stop"


_RISING = tuple(Step)


@dataclass(frozen=True)
class ConductReason:
    """One finding that the decision rests on, and the step that it takes part in."""

    finding: ConductFinding
    step: Step


@dataclass(frozen=True)
class ConductDecision:
    """What is to happen with a runtime.

    Attributes:
        step: the strongest that any category comes to.
        category: the one that comes to it; None when the step is 'none'.
        reasons: the findings of this category that take a step, strongest first.
        sensors: from which the signals that count for a stop come, sorted; also when they are too
            few for one.
    """

    step: Step
    category: Category | None = None
    reasons: tuple[ConductReason, ...] = ()
    sensors: tuple[str, ...] = ()


def decide_conduct(findings: Sequence[ConductFinding], policy: Policy) -> ConductDecision:
    """The step that the policy provides for what was found over one runtime.

    `findings` are those that are to be weighed together; the caller leaves out what is too old.

    1. Only findings count whose category the policy knows and has switched on.
    2. A finding whose confidence reaches the ladder's 'notice' gives a notice. It cannot be held:
       what 'hold' would ask for runs already.
    3. Capability, harm and legitimacy stop nothing: being able is never treated as doing. What
       learned weights found speaks of capability only (`rules.Rule`), so it stops nothing either.
       Legitimacy does not even give a notice.
    4. A rule that has fallen back in the policy gives a notice at most.
    5. A finding that needs what was seen inside the sandbox gives a notice at most.
    6. What counts for a stop is conduct whose confidence reaches the ladder's 'refuse'. A runtime
       is stopped when such findings of one category come from two different sensors outside the
       sandbox. One finding whose evidence comes from two sensors is two signals; two findings of
       one sensor are one.
    7. Each category is weighed by itself; the gravest is the decision, then the surest.
    """
    weighed = [one for category in policy.categories if (one := _weigh(findings, category, policy))]
    if not weighed:
        return ConductDecision(Step.NONE)
    return max(weighed, key=lambda one: (rank(one.step), one.reasons[0].finding.confidence))


def rank(step: Step) -> int:
    """How grave a step is: 0 for 'none', 2 for 'stop'."""
    return _RISING.index(step)


def _weigh(
    findings: Iterable[ConductFinding], category: Category, policy: Policy
) -> ConductDecision | None:
    """The step that this category comes to; None for none."""
    ladder = policy.ladder_of(category)
    said = [
        one
        for one in findings
        if one.category == category.id
        and one.axis is not Axis.LEGITIMACY
        and one.confidence >= ladder.notice
    ]
    if not category.enabled or not said:
        return None
    stopping = [one for one in said if _counts(one, ladder.refuse, policy)]
    sensors = tuple(sorted({sensor for one in stopping for sensor in one.sensors} - _INSIDE))
    step = Step.STOP if len(sensors) >= SIGNALS_NEEDED else Step.NOTICE
    reasons = [ConductReason(one, step if one in stopping else Step.NOTICE) for one in said]
    reasons.sort(key=lambda one: (rank(one.step), one.finding.confidence), reverse=True)
    return ConductDecision(step, category, tuple(reasons), sensors)


def _counts(finding: ConductFinding, bar: float, policy: Policy) -> bool:
    """Whether it is a signal for a stop."""
    return (
        finding.axis is Axis.CONDUCT
        and finding.outside
        and finding.confidence >= bar
        and finding.rule not in policy.fallen_back
    )
