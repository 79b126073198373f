"""What the owner of a runtime is told of a command that was refused before it ran. Pure.

The exec gate decided it in the host, on terms that this control plane gave it. Here it becomes a
statement of reasons; `outside` keeps it and shows it.
"""

from colonnade.detection.rules import RuleSet
from colonnade.enforcement.outside import Circumstances, Teller, Told
from colonnade.enforcement.statement import RuleNamed, Statement
from colonnade.enforcement.verdict import Outcome
from colonnade.enforcement.visible import clip, visible
from colonnade.observations import Observation
from colonnade.sensors.process.terms import Reason

CHANNEL = "exec"
OPENING = "Refused: a command was not started."
CONCERNS = "this command"
DURATION = (
    "It concerns commands like this one in runtimes of this class, and nothing else: your account, "
    "files, notebooks and running programs stay as they are. It lasts as long as the rule does."
)
NOT_JUDGED = "Commands are judged before they run"
"""The heading where no clause is concerned: nothing is said against the command."""
_UNJUDGED = "what is not judged does not run here, and nothing is said against it"
WHY = {
    Reason.LATE: f"it could not be judged in time; {_UNJUDGED}. Try again",
    Reason.UNJUDGED: f"it could not be judged; {_UNJUDGED}",
}
_SHOWN_CHARACTERS = 400


def exec_refusals(rules: RuleSet) -> Teller:
    """Who tells of refused commands; `rules` say what the deciding rule looks for."""

    def tell(seen: Observation, around: Circumstances) -> Told:
        reason, rule = str(seen.attributes["reason"]), str(seen.attributes["rule"])
        command = str(seen.attributes["command"]) or seen.subject
        return Told(
            channel=CHANNEL,
            statement=_statement(seen, around, rules),
            rules=(rule or f"{CHANNEL}/{reason}",),
            same=f"{reason}\n{rule}\n{command if reason == Reason.RULE else ''}",
            times=int(seen.attributes["count"]),
            shown=not seen.attributes.get("repeated"),
        )

    return tell


def _statement(seen: Observation, around: Circumstances, rules: RuleSet) -> Statement:
    policy, reason = around.policy, Reason(str(seen.attributes["reason"]))
    category = policy.category(str(seen.attributes["category"]))
    named = tuple(_named(str(seen.attributes["rule"]), rules))
    command = str(seen.attributes["command"]) or seen.subject
    return Statement(
        outcome=Outcome.REFUSE,
        time=around.time,
        policy_version=policy.version,
        policy_date=policy.date.isoformat(),
        rules_version=around.rules_version,
        category=category.id if category else "",
        clause=category.clause if category else "",
        clause_title=category.title if category else NOT_JUDGED,
        forbidden=category.forbidden if category else "",
        allowed=category.allowed if category else "",
        rules=named,
        command=visible(clip(command, _SHOWN_CHARACTERS)),
        why=WHY.get(reason, "a rule forbids it"),
        opening=OPENING,
        concerns=CONCERNS,
        duration=DURATION,
        appeal=policy.appeal,
        link=around.link,
    )


def _named(id: str, rules: RuleSet) -> list[RuleNamed]:
    """The deciding rule in its own words; none where no rule decided, or it is no longer there."""
    rule = rules.by_id.get(id)
    if rule is None:
        return []
    return [
        RuleNamed(
            id=rule.id,
            version=rule.version,
            title=rule.title,
            axis=rule.axis.value,
            confidence=rule.confidence,
            step=Outcome.REFUSE.value,
            benign_if=rule.benign_if.strip(),
            places=(),
            tree={},
        )
    ]
