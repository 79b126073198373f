"""An `Enforcement` with real processes over a real database."""

from collections.abc import AsyncGenerator

import pytest

from colonnade.detection.rulebook import default_rules
from colonnade.enforcement.file_workers import FileWorkers
from colonnade.enforcement.service import Enforcement
from colonnade.enforcement.workers import Workers
from colonnade.kit.database import Database
from colonnade.policy import load_book
from support.judged_notebooks import Shelf


@pytest.fixture
def shelf() -> Shelf:
    """Saved notebooks."""
    return Shelf()


@pytest.fixture
async def enforcement(database: Database, shelf: Shelf) -> AsyncGenerator[Enforcement]:
    """The judge with real processes, a real database and the shipped rules and policy."""
    rules = default_rules()
    judge = Enforcement(
        database,
        load_book(),
        rules,
        Workers(rules),
        FileWorkers(rules),
        shelf,
        "http://127.0.0.1:1/base/",
    )
    yield judge
    await judge.close()
