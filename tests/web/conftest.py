"""Our pages as an application of their own: real accounts, real database, real guard."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from colonnade.accounts.passwords import Passwords
from colonnade.accounts.service import Accounts
from colonnade.kit.database import Database
from colonnade.runtimes.classes import runtimes_settings
from colonnade.runtimes.engine import Area, Tier, TierLine
from colonnade.runtimes.service import Runtimes
from support.paper_engine import PaperEngine
from support.people import Crowd
from support.web_app import guarded, make_app


@pytest.fixture
def accounts(database: Database) -> Accounts:
    """Accounts whose passwords are hashed quickly."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return Accounts(database, passwords=Passwords(quick))


class SoundPaper(PaperEngine):
    """Paper that claims to hold sandboxes; what it claims can be changed."""

    said = Tier(
        sound=True,
        lines=(
            TierLine("sandbox", "full", "bubblewrap 0.8.0, no network"),
            TierLine("disk limit", "reduced", "counted once a minute", "Use XFS with quotas."),
        ),
    )

    async def tier(self) -> Tier:
        """What it claims."""
        return self.said


@pytest.fixture
async def engine() -> AsyncGenerator[PaperEngine]:
    """An engine whose sandboxes are on paper."""
    paper = SoundPaper()
    yield paper
    await paper.close()


@pytest.fixture
async def runtimes(
    database: Database, engine: PaperEngine, tmp_path: Path
) -> AsyncGenerator[Runtimes]:
    """The real service over that engine, one place only, so that a second person must wait."""
    small = {"name": "cpu", "display_name": "Python 3 · CPU", "memory": "1 GiB", "pool": 0}
    settings = runtimes_settings({"classes": [small], "queue_wait_seconds": 0})
    service = Runtimes(database, engine, settings, lambda _: Area(tmp_path), lambda _: tmp_path)
    await service.start()
    await service.reconciled()
    yield service
    await service.close()


@pytest.fixture
def app(
    database: Database, accounts: Accounts, runtimes: Runtimes, engine: PaperEngine, tmp_path: Path
) -> FastAPI:
    """The web room's application, without its guard."""
    return make_app(database, accounts, tmp_path / "data", runtimes, engine)


@pytest.fixture
async def crowd(app: FastAPI, database: Database, accounts: Accounts) -> AsyncGenerator[Crowd]:
    """People with browsers of their own in front of it, behind its guard."""
    async with accounts.running():
        yield Crowd(guarded(app), database, accounts)
