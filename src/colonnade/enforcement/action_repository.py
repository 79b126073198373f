"""Every query about stops. Nothing here commits or decides."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.enforcement.actions import Action, Event, Happened
from colonnade.enforcement.tables import ActionEventRecord, ActionRecord

MAX_READ = 10_000


async def begin(session: AsyncSession, action: Action) -> None:
    """Write a stop down, without events."""
    session.add(
        ActionRecord(
            id=action.id,
            notice_id=action.notice_id,
            person_id=action.person_id,
            runtime_id=action.runtime_id,
            reason=action.reason[:400],
            created_at=action.created_at,
            due_at=action.due_at,
            keep_until=action.keep_until,
        )
    )
    await session.flush()


async def happen(session: AsyncSession, action: Action, event: Event) -> Action:
    """Write an event down; the action with it."""
    record = ActionEventRecord(
        action_id=action.id, kind=event.kind.value, time=event.time, detail=event.detail[:400]
    )
    session.add(record)
    await session.flush()
    return action.with_event(event)


async def of_runtime(session: AsyncSession, runtime_id: str) -> Action | None:
    """The stop of a runtime, or None."""
    query = select(ActionRecord).where(ActionRecord.runtime_id == runtime_id)
    return next(iter(await _with_events(session, (await session.scalars(query)).all())), None)


async def of_notices(session: AsyncSession, notice_ids: Sequence[str]) -> Sequence[Action]:
    """The stops that these notices tell of."""
    query = select(ActionRecord).where(ActionRecord.notice_id.in_(notice_ids))
    return await _with_events(session, (await session.scalars(query)).all())


async def unfinished(session: AsyncSession) -> Sequence[Action]:
    """Stops whose runtime may still run, oldest first."""
    done = select(ActionEventRecord.action_id).where(
        ActionEventRecord.kind == Happened.STOPPED.value
    )
    query = select(ActionRecord).where(ActionRecord.id.not_in(done))
    query = query.order_by(ActionRecord.created_at).limit(MAX_READ)
    return await _with_events(session, (await session.scalars(query)).all())


async def _with_events(session: AsyncSession, records: Sequence[ActionRecord]) -> list[Action]:
    if not records:
        return []
    query = select(ActionEventRecord).where(
        ActionEventRecord.action_id.in_([record.id for record in records])
    )
    events: dict[str, list[Event]] = {record.id: [] for record in records}
    for one in (await session.scalars(query.order_by(ActionEventRecord.id))).all():
        events[one.action_id].append(Event(Happened(one.kind), one.time, one.detail))
    return [_action(record, tuple(events[record.id])) for record in records]


def _action(record: ActionRecord, events: tuple[Event, ...]) -> Action:
    return Action(
        id=record.id,
        notice_id=record.notice_id,
        person_id=record.person_id,
        runtime_id=record.runtime_id,
        reason=record.reason,
        created_at=record.created_at,
        due_at=record.due_at,
        keep_until=record.keep_until,
        events=events,
    )
