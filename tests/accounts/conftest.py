"""Accounts over a real database, with a clock that tests move."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from colonnade.accounts.passwords import Passwords
from colonnade.accounts.service import Accounts
from colonnade.kit.database import Database


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def passwords() -> Passwords:
    """Real argon2, with parameters that cost a test nothing."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def accounts(database: Database, hands: Hands, passwords: Passwords) -> Accounts:
    return Accounts(database, clock=hands, passwords=passwords)
