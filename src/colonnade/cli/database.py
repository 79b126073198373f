"""The database as commands open it: brought to the newest form first."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib import import_module

from sqlalchemy import Connection, inspect, text

from colonnade.kit.database import Database
from colonnade.kit.settings import Settings
from colonnade.kit.shipped import shipped

ROOMS_WITH_TABLES = ("accounts", "notebooks", "runtimes", "ledger", "enforcement", "jupyter")


def import_tables() -> None:
    """Let every room declare its tables."""
    for room in ROOMS_WITH_TABLES:
        import_module(f"colonnade.{room}.tables")


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[Database]:
    """The configured database, migrated; closed at the end of the block."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database_address)
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()


async def migrate(database: Database, to: str = "head") -> None:
    """Bring the database to the newest form, or to the revision `to`, in one transaction."""
    scripts = shipped("migrations")
    if await _revision(database) == max(file.stem[:4] for file in scripts.glob("versions/*.py")):
        return
    # Alembic takes longer to import than the platform's start may spend on a database that is
    # in order; revisions are numbered, so a look at the number suffices.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts))

    def upgrade(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, to)

    async with database.transaction() as session:
        await (await session.connection()).run_sync(upgrade)


async def _revision(database: Database) -> str | None:
    async with database.engine.connect() as connection:
        if not await connection.run_sync(lambda sync: inspect(sync).has_table("alembic_version")):
            return None
        return await connection.scalar(text("SELECT version_num FROM alembic_version"))
