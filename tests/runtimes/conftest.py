"""A `Runtimes` on paper: the real register, queue and pool over an engine without sandboxes."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Role
from colonnade.kit.database import Database
from colonnade.runtimes.classes import runtimes_settings
from colonnade.runtimes.engine import Area
from colonnade.runtimes.service import Runtimes
from support.paper_engine import PaperEngine


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


def person(name: str, role: Role = Role.MEMBER) -> Identity:
    return Identity(name.encode().hex().ljust(32, "0"), name, name.title(), role)


ADA, BEN, CLEO = person("ada"), person("ben"), person("cleo")

Start = Callable[..., Awaitable[Runtimes]]


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
async def engine() -> AsyncGenerator[PaperEngine]:
    paper = PaperEngine()
    yield paper
    await paper.close()


@pytest.fixture
async def start(
    database: Database, engine: PaperEngine, hands: Hands, tmp_path: Path
) -> AsyncGenerator[Start]:
    """Starts a `Runtimes` with these settings; called again, it is the platform started anew."""
    started: list[Runtimes] = []

    async def begin(pool: int = 0, **section: Any) -> Runtimes:
        for earlier in started:
            await earlier.close()
        started.clear()
        plain = {"name": "cpu", "display_name": "Python 3 · CPU", "memory": "1 GiB", "pool": pool}
        settings = runtimes_settings({"classes": [plain], "queue_wait_seconds": 0} | section)
        runtimes = Runtimes(
            database,
            engine,
            settings,
            lambda _: Area(tmp_path),
            lambda _: tmp_path,
            hands,
            lambda: False,
        )
        await runtimes.start()
        started.append(runtimes)
        await runtimes.reconciled()
        return runtimes

    yield begin
    for runtimes in started:
        await runtimes.close()
