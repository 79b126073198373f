"""Every query about notices, contests and declarations. Nothing here commits or decides."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.enforcement.tables import ContestRecord, DeclarationRecord, NoticeRecord


async def add(
    session: AsyncSession, *records: NoticeRecord | ContestRecord | DeclarationRecord
) -> None:
    """Store new records."""
    session.add_all(records)
    await session.flush()


async def same_notice(session: AsyncSession, fresh: NoticeRecord) -> NoticeRecord | None:
    """The stored notice that says the same as `fresh`, or None."""
    query = select(NoticeRecord).where(
        NoticeRecord.person_id == fresh.person_id,
        NoticeRecord.sha256 == fresh.sha256,
        NoticeRecord.notebook_path == fresh.notebook_path,
        NoticeRecord.outcome == fresh.outcome,
        NoticeRecord.policy_version == fresh.policy_version,
        NoticeRecord.rules_version == fresh.rules_version,
    )
    found = (await session.scalars(query)).all()
    return next((one for one in found if one.rules == fresh.rules), None)


async def notices_of(
    session: AsyncSession, person_id: str, limit: int, outcome: str = ""
) -> Sequence[NoticeRecord]:
    """A person's notices (of one outcome, if any is named), newest first."""
    query = select(NoticeRecord).where(NoticeRecord.person_id == person_id)
    if outcome:
        query = query.where(NoticeRecord.outcome == outcome)
    return (await session.scalars(query.order_by(NoticeRecord.last_at.desc()).limit(limit))).all()


async def notice(session: AsyncSession, notice_id: str) -> NoticeRecord | None:
    """One notice, whoever it belongs to."""
    return await session.get(NoticeRecord, notice_id)


async def contest_of(session: AsyncSession, notice_id: str) -> ContestRecord | None:
    """The contest of a notice."""
    return await session.scalar(select(ContestRecord).where(ContestRecord.notice_id == notice_id))


async def contests(session: AsyncSession, notice_ids: Sequence[str]) -> Sequence[ContestRecord]:
    """The contests of these notices."""
    query = select(ContestRecord).where(ContestRecord.notice_id.in_(notice_ids))
    return (await session.scalars(query)).all()


async def open_contests(
    session: AsyncSession, limit: int
) -> Sequence[tuple[ContestRecord, NoticeRecord]]:
    """Open contests with their notices, the most pressing and then the oldest first."""
    query = (
        select(ContestRecord, NoticeRecord)
        .join(NoticeRecord, NoticeRecord.id == ContestRecord.notice_id)
        .where(ContestRecord.state == "open")
        .order_by(NoticeRecord.priority.desc(), ContestRecord.created_at)
        .limit(limit)
    )
    return [(contest, notice) for contest, notice in (await session.execute(query)).all()]


async def declared_rules(
    session: AsyncSession, person_id: str, notebook_path: str
) -> frozenset[str]:
    """Rules for which the person declared a purpose in this notebook."""
    query = select(DeclarationRecord.rule).where(
        DeclarationRecord.person_id == person_id, DeclarationRecord.notebook_path == notebook_path
    )
    return frozenset((await session.scalars(query)).all())


async def declarations_of(session: AsyncSession, notice_id: str) -> Sequence[DeclarationRecord]:
    """The declarations that were made on a notice's page."""
    query = select(DeclarationRecord).where(DeclarationRecord.notice_id == notice_id)
    return (await session.scalars(query)).all()
