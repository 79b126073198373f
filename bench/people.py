"""Many people at once in a platform's database.

The command `colonnade user add` starts a process for each; here the accounts room is called as the
command calls it, on the data folder of a platform that is running.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from colonnade.accounts.service import Accounts
from colonnade.kit.database import Database
from colonnade.kit.settings import read_settings


@asynccontextmanager
async def _opened(data: Path) -> AsyncGenerator[tuple[Accounts, AsyncSession]]:
    database = Database(read_settings(data).database_address)
    try:
        async with database.transaction() as session:
            yield Accounts(database), session
    finally:
        await database.close()


async def add_people(data: Path, names: list[str]) -> list[str]:
    """New members, each with an API token; the tokens in the order of `names`."""
    tokens: list[str] = []
    async with _opened(data) as (accounts, session):
        for name in names:
            person = await accounts.people.create(session, name)
            tokens.append((await accounts.tokens.create(session, person.id, "bench")).secret)
    return tokens


async def sign_in_links(data: Path, names: list[str]) -> list[str]:
    """The secrets of one-time sign-in links of new members."""
    async with _opened(data) as (accounts, session):
        return [
            await accounts.people.issue_link(session, await accounts.people.create(session, name))
            for name in names
        ]
