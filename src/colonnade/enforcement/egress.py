"""What the owner of a runtime is told of a connection that was refused. Pure.

A refusal was decided and carried out by the proxy, on terms that this control plane gave it. Here
it becomes a statement of reasons; `outside` keeps it and shows it.
"""

from colonnade.enforcement.outside import Circumstances, Told
from colonnade.enforcement.statement import NOT_CONNECTED, Statement
from colonnade.enforcement.verdict import Outcome
from colonnade.enforcement.visible import visible
from colonnade.observations import Observation
from colonnade.runtimes.egress.reasons import NETWORK, Reason

CHANNEL = "egress"
DURATION = (
    "It concerns connections to this destination from your runtimes, and nothing else: your "
    "account, files, notebooks and running programs stay as they are. It lasts as long as the rule "
    "does."
)


def tell_refusal(seen: Observation, around: Circumstances) -> Told:
    """What is told of a refused connection; repetitions are counted and not shown again."""
    reason, listed = str(seen.attributes["reason"]), str(seen.attributes["list"])
    what = str(seen.attributes["entry"]) or seen.subject
    return Told(
        channel=CHANNEL,
        statement=state_connection(seen, around),
        rules=(f"{CHANNEL}/{listed or reason}",),
        same=f"{reason}\n{listed}\n{what}",
        times=int(seen.attributes["count"]),
        shown=not seen.attributes.get("repeated"),
    )


def state_connection(seen: Observation, around: Circumstances) -> Statement:
    """The statement for a connection that was refused."""
    policy = around.policy
    category = policy.category(str(seen.attributes["category"])) or policy.category(NETWORK)
    why = Reason(str(seen.attributes["reason"])).words
    if listed := str(seen.attributes["list"]):
        why = f"{why}: {listed}, by the entry {seen.attributes['entry']}"
    return Statement(
        outcome=Outcome.REFUSE,
        time=around.time,
        policy_version=policy.version,
        policy_date=policy.date.isoformat(),
        rules_version=around.rules_version,
        category=category.id if category else NETWORK,
        clause=category.clause if category else "",
        clause_title=category.title if category else "Where connections may lead",
        forbidden=category.forbidden if category else "",
        allowed=category.allowed if category else "",
        rules=(),
        destination=_destination(seen),
        why=visible(why),
        opening=NOT_CONNECTED,
        concerns="this connection",
        duration=DURATION,
        appeal=policy.appeal,
        link=around.link,
    )


def _destination(seen: Observation) -> str:
    port = int(seen.attributes["port"])
    host = visible(seen.subject) or "several hosts"
    return f"{host}, port {port}" if port else host
