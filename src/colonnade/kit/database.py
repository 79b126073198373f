"""The database: one engine, transactions that are whole or not at all.

SQLite runs in WAL mode with `synchronous=FULL`, so what was acknowledged survives `kill -9` and a
power cut. Writing transactions begin IMMEDIATE: two writers queue for the lock (up to
`busy_seconds`) instead of failing half-way when a read turns into a write.

PostgreSQL is made to behave alike, so that one code path is right on both: a writing transaction
first takes one advisory lock, which it holds to its end, and a reading one sees one snapshot
(docs/decisions/0009-one-writer-on-postgresql.md).
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import DateTime, MetaData, TypeDecorator, event
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

from colonnade.kit.errors import Unavailable
from colonnade.kit.log import get_logger

log = get_logger(__name__)

BUSY_SECONDS = 5
_WRITERS = 0x434F4C4F4E4E41
"""Key of the advisory lock that writers take: 'COLONNA', so that nobody else's meets it."""

_BEGIN_READING = {
    "sqlite": "BEGIN",
    "postgresql": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
}

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime on every database (SQLite itself forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC on the way in. Raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware on the way out."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class Table(DeclarativeBase):
    """Base of every table; each room declares its own in its `tables.py`."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {datetime: Moment}  # noqa: RUF012


class Database:
    """Opens transactions. One instance a process.

    Args:
        address: SQLAlchemy's URL (`sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`).
        busy_seconds: how long a writer waits for others; 0 waits not at all on SQLite only.
    """

    def __init__(self, address: str, busy_seconds: float = BUSY_SECONDS) -> None:
        self.engine: AsyncEngine = create_async_engine(address)
        self._dialect = self.engine.dialect.name
        milliseconds = int(busy_seconds * 1000)
        self._begin_writing = {
            "sqlite": ("BEGIN IMMEDIATE",),
            "postgresql": (
                f"SET LOCAL lock_timeout = {milliseconds}",
                f"SELECT pg_advisory_xact_lock({_WRITERS})",
            ),
        }[self._dialect]
        if self._dialect == "sqlite":
            prepare = partial(_prepare_sqlite, busy_milliseconds=milliseconds)
            event.listen(self.engine.sync_engine, "connect", prepare)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """A writing transaction: committed when the block ends, rolled back when it raises.

        Raises Unavailable when the database cannot be reached, or others write for too long.
        """
        async with self._begin(*self._begin_writing) as session:
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSession]:
        """A consistent snapshot to read from; what is written in it is rolled back.

        Raises Unavailable when the database cannot be reached.
        """
        async with self._begin(_BEGIN_READING[self._dialect]) as session:
            yield session
            # A rollback empties the objects that the session holds; what was read stays readable.
            session.expunge_all()
            await session.rollback()

    @asynccontextmanager
    async def _begin(self, *statements: str) -> AsyncGenerator[AsyncSession]:
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            try:
                connection = await session.connection()
                for statement in statements:
                    await connection.exec_driver_sql(statement)
            except (DBAPIError, OSError) as problem:
                log.error("database-unavailable", reason=type(problem).__name__)
                raise Unavailable(
                    "The database did not answer in time; nothing was changed.",
                    "Try again in a moment.",
                ) from problem
            try:
                yield session
                await session.commit()
            except BaseException:
                await session.rollback()
                raise

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _prepare_sqlite(
    connection: DBAPIConnection, _record: ConnectionPoolEntry, busy_milliseconds: int
) -> None:
    # The driver's own transaction handling is switched off: `_begin` says which kind to open.
    driver: Any = connection
    driver.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={busy_milliseconds}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
