"""The database: one engine, transactions that are whole or not at all.

SQLite runs in WAL mode with `synchronous=FULL`, so what was acknowledged survives `kill -9` and a
power cut. Writing transactions begin IMMEDIATE: two writers queue for the lock (up to
`BUSY_SECONDS`) instead of failing half-way when a read turns into a write.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, MetaData, TypeDecorator, event
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 5

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
    """

    def __init__(self, address: str) -> None:
        self.engine: AsyncEngine = create_async_engine(address)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """A writing transaction: committed when the block ends, rolled back when it raises."""
        async with self._begin("BEGIN IMMEDIATE") as session:
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSession]:
        """A consistent snapshot to read from; what is written in it is rolled back."""
        async with self._begin("BEGIN") as session:
            yield session
            # A rollback empties the objects that the session holds; what was read stays readable.
            session.expunge_all()
            await session.rollback()

    @asynccontextmanager
    async def _begin(self, sqlite_statement: str) -> AsyncGenerator[AsyncSession]:
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            connection = await session.connection()
            if self.engine.dialect.name == "sqlite":
                await connection.exec_driver_sql(sqlite_statement)
            try:
                yield session
                await session.commit()
            except BaseException:
                await session.rollback()
                raise

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The driver's own transaction handling is switched off: `_begin` says which kind to open.
    driver: Any = connection
    driver.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
