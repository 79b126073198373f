"""Queries on runtimes and tickets; the only place in this room that builds any."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.runtimes.tables import RuntimeRow, TicketRow


class RuntimeRepository:
    """Rows of runtimes."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def living(self) -> Sequence[RuntimeRow]:
        """Every runtime that has not ended."""
        return (await self.session.scalars(_RUNTIMES.where(RuntimeRow.ended.is_(None)))).all()

    async def ended_since(self, moment: datetime) -> Sequence[RuntimeRow]:
        """Owned runtimes that ended after `moment`."""
        owned = RuntimeRow.owner.is_not(None)
        return (await self.session.scalars(_RUNTIMES.where(RuntimeRow.ended > moment, owned))).all()

    def add(self, row: RuntimeRow) -> None:
        """Insert a runtime."""
        self.session.add(row)

    async def change(self, runtime_id: str, **values: Any) -> None:
        """Set columns of one runtime."""
        changed = update(RuntimeRow).where(RuntimeRow.id == runtime_id).values(**values)
        await self.session.execute(changed)

    async def forget_before(self, moment: datetime) -> None:
        """Delete runtimes that ended before `moment`."""
        await self.session.execute(delete(RuntimeRow).where(RuntimeRow.ended < moment))


class TicketRepository:
    """Rows of the queue."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def all(self) -> Sequence[TicketRow]:
        """Every ticket in order of coming."""
        return (await self.session.scalars(select(TicketRow).order_by(TicketRow.number))).all()

    async def add(self, row: TicketRow) -> None:
        """Insert a ticket; its number is known afterwards."""
        self.session.add(row)
        await self.session.flush()

    async def change(self, ticket_id: str, **values: Any) -> None:
        """Set columns of one ticket."""
        changed = update(TicketRow).where(TicketRow.id == ticket_id).values(**values)
        await self.session.execute(changed)

    async def delete(self, ticket_id: str) -> None:
        """Delete one ticket."""
        await self.session.execute(delete(TicketRow).where(TicketRow.id == ticket_id))


_RUNTIMES = select(RuntimeRow).order_by(RuntimeRow.created, RuntimeRow.id)
