"""A database that somebody else is writing to, and a look into tables past our own code."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from sqlalchemy import text

from colonnade.kit.database import Database


def beside(database: Database, busy_seconds: float = 5) -> Database:
    """The same database over connections of its own, as another process has them."""
    address = database.engine.url.render_as_string(hide_password=False)
    return Database(address, busy_seconds)


@asynccontextmanager
async def held(database: Database) -> AsyncGenerator[None]:
    """Inside the block another process has a transaction open that writes."""
    other = beside(database)
    async with other.transaction():
        yield
    await other.close()


async def rows(database: Database, table: str) -> int:
    """How many rows a table of ours has."""
    async with database.reading() as session:
        return (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one()
