"""Every query about accounts. Nothing here commits, decides or reads the clock."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.accounts.identity import Via
from colonnade.accounts.permissions import Role
from colonnade.accounts.tables import ApiToken, Person, SignInLink, SignInSession

CredentialRow = tuple[SignInSession | ApiToken, Person]


async def person_named(session: AsyncSession, name: str) -> Person | None:
    """The person who signs in as `name`."""
    return await session.scalar(select(Person).where(Person.name == name))


async def person(session: AsyncSession, person_id: str) -> Person | None:
    """The person with this identifier."""
    return await session.get(Person, person_id)


async def people(session: AsyncSession) -> Sequence[Person]:
    """Everybody, by name."""
    return (await session.scalars(select(Person).order_by(Person.name))).all()


async def other_administrators(session: AsyncSession, person_id: str) -> int:
    """How many administrators there are who are neither suspended nor this person."""
    counted = select(func.count()).where(
        Person.role == Role.ADMIN.value, Person.suspended_at.is_(None), Person.id != person_id
    )
    return await session.scalar(counted) or 0


def _living(
    via: Via, now: datetime, seen_after: datetime
) -> Select[SignInSession, Person] | Select[ApiToken, Person]:
    # A session or token speaks for a person only while it lasts and they are not suspended.
    if via == "session":
        sessions = select(SignInSession, Person).join(Person, Person.id == SignInSession.person_id)
        return sessions.where(
            SignInSession.expires_at > now,
            SignInSession.last_seen_at > seen_after,
            Person.suspended_at.is_(None),
        )
    tokens = select(ApiToken, Person).join(Person, Person.id == ApiToken.person_id)
    return tokens.where(
        or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now),
        Person.suspended_at.is_(None),
    )


def _table(via: Via) -> type[SignInSession] | type[ApiToken]:
    return SignInSession if via == "session" else ApiToken


async def living_credential(
    session: AsyncSession, via: Via, fingerprint: str, now: datetime, seen_after: datetime
) -> CredentialRow | None:
    """The session or token with this fingerprint and its person, while it is valid."""
    statement = _living(via, now, seen_after).where(_table(via).fingerprint == fingerprint)
    row = (await session.execute(statement)).one_or_none()
    return (row[0], row[1]) if row else None


async def living_ids(
    session: AsyncSession, via: Via, ids: Collection[str], now: datetime, seen_after: datetime
) -> set[str]:
    """Which of these sessions or tokens are still valid."""
    identifier = _table(via).id
    statement = _living(via, now, seen_after).with_only_columns(identifier)
    return set((await session.scalars(statement.where(identifier.in_(ids)))).all())


async def record_activity(
    session: AsyncSession, via: Via, credential_id: str, moment: datetime
) -> None:
    """Note that a session or token was used at `moment`."""
    if via == "session":
        statement = (
            update(SignInSession)
            .where(SignInSession.id == credential_id)
            .values(last_seen_at=moment)
        )
    else:
        statement = update(ApiToken).where(ApiToken.id == credential_id).values(last_used_at=moment)
    await session.execute(statement)


async def sessions_of(session: AsyncSession, person_id: str) -> Sequence[SignInSession]:
    """A person's sign-in sessions, the most recently seen first."""
    statement = (
        select(SignInSession)
        .where(SignInSession.person_id == person_id)
        .order_by(SignInSession.last_seen_at.desc())
    )
    return (await session.scalars(statement)).all()


async def end_sessions(
    session: AsyncSession, person_id: str, *, keep: str | None = None, only: str | None = None
) -> None:
    """End a person's sessions: all, all but `keep`, or `only` one (identifiers)."""
    statement = delete(SignInSession).where(SignInSession.person_id == person_id)
    if keep is not None:
        statement = statement.where(SignInSession.id != keep)
    if only is not None:
        statement = statement.where(SignInSession.id == only)
    await session.execute(statement)


async def end_session_with(session: AsyncSession, fingerprint: str) -> None:
    """End the session whose secret has this fingerprint, whoever's it is."""
    await session.execute(delete(SignInSession).where(SignInSession.fingerprint == fingerprint))


async def take_link(session: AsyncSession, fingerprint: str, now: datetime) -> str | None:
    """Use up a valid link: it is gone, and its person's identifier is returned.

    One statement deletes and tells, so of two that race for a link exactly one gets it.
    """
    statement = (
        delete(SignInLink)
        .where(SignInLink.fingerprint == fingerprint, SignInLink.expires_at > now)
        .returning(SignInLink.person_id)
    )
    return await session.scalar(statement)


async def drop_links(session: AsyncSession, person_id: str) -> None:
    """Make every open link of a person worthless."""
    await session.execute(delete(SignInLink).where(SignInLink.person_id == person_id))


async def drop_expired(session: AsyncSession, now: datetime, seen_before: datetime) -> None:
    """Delete sessions, links and tokens whose time is over."""
    gone = or_(SignInSession.expires_at <= now, SignInSession.last_seen_at <= seen_before)
    await session.execute(delete(SignInSession).where(gone))
    await session.execute(delete(SignInLink).where(SignInLink.expires_at <= now))
    over = and_(ApiToken.expires_at.is_not(None), ApiToken.expires_at <= now)
    await session.execute(delete(ApiToken).where(over))


async def tokens_of(session: AsyncSession, person_id: str) -> Sequence[ApiToken]:
    """A person's API tokens, newest first."""
    statement = (
        select(ApiToken).where(ApiToken.person_id == person_id).order_by(ApiToken.created_at.desc())
    )
    return (await session.scalars(statement)).all()


async def drop_token(session: AsyncSession, person_id: str, token_id: str) -> bool:
    """Revoke one of a person's tokens. False when there is no such token of theirs."""
    statement = (
        delete(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.person_id == person_id)
        .returning(ApiToken.id)
    )
    return await session.scalar(statement) is not None
