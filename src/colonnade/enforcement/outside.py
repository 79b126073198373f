"""Hears what is seen of runtimes from outside them: the ledger keeps it, the owner reads of it.

To have another kind of observation become a notice, write a `Teller` for it (a pure function, as
`egress.tell_refusal` is) and name it where `app.py` makes the `Outside`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.enforcement import repository
from colonnade.enforcement.statement import Statement, text_of
from colonnade.enforcement.tables import NoticeRecord
from colonnade.enforcement.verdict import digest
from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.database import Database
from colonnade.kit.ids import new_id
from colonnade.ledger import Ledger
from colonnade.observations import Observation
from colonnade.policy import Policy, PolicyBook
from colonnade.runtimes.engine import Observed
from colonnade.runtimes.register import Runtime

Show = Callable[[str, str], None]
"""Shows words, the second, where somebody works with the runtime, the first; never waits."""


@dataclass(frozen=True)
class Circumstances:
    """What a statement says beside what was seen.

    Attributes:
        rules_version: of the rules in force.
        link: where the notice will be read.
    """

    policy: Policy
    rules_version: str
    time: datetime
    link: str


@dataclass(frozen=True)
class Told:
    """What the owner of a runtime is told.

    Attributes:
        channel: by what it was noticed, at most 16 characters.
        rules: ids of what it was decided by.
        same: what two have in common that say the same; then the first notice counts both.
        times: how often it happened.
        shown: whether it is worth saying where the owner works at this moment.
    """

    channel: str
    statement: Statement
    rules: tuple[str, ...]
    same: str
    times: int = 1
    shown: bool = True


Tell = Callable[[Circumstances], Told]
Teller = Callable[[Observation, Circumstances], Told]


@dataclass(frozen=True)
class Kept:
    """A notice that was kept or counted, and its text for a cell."""

    notice_id: str
    text: str
    shown: bool


class Outside:
    """The witness of what is seen of runtimes.

    Args:
        rules_version: of the rules in force, for statements.
        app_url: public address of the application, for links to notices.
        tellers: what the owner is told of, by kind of observation.
    """

    def __init__(
        self,
        database: Database,
        book: PolicyBook,
        rules_version: str,
        app_url: str,
        show: Show,
        tellers: Mapping[str, Teller],
        clock: Clock = utcnow,
    ) -> None:
        self._database, self._book, self._rules_version = database, book, rules_version
        self._app_url, self._show, self._clock = app_url.rstrip("/"), show, clock
        self._tellers = tellers
        self._ledger = Ledger()

    async def heard(self, observed: Observed, runtime: Runtime | None) -> None:
        """Record one observation, and tell the runtime's owner where there is a teller for it."""
        seen = observed.observation
        teller = self._tellers.get(seen.kind)
        kept = None
        async with self._database.transaction() as session:
            await self.record(session, seen, runtime)
            if teller is not None and runtime is not None and runtime.owner is not None:
                kept = await self.keep(session, runtime, lambda around: teller(seen, around))
        if kept is not None:
            self.show(seen.runtime, kept)

    async def record(
        self, session: AsyncSession, seen: Observation, runtime: Runtime | None
    ) -> None:
        """Write the observation down, with whose runtime it concerns. Raises Invalid (size)."""
        seen.attributes["person"] = (runtime.owner if runtime is not None else None) or ""
        await self._ledger.record(session, seen)

    async def keep(self, session: AsyncSession, runtime: Runtime, tell: Tell) -> Kept:
        """Keep a notice for the runtime's owner, or count it on one that says the same."""
        id, now = new_id(), self._clock()
        around = Circumstances(self._book.current, self._rules_version, now, self._link(id))
        told = tell(around)
        fresh = _record(id, told, runtime)
        same = await repository.same_notice(session, fresh)
        if same is None:
            await repository.add(session, fresh)
            return Kept(id, text_of(told.statement), told.shown)
        same.times, same.last_at = same.times + fresh.times, now
        statement = told.statement.model_copy(update={"link": self._link(same.id)})
        return Kept(same.id, text_of(statement), told.shown)

    def show(self, runtime_id: str, kept: Kept) -> None:
        """Say it where the owner works with the runtime, unless it was said often enough."""
        if kept.shown:
            self._show(runtime_id, kept.text)

    def _link(self, notice_id: str) -> str:
        return f"{self._app_url}/notices/{notice_id}"


def _record(id: str, told: Told, runtime: Runtime) -> NoticeRecord:
    statement = told.statement
    assert runtime.owner is not None  # Nobody is told of a runtime that is nobody's.
    return NoticeRecord(
        id=id,
        person_id=runtime.owner,
        runtime_id=runtime.id,
        kernel_id=(runtime.kernel_id or "")[:64],
        notebook_path=(runtime.notebook_path or "")[:1024],
        cell_id="",
        channel=told.channel,
        sha256=digest(f"{told.channel}\n{told.same}"),
        outcome=statement.outcome.value,
        category=statement.category,
        rules=list(told.rules),
        policy_version=statement.policy_version,
        rules_version=statement.rules_version,
        priority=0.0,
        statement=statement.model_dump(mode="json"),
        created_at=statement.time,
        last_at=statement.time,
        times=told.times,
    )
