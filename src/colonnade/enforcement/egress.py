"""Hears what was observed of runtimes' connections: the ledger keeps it, the owner reads refusals.

A refusal was decided and carried out by the proxy, on terms that this control plane gave it. Here
it becomes a statement of reasons: a notice that counts repetitions, and words in the running cell.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.enforcement import repository
from colonnade.enforcement.statement import Statement, text_of
from colonnade.enforcement.tables import NoticeRecord
from colonnade.enforcement.verdict import Outcome, digest
from colonnade.enforcement.visible import visible
from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.database import Database
from colonnade.kit.ids import new_id
from colonnade.ledger import Ledger
from colonnade.observations import Observation
from colonnade.policy import Policy, PolicyBook
from colonnade.runtimes.egress.reasons import KIND_REFUSED, NETWORK, Reason
from colonnade.runtimes.engine import Observed
from colonnade.runtimes.register import Runtime

CHANNEL = "egress"
DURATION = (
    "It concerns connections to this destination from your runtimes, and nothing else: your "
    "account, files, notebooks and running programs stay as they are. It lasts as long as the rule "
    "does."
)

Show = Callable[[str, str], None]
"""Shows words, the second, where somebody works with the runtime, the first; never waits."""


class EgressRecord:
    """The witness of connections.

    Args:
        rules_version: of the rules in force, for the statement.
        app_url: public address of the application, for links to notices.
    """

    def __init__(
        self,
        database: Database,
        book: PolicyBook,
        rules_version: str,
        app_url: str,
        show: Show,
        clock: Clock = utcnow,
    ) -> None:
        self._database, self._book, self._rules_version = database, book, rules_version
        self._app_url, self._show, self._clock = app_url.rstrip("/"), show, clock
        self._ledger = Ledger()

    async def heard(self, observed: Observed, runtime: Runtime | None) -> None:
        """Record one observation, and tell the runtime's owner of a refusal."""
        seen = observed.observation
        owner = runtime.owner if runtime is not None else None
        seen.attributes["person"] = owner or ""
        text = ""
        async with self._database.transaction() as session:
            await self._ledger.record(session, seen)
            if seen.kind == KIND_REFUSED and runtime is not None and owner is not None:
                text = await self._notice(session, seen, runtime, owner)
        if text and not seen.attributes.get("repeated"):
            self._show(seen.runtime, text)

    async def _notice(
        self, session: AsyncSession, seen: Observation, runtime: Runtime, owner: str
    ) -> str:
        """Keep the notice, or count it on one that says the same; its text for a cell."""
        id, now = new_id(), self._clock()
        statement = state_connection(
            seen, self._book.current, self._rules_version, now, self._link(id)
        )
        fresh = _record(id, seen, runtime, owner, statement)
        same = await repository.same_notice(session, fresh)
        if same is None:
            await repository.add(session, fresh)
        else:
            same.times, same.last_at = same.times + fresh.times, now
            statement = statement.model_copy(update={"link": self._link(same.id)})
        return text_of(statement)

    def _link(self, notice_id: str) -> str:
        return f"{self._app_url}/notices/{notice_id}"


def state_connection(
    seen: Observation, policy: Policy, rules_version: str, time: datetime, link: str
) -> Statement:
    """The statement for a connection that was refused."""
    category = policy.category(str(seen.attributes["category"])) or policy.category(NETWORK)
    why = Reason(str(seen.attributes["reason"])).words
    if listed := str(seen.attributes["list"]):
        why = f"{why}: {listed}, by the entry {seen.attributes['entry']}"
    return Statement(
        outcome=Outcome.REFUSE,
        time=time,
        policy_version=policy.version,
        policy_date=policy.date.isoformat(),
        rules_version=rules_version,
        category=category.id if category else NETWORK,
        clause=category.clause if category else "",
        clause_title=category.title if category else "Where connections may lead",
        forbidden=category.forbidden if category else "",
        allowed=category.allowed if category else "",
        rules=(),
        destination=_destination(seen),
        why=visible(why),
        duration=DURATION,
        appeal=policy.appeal,
        link=link,
    )


def _destination(seen: Observation) -> str:
    port = int(seen.attributes["port"])
    host = visible(seen.subject) or "several hosts"
    return f"{host}, port {port}" if port else host


def _record(
    id: str, seen: Observation, runtime: Runtime, owner: str, statement: Statement
) -> NoticeRecord:
    reason, listed = str(seen.attributes["reason"]), str(seen.attributes["list"])
    what = str(seen.attributes["entry"]) or seen.subject
    return NoticeRecord(
        id=id,
        person_id=owner,
        runtime_id=runtime.id,
        kernel_id=(runtime.kernel_id or "")[:64],
        notebook_path=(runtime.notebook_path or "")[:1024],
        cell_id="",
        channel=CHANNEL,
        sha256=digest(f"{CHANNEL}\n{reason}\n{listed}\n{what}"),
        outcome=statement.outcome.value,
        category=statement.category,
        rules=[f"{CHANNEL}/{listed or reason}"],
        policy_version=statement.policy_version,
        rules_version=statement.rules_version,
        priority=0.0,
        statement=statement.model_dump(mode="json"),
        created_at=statement.time,
        last_at=statement.time,
        times=int(seen.attributes["count"]),
    )
