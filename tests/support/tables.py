"""Make every room's tables in a test database, as the migrations would."""

from importlib import import_module
from importlib.util import find_spec

from colonnade.kit.database import Database, Table

ROOMS = ("accounts", "notebooks", "runtimes", "ledger", "enforcement", "jupyter")


async def create_tables(database: Database) -> None:
    """Import each room's `tables` module, then create what they declared."""
    for room in ROOMS:
        if find_spec(f"colonnade.{room}.tables"):
            import_module(f"colonnade.{room}.tables")
    async with database.engine.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
