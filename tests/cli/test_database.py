"""Migrations lead to the tables that the code declares."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from colonnade.cli.database import migrate
from colonnade.kit.database import Database, Table


async def test_a_migrated_database_has_the_declared_tables(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'db.sqlite'}")
    await migrate(database)
    await migrate(database)  # A second start changes nothing.

    def differences(connection: Connection) -> list[object]:
        return compare_metadata(MigrationContext.configure(connection), Table.metadata)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


async def test_notices_and_contests_of_an_earlier_form_are_kept(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'db.sqlite'}")
    await migrate(database, to="0001")
    now = "'2026-11-22 12:00:00.000000'"
    words, rest = "'n', 'p', 'r', 'k', '', '', 'cell', 's', 'hold', 'c'", "'{}', " + now
    notice = f"{words}, '[]', 1, 'r', 0.5, {rest}, {now}, 1"
    async with database.transaction() as session:
        await session.execute(text(f"INSERT INTO notices VALUES ({notice})"))
        await session.execute(
            text(f"INSERT INTO contests VALUES ('c', 'n', 'p', 'It is mine.', 'open', {now})")
        )
    await migrate(database)
    async with database.transaction() as session:
        read = await session.execute(text("SELECT words, created_at FROM contests"))
        assert list(read) == [("It is mine.", now.strip("'"))]
        await session.execute(text("UPDATE notices SET outcome = 'stop'"))
        assert list(await session.execute(text("PRAGMA foreign_key_check"))) == []
    await database.close()
