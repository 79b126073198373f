"""The decision: findings, a policy and declared purposes in, one step on the ladder out. Pure."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from colonnade.detection.match import Finding
from colonnade.detection.rules import Axis
from colonnade.enforcement.verdict import Outcome
from colonnade.policy import Category, Ladder, Policy

_RISING = (Outcome.ALLOW, Outcome.NOTICE, Outcome.HOLD, Outcome.REFUSE)
LEGITIMATE_PRIORITY = 0.5
"""What a case's priority is multiplied by when the notebook also shows legitimate work."""


@dataclass(frozen=True)
class Reason:
    """One finding that the decision rests on, and the step that it would justify by itself."""

    finding: Finding
    step: Outcome


@dataclass(frozen=True)
class Decision:
    """What is to happen with the asked cell.

    Attributes:
        outcome: the step on the ladder.
        category: of the strongest reason, or None when the outcome is 'allow' without any.
        reasons: strongest first; also those that a declaration released.
        released: ids of rules that would hold, had the person not declared a purpose.
        priority: 0 to 1, for the order in which people look at cases; it changes no outcome.
    """

    outcome: Outcome
    category: Category | None = None
    reasons: tuple[Reason, ...] = ()
    released: tuple[str, ...] = ()
    priority: float = 0.0


def decide(
    findings: Sequence[Finding], policy: Policy, declared: Set[str] = frozenset(), asked: int = 0
) -> Decision:
    """The step that the policy provides for the cell at index `asked`.

    1. Only findings count whose category the policy knows and has switched on.
    2. Only findings count to which the asked cell itself adds evidence: an innocent cell runs in
       whatever notebook it stands. Without any, the outcome is 'allow'.
    3. A finding of conduct or harm takes the step that its confidence reaches on its category's
       ladder. Harm alone is held at most: it makes conduct and capability graver (5).
    4. A finding of capability is held at most: being able is never treated as doing.
    5. Where harm in the same category reaches the ladder's 'hold', in any cell, a finding of
       capability that would be held is refused.
    6. A rule that has fallen back in the policy gives a notice at most.
    7. Legitimacy takes no step. It lowers the priority of a case, and cancels nothing.
    8. A hold is released, to 'allow' with a record, by a purpose that the person declared for the
       same rule in the same notebook. A refusal is not.
    9. A finding that learned weights made is held at most, beside harm too: nobody wrote down why.
    10. The strongest remaining step is the outcome.
    """
    reasons = [one for one in weigh(findings, policy) if one.finding.touches(asked)]
    reasons = [reason for reason in reasons if reason.step is not Outcome.ALLOW]
    if not reasons:
        return Decision(Outcome.ALLOW)
    reasons.sort(key=lambda one: (rank(one.step), one.finding.confidence), reverse=True)
    released = tuple(
        one.finding.rule
        for one in reasons
        if one.step is Outcome.HOLD and one.finding.rule in declared
    )
    steps = [Outcome.ALLOW if one.finding.rule in released else one.step for one in reasons]
    return Decision(
        max(steps, key=rank),
        policy.category(reasons[0].finding.category),
        tuple(reasons),
        released,
        _priority(reasons, [one for one in findings if _enabled(one, policy)]),
    )


def weigh(findings: Sequence[Finding], policy: Policy) -> tuple[Reason, ...]:
    """The step that each finding justifies by itself, whatever cell is asked for.

    Conditions 1, 3 to 7 and 9 of `decide`. Findings that do not count, and legitimacy, are left
    out.
    """
    counted = [one for one in findings if _enabled(one, policy)]
    return tuple(
        Reason(one, _step(one, counted, policy))
        for one in counted
        if one.axis is not Axis.LEGITIMACY
    )


def _enabled(finding: Finding, policy: Policy) -> bool:
    category = policy.category(finding.category)
    return category is not None and category.enabled


def _step(finding: Finding, others: Sequence[Finding], policy: Policy) -> Outcome:
    category = policy.category(finding.category)
    assert category is not None  # Unknown categories were left out before.
    ladder = policy.ladder_of(category)
    step = _reached(ladder, finding.confidence)
    if finding.axis in {Axis.CAPABILITY, Axis.HARM}:
        step = min(step, Outcome.HOLD, key=rank)
    if finding.axis is Axis.CAPABILITY and step is Outcome.HOLD and _harm(finding, others, ladder):
        step = Outcome.REFUSE
    if finding.learned:
        step = min(step, Outcome.HOLD, key=rank)
    if finding.rule in policy.fallen_back:
        step = min(step, Outcome.NOTICE, key=rank)
    return step


def _reached(ladder: Ladder, confidence: float) -> Outcome:
    if confidence >= ladder.refuse:
        return Outcome.REFUSE
    if confidence >= ladder.hold:
        return Outcome.HOLD
    return Outcome.NOTICE if confidence >= ladder.notice else Outcome.ALLOW


def _harm(finding: Finding, others: Sequence[Finding], ladder: Ladder) -> bool:
    return any(
        one.axis is Axis.HARM and one.category == finding.category and one.confidence >= ladder.hold
        for one in others
    )


def _priority(reasons: Sequence[Reason], counted: Sequence[Finding]) -> float:
    strongest = max(reason.finding.confidence for reason in reasons)
    legitimate = any(one.axis is Axis.LEGITIMACY for one in counted)
    harmful = any(one.axis is Axis.HARM for one in counted)
    return strongest * (LEGITIMATE_PRIORITY if legitimate and not harmful else 1.0)


def rank(step: Outcome) -> int:
    """How grave a step is: 0 for 'allow', 3 for 'refuse'."""
    return _RISING.index(step)
