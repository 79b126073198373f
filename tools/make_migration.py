"""Write a migration from the tables as migrated to the tables as declared.

    .venv/bin/python tools/make_migration.py "what changes"

Read what it wrote in migrations/versions/ before you commit it.
"""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import Connection

from colonnade.cli.database import migrate
from colonnade.kit.database import Database
from colonnade.kit.shipped import shipped


async def make(message: str) -> None:
    """Compare a freshly migrated database with the declared tables and write the difference."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'scratch.sqlite'}")
        await migrate(database)
        async with database.engine.begin() as connection:
            await connection.run_sync(_revise, message)
        await database.close()


def _revise(connection: Connection, message: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    config.attributes["connection"] = connection
    number = len(list((shipped("migrations") / "versions").glob("*.py"))) + 1
    alembic.revision(config, message=message, autogenerate=True, rev_id=f"{number:04d}")


if __name__ == "__main__":
    asyncio.run(make(sys.argv[1]))
