"""Our pages as an application of their own: real accounts, real database, real guard."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from colonnade.accounts.passwords import Passwords
from colonnade.accounts.service import Accounts
from colonnade.kit.database import Database
from support.people import Crowd
from support.web_app import build_app


@pytest.fixture
def accounts(database: Database) -> Accounts:
    """Accounts whose passwords are hashed quickly."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return Accounts(database, passwords=Passwords(quick))


@pytest.fixture
async def crowd(database: Database, accounts: Accounts, tmp_path: Path) -> AsyncGenerator[Crowd]:
    """People with browsers of their own in front of the whole web room."""
    async with accounts.running():
        yield Crowd(build_app(database, accounts, tmp_path), database, accounts)
