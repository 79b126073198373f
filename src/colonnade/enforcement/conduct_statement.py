"""What the owner of a runtime is told of its conduct: a notice, or that it is stopped. Pure."""

from dataclasses import dataclass

from colonnade.detection.rules import RuleSet
from colonnade.enforcement.decide_conduct import ConductDecision, ConductReason
from colonnade.enforcement.outside import Circumstances, Tell, Told
from colonnade.enforcement.statement import MAX_RULES, RuleNamed, Statement
from colonnade.enforcement.verdict import Outcome
from colonnade.enforcement.visible import visible
from colonnade.policy import Category, Policy
from colonnade.runtimes.lifetimes import duration

CHANNEL = "conduct"
SEEN = "What this runtime does was noticed. It runs on."
STOPPED = "This runtime is stopped: what it does is not allowed here."
_NOTHING = (
    "Nothing is stopped or restricted: your runtime, account, files and notebooks stay as they are."
)


@dataclass(frozen=True)
class Terms:
    """What statements on conduct name beside the decision.

    Attributes:
        rules: for the words of the rules that hold.
        grace_seconds: from the decision to the end of a runtime.
        kept_days: how long its files are kept after that.
    """

    rules: RuleSet
    grace_seconds: float
    kept_days: float


def tell_notice(decision: ConductDecision, runtime_id: str, terms: Terms) -> Tell:
    """A notice of conduct; it is counted for each runtime and set of rules."""

    def tell(around: Circumstances) -> Told:
        statement = _state(decision, terms, around, Outcome.NOTICE, SEEN, _NOTHING)
        return Told(CHANNEL, statement, _rules(decision), same=runtime_id)

    return tell


def tell_stop(decision: ConductDecision, runtime_id: str, terms: Terms) -> Tell:
    """The notice of a stop."""
    lasts = (
        f"It ends within {duration(max(1, round(terms.grace_seconds)))}, and with it its variables "
        "and whatever runs in it. Open notebooks are saved before. The files in /content are set "
        f"aside for {_days(terms.kept_days)} and can be downloaded from the notice's page. Nothing "
        "else is restricted: you can start a new runtime at once."
    )

    def tell(around: Circumstances) -> Told:
        statement = _state(decision, terms, around, Outcome.STOP, STOPPED, lasts)
        return Told(CHANNEL, statement, _rules(decision), same=runtime_id)

    return tell


def reason_of(decision: ConductDecision, policy: Policy) -> str:
    """Why a runtime was stopped, one sentence for its owner."""
    category = _category(decision)
    return (
        f"It was stopped under clause {category.clause} of the policy (version {policy.version}): "
        f"{category.title}."
    )


def _state(
    decision: ConductDecision,
    terms: Terms,
    around: Circumstances,
    outcome: Outcome,
    opening: str,
    lasts: str,
) -> Statement:
    policy, category = around.policy, _category(decision)
    return Statement(
        outcome=outcome,
        time=around.time,
        policy_version=policy.version,
        policy_date=policy.date.isoformat(),
        rules_version=around.rules_version,
        category=category.id,
        clause=category.clause,
        clause_title=category.title,
        forbidden=category.forbidden,
        allowed=category.allowed,
        rules=tuple(_named(reason, terms.rules) for reason in decision.reasons[:MAX_RULES]),
        sensors=decision.sensors,
        opening=opening,
        concerns="this runtime",
        duration=lasts,
        appeal=policy.appeal,
        link=around.link,
    )


def _named(reason: ConductReason, rules: RuleSet) -> RuleNamed:
    """The rule in its own words; a host that is newer may hold one that is unknown here."""
    finding, rule = reason.finding, rules.by_id.get(reason.finding.rule)
    return RuleNamed(
        id=finding.rule,
        version=rule.version if rule else 0,
        title=rule.title if rule else "What was seen from outside the runtime",
        axis=finding.axis.value,
        confidence=finding.confidence,
        step=reason.step.value,
        benign_if=rule.benign_if.strip() if rule else "",
        places=(),
        evidence=tuple(visible(f"{one.source}: {one.text}") for one in finding.evidence),
        tree={},
    )


def _rules(decision: ConductDecision) -> tuple[str, ...]:
    return tuple(sorted({reason.finding.rule for reason in decision.reasons}))


def _category(decision: ConductDecision) -> Category:
    assert decision.category is not None  # A step is always taken for a category.
    return decision.category


def _days(days: float) -> str:
    return "a day" if days == 1 else f"{days:g} days"
