"""Fixtures that start real parts; each room adds its own in `tests/<room>/conftest.py`."""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import settings

from colonnade.cli.database import opened
from colonnade.kit.database import Database
from colonnade.kit.settings import Settings
from support.environment import built_environment
from support.postgresql import PostgreSQL, postgresql
from support.tables import create_tables

TEMPLATE = "tables"

settings.register_profile("fast", max_examples=60, deadline=None)
settings.register_profile("deep", max_examples=3000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    """A real PostgreSQL server, with a template that has every room's tables."""
    with postgresql() as server:
        server.run("createdb", TEMPLATE)
        # In a thread of its own: whoever asks for the server first may have a loop running.
        with ThreadPoolExecutor(1) as beside:
            beside.submit(asyncio.run, _migrate(server.address(TEMPLATE))).result()
        yield server


async def _migrate(url: str) -> None:
    async with opened(Settings(data=Path(), database_url=url)):
        pass


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """What an operator configures: nothing for SQLite, else the address of a fresh database."""
    if request.param == "sqlite":
        return None
    return request.getfixturevalue("postgresql_server").fresh(TEMPLATE)


@pytest.fixture
async def database(tmp_path: Path, database_url: str | None) -> AsyncGenerator[Database]:
    """A real database with every room's tables: SQLite in WAL mode, and PostgreSQL."""
    database = Database(Settings(data=tmp_path, database_url=database_url).database_address)
    if database_url is None:
        await create_tables(database)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def environment() -> Path:
    """Folder of the default environment for real sandboxes."""
    return built_environment()
