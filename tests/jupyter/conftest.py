"""The Jupyter surface over real accounts and a real database, as an application for tests."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from colonnade.kit.database import Database
from support.jupyter_app import People, build_app


@pytest.fixture
async def people(database: Database, tmp_path: Path) -> AsyncGenerator[People]:
    """The application at '/', and people who are signed in to it."""
    people = People(build_app(database, tmp_path), database)
    async with people.running():
        yield people
