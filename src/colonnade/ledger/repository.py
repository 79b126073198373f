"""Every query about the ledger: it appends and reads, and has no other statement."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.ledger.tables import ObservationRecord

MAX_READ = 10_000


async def append(session: AsyncSession, record: ObservationRecord) -> None:
    """Add a record; its number is known afterwards."""
    session.add(record)
    await session.flush()


async def about(session: AsyncSession, subject: str) -> Sequence[ObservationRecord]:
    """Records of one subject, oldest first."""
    query = select(ObservationRecord).where(ObservationRecord.subject == subject)
    return (await session.scalars(query.order_by(ObservationRecord.id).limit(MAX_READ))).all()


async def of_runtime(session: AsyncSession, runtime: str) -> Sequence[ObservationRecord]:
    """Records of one runtime, oldest first."""
    query = select(ObservationRecord).where(ObservationRecord.runtime == runtime)
    return (await session.scalars(query.order_by(ObservationRecord.id).limit(MAX_READ))).all()


async def of_kind(
    session: AsyncSession, runtime: str, kind: str, since: datetime
) -> Sequence[ObservationRecord]:
    """Records of one runtime and kind since then: the newest, the oldest of them first."""
    query = select(ObservationRecord).where(
        ObservationRecord.runtime == runtime,
        ObservationRecord.kind == kind,
        ObservationRecord.time >= since,
    )
    newest = query.order_by(ObservationRecord.id.desc()).limit(MAX_READ)
    return (await session.scalars(newest)).all()[::-1]
