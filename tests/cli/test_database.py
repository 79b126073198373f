"""Migrations lead to the tables that the code declares."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from colonnade.cli.database import migrate
from colonnade.kit.database import Database, Table
from colonnade.kit.settings import Settings


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    """A database without any table."""
    url = None
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_server").fresh()
    database = Database(Settings(data=tmp_path, database_url=url).database_address)
    yield database
    await database.close()


async def test_a_migrated_database_has_the_declared_tables(empty: Database) -> None:
    await migrate(empty)
    await migrate(empty)  # A second start changes nothing.

    def differences(connection: Connection) -> list[object]:
        return compare_metadata(MigrationContext.configure(connection), Table.metadata)

    async with empty.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_notices_and_contests_of_an_earlier_form_are_kept(empty: Database) -> None:
    await migrate(empty, to="0001")
    now = "'2026-11-22 12:00:00.000000'"
    words, rest = "'n', 'p', 'r', 'k', '', '', 'cell', 's', 'hold', 'c'", "'{}', " + now
    notice = f"{words}, '[]', 1, 'r', 0.5, {rest}, {now}, 1"
    async with empty.transaction() as session:
        await session.execute(text(f"INSERT INTO notices VALUES ({notice})"))
        await session.execute(
            text(f"INSERT INTO contests VALUES ('c', 'n', 'p', 'It is mine.', 'open', {now})")
        )
    await migrate(empty)
    async with empty.transaction() as session:
        read = await session.execute(text("SELECT words, created_at FROM contests"))
        ((words, at),) = read
        assert words == "It is mine."
        assert str(at).startswith("2026-11-22 12:00:00")
        await session.execute(text("UPDATE notices SET outcome = 'stop'"))
        if empty.engine.dialect.name == "sqlite":
            assert list(await session.execute(text("PRAGMA foreign_key_check"))) == []
