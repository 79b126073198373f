"""Migrations lead to the tables that the code declares."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

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
