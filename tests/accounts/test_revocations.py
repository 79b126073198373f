"""Open sockets learn of their end, whoever decided it."""

import asyncio

from colonnade.accounts.credentials import Credential
from colonnade.accounts.identity import Identity
from colonnade.accounts.service import Accounts
from colonnade.accounts.sign_in import Visitor
from colonnade.kit.database import Database


async def _signed_in(accounts: Accounts, database: Database, name: str) -> Identity:
    async with database.transaction() as session:
        person = await accounts.people.create(session, name)
        link = await accounts.people.issue_link(session, person)
    signed_in = await accounts.sign_ins.by_link(link, Visitor())
    identity = await accounts.identify(Credential("session", signed_in.secret))
    assert identity
    return identity


async def test_signing_out_wakes_the_sockets_of_that_session_only(
    accounts: Accounts, database: Database
) -> None:
    ada = await _signed_in(accounts, database, "ada")
    bob = await _signed_in(accounts, database, "bob")
    async with accounts.running():
        adas = [asyncio.create_task(accounts.revocations.wait(ada)) for _ in range(2)]
        bobs = asyncio.create_task(accounts.revocations.wait(bob))
        async with database.transaction() as session:
            await accounts.sign_ins.sign_out(session, ada)
        await asyncio.wait_for(asyncio.gather(*adas), 2)
        assert not bobs.done()
        bobs.cancel()


async def test_a_change_that_was_rolled_back_wakes_nobody(
    accounts: Accounts, database: Database
) -> None:
    ada = await _signed_in(accounts, database, "ada")
    async with accounts.running():
        waiting = asyncio.create_task(accounts.revocations.wait(ada))
        try:
            async with database.transaction() as session:
                await accounts.sign_ins.sign_out(session, ada)
                raise RuntimeError("changed my mind")
        except RuntimeError:
            pass
        done, _ = await asyncio.wait([waiting], timeout=1.5)
        assert not done
        waiting.cancel()


async def test_another_process_is_heard_within_two_seconds(
    accounts: Accounts, database: Database
) -> None:
    ada = await _signed_in(accounts, database, "ada")
    command_line = Accounts(database)
    async with accounts.running():
        waiting = asyncio.create_task(accounts.revocations.wait(ada))
        await asyncio.sleep(0)
        async with database.transaction() as session:
            person = await command_line.people.named(session, "ada")
            await command_line.people.suspend(session, person)
        await asyncio.wait_for(waiting, 2)


async def test_whoever_is_dead_already_is_told_at_once(
    accounts: Accounts, database: Database
) -> None:
    ada = await _signed_in(accounts, database, "ada")
    async with database.transaction() as session:
        await accounts.sign_ins.sign_out(session, ada)
    async with accounts.running():
        await asyncio.wait_for(accounts.revocations.wait(ada), 2)
