"""Fixtures that start real parts; each room adds its own in `tests/<room>/conftest.py`."""

import os
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from hypothesis import settings

from colonnade.kit.database import Database
from support.environment import built_environment
from support.tables import create_tables

settings.register_profile("fast", max_examples=60, deadline=None)
settings.register_profile("deep", max_examples=3000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[Database]:
    """A real SQLite database in WAL mode with every room's tables."""
    opened = Database(f"sqlite+aiosqlite:///{tmp_path / 'colonnade.sqlite'}")
    await create_tables(opened)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def environment() -> Path:
    """Folder of the default environment for real sandboxes."""
    return built_environment()
