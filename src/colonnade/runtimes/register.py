"""The runtimes that this control plane answers for: in memory to decide, in the database to last.

One process decides. Decisions are made on the values in memory without awaiting, so that no two
requests are given the same place; each is written down before anybody is told.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from colonnade.kit.clock import Clock
from colonnade.kit.database import Database
from colonnade.runtimes.classes import RuntimeClass
from colonnade.runtimes.engine import RuntimeState
from colonnade.runtimes.remote import RuntimeServer
from colonnade.runtimes.repository import RuntimeRepository
from colonnade.runtimes.tables import RuntimeRow

SHOWN_AFTER_END = timedelta(days=1)
KEPT_AFTER_END = timedelta(days=30)


@dataclass(eq=False)
class Runtime:
    """One runtime. The stored fields mean what the columns of `RuntimeRow` mean.

    Attributes:
        in_hand: somebody in this process is starting or preparing it right now.
        busy: whether its kernel computed when it was last asked.
        server: the open way to its Jupyter server, made when first needed.
        gone: set once it has ended.
    """

    id: str
    terms: RuntimeClass
    state: RuntimeState
    created: datetime
    last_activity: datetime
    owner: str | None = None
    kernel_id: str | None = None
    notebook_path: str | None = None
    claimed: datetime | None = None
    ended: datetime | None = None
    stop_reason: str = ""
    in_hand: bool = False
    busy: bool = False
    server: RuntimeServer | None = None
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_warm(self) -> bool:
        """Whether it waits in the pool to be claimed."""
        unowned = self.owner is None and not self.in_hand
        return unowned and self.state is RuntimeState.RUNNING and self.ended is None


class Register:
    """Living runtimes and those that ended lately, by id."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._runtimes: dict[str, Runtime] = {}
        self._unsaved_activity: set[str] = set()

    async def load(self) -> None:
        """Read what an earlier process wrote down, and forget what ended long ago."""
        now = self._clock()
        async with self._database.transaction() as session:
            rows = RuntimeRepository(session)
            await rows.forget_before(now - KEPT_AFTER_END)
            found = [*await rows.ended_since(now - SHOWN_AFTER_END), *await rows.living()]
        self._runtimes = {row.id: _from_row(row) for row in found}

    def living(self) -> Iterator[Runtime]:
        """Every runtime that has not ended, oldest first."""
        return (one for one in list(self._runtimes.values()) if one.ended is None)

    def of(self, person_id: str) -> list[Runtime]:
        """One person's runtimes, those that ended within a day included."""
        shown = self._clock() - SHOWN_AFTER_END
        mine = (one for one in self._runtimes.values() if one.owner == person_id)
        return [one for one in mine if one.ended is None or one.ended > shown]

    def get(self, runtime_id: str) -> Runtime | None:
        """The runtime of this id, living or ended lately."""
        return self._runtimes.get(runtime_id)

    async def add(self, runtime: Runtime) -> None:
        """Write down a new runtime. It counts in memory from the call on."""
        self._runtimes[runtime.id] = runtime
        try:
            async with self._database.transaction() as session:
                RuntimeRepository(session).add(_to_row(runtime))
        except BaseException:
            del self._runtimes[runtime.id]
            raise

    async def save(self, runtime: Runtime) -> None:
        """Write down the runtime as it is in memory now."""
        values = {
            "state": runtime.state.value,
            "owner": runtime.owner,
            "kernel_id": runtime.kernel_id,
            "notebook_path": runtime.notebook_path,
            "claimed": runtime.claimed,
            "last_activity": runtime.last_activity,
            "ended": runtime.ended,
            "stop_reason": runtime.stop_reason[:500],
        }
        async with self._database.transaction() as session:
            await RuntimeRepository(session).change(runtime.id, **values)

    async def end(self, runtime: Runtime, state: RuntimeState, reason: str) -> bool:
        """Record the end, once, and break every connection; whether this call was the first.

        In memory it has ended when this returns, even if the database fails (which raises).
        """
        if runtime.ended is not None:
            return False
        runtime.ended, runtime.state, runtime.stop_reason = self._clock(), state, reason
        runtime.gone.set()
        if runtime.server is not None:
            await runtime.server.close()
        await self.save(runtime)
        return True

    def touch(self, runtime: Runtime) -> None:
        """Somebody uses it; saved at the next `save_activity`."""
        runtime.last_activity = self._clock()
        self._unsaved_activity.add(runtime.id)

    async def save_activity(self) -> None:
        """Write down all activity since the last call, in one transaction."""
        touched, self._unsaved_activity = self._unsaved_activity, set()
        if not touched:
            return
        async with self._database.transaction() as session:
            rows = RuntimeRepository(session)
            for runtime_id in touched:
                if (runtime := self._runtimes.get(runtime_id)) is not None:
                    await rows.change(runtime_id, last_activity=runtime.last_activity)

    def forget_old(self) -> None:
        """Drop from memory what ended more than a day ago."""
        shown = self._clock() - SHOWN_AFTER_END
        for one in list(self._runtimes.values()):
            if one.ended is not None and (one.ended <= shown or one.owner is None):
                del self._runtimes[one.id]


def _from_row(row: RuntimeRow) -> Runtime:
    runtime = Runtime(
        id=row.id,
        terms=RuntimeClass.model_validate(row.terms),
        state=RuntimeState(row.state),
        created=row.created,
        last_activity=row.last_activity,
        owner=row.owner,
        kernel_id=row.kernel_id,
        notebook_path=row.notebook_path,
        claimed=row.claimed,
        ended=row.ended,
        stop_reason=row.stop_reason,
    )
    if runtime.ended is not None:
        runtime.gone.set()
    return runtime


def _to_row(runtime: Runtime) -> RuntimeRow:
    return RuntimeRow(
        id=runtime.id,
        terms=runtime.terms.model_dump(mode="json"),
        state=runtime.state.value,
        owner=runtime.owner,
        kernel_id=runtime.kernel_id,
        notebook_path=runtime.notebook_path,
        created=runtime.created,
        claimed=runtime.claimed,
        last_activity=runtime.last_activity,
        ended=runtime.ended,
        stop_reason=runtime.stop_reason,
    )
