"""Passwords, links and sessions from the first to the last."""

import asyncio
from contextlib import suppress

import pytest
from argon2 import PasswordHasher

from colonnade.accounts.credentials import Credential
from colonnade.accounts.identity import Identity
from colonnade.accounts.passwords import Passwords
from colonnade.accounts.service import Accounts
from colonnade.accounts.sign_in import LinkSpent, SignedIn, Visitor, WrongPassword
from colonnade.kit.database import Database
from colonnade.kit.errors import Forbidden, Invalid, TooMany

from .conftest import Hands

PASSWORD = "correct horse battery"
HERE = Visitor(address="192.0.2.1", agent="Firefox")


async def _link(accounts: Accounts, database: Database, name: str = "ada") -> str:
    async with database.transaction() as session:
        everybody = {one.name: one for one in await accounts.people.all(session)}
        person = everybody.get(name) or await accounts.people.create(session, name)
        return await accounts.people.issue_link(session, person)


async def _identity(accounts: Accounts, signed_in: SignedIn) -> Identity | None:
    return await accounts.identify(Credential("session", signed_in.secret))


async def _ada(accounts: Accounts, database: Database) -> SignedIn:
    """Ada, signed in, with a password."""
    by_link = await accounts.sign_ins.by_link(await _link(accounts, database), HERE)
    identity = await _identity(accounts, by_link)
    assert identity
    return await accounts.sign_ins.change_password(identity, "", PASSWORD, HERE)


async def test_of_two_who_race_for_a_link_one_gets_in(
    accounts: Accounts, database: Database
) -> None:
    secret = await _link(accounts, database)
    answers = await asyncio.gather(
        *(accounts.sign_ins.by_link(secret, HERE) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(answer, SignedIn) for answer in answers) == 1
    assert sum(isinstance(answer, LinkSpent) for answer in answers) == 4


async def test_a_link_ends_after_a_day_and_when_a_newer_one_is_given(
    accounts: Accounts, database: Database, hands: Hands
) -> None:
    first = await _link(accounts, database)
    second = await _link(accounts, database)
    with pytest.raises(LinkSpent):
        await accounts.sign_ins.by_link(first, HERE)
    hands.pass_by(hours=24, seconds=1)
    with pytest.raises(LinkSpent):
        await accounts.sign_ins.by_link(second, HERE)


async def test_a_session_ends_when_idle_and_when_old(
    accounts: Accounts, database: Database, hands: Hands
) -> None:
    signed_in = await _ada(accounts, database)
    hands.pass_by(days=7, seconds=1)
    assert await _identity(accounts, signed_in) is None


async def test_the_session_that_a_browser_came_with_ends_at_sign_in(
    accounts: Accounts, database: Database
) -> None:
    first = await _ada(accounts, database)
    second = await accounts.sign_ins.by_password("ada", PASSWORD, Visitor(secret=first.secret))
    assert await _identity(accounts, first) is None
    assert await _identity(accounts, second)


async def test_a_new_password_ends_every_session_and_link(
    accounts: Accounts, database: Database
) -> None:
    first = await _ada(accounts, database)
    second = await accounts.sign_ins.by_password("ada", PASSWORD, HERE)
    link = await _link(accounts, database)
    identity = await _identity(accounts, second)
    assert identity
    third = await accounts.sign_ins.change_password(identity, PASSWORD, PASSWORD + "!", HERE)
    assert await _identity(accounts, first) is None
    assert await _identity(accounts, second) is None
    assert await _identity(accounts, third)
    with pytest.raises(LinkSpent):
        await accounts.sign_ins.by_link(link, HERE)
    with pytest.raises(WrongPassword):
        await accounts.sign_ins.by_password("ada", PASSWORD, HERE)


async def test_the_old_password_is_asked_for_except_soon_after_a_link(
    accounts: Accounts, database: Database, hands: Hands
) -> None:
    identity = await _identity(accounts, await _ada(accounts, database))
    assert identity
    with pytest.raises(WrongPassword):
        await accounts.sign_ins.change_password(identity, "wrong", PASSWORD + "!", HERE)
    with pytest.raises(Invalid):
        await accounts.sign_ins.change_password(identity, PASSWORD, "short", HERE)

    by_link = await accounts.sign_ins.by_link(await _link(accounts, database), HERE)
    identity = await _identity(accounts, by_link)
    assert identity
    hands.pass_by(hours=2)
    with pytest.raises(WrongPassword):
        await accounts.sign_ins.change_password(identity, "", PASSWORD + "!", HERE)


async def test_a_suspended_person_is_out_at_once_and_stays_out(
    accounts: Accounts, database: Database
) -> None:
    signed_in = await _ada(accounts, database)
    assert await _identity(accounts, signed_in)
    async with database.transaction() as session:
        await accounts.people.suspend(session, await accounts.people.named(session, "ada"))
    assert await _identity(accounts, signed_in) is None
    with pytest.raises(Forbidden):
        await accounts.sign_ins.by_password("ada", PASSWORD, HERE)


async def test_guessing_is_slowed_by_name_and_place_but_not_for_others(
    accounts: Accounts, database: Database, hands: Hands
) -> None:
    await _ada(accounts, database)
    for _ in range(5):
        with pytest.raises(WrongPassword):
            await accounts.sign_ins.by_password("ada", "wrong", HERE)
    with pytest.raises(TooMany) as slowed:
        await accounts.sign_ins.by_password("ada", PASSWORD, HERE)
    assert slowed.value.details == {"retry_after_seconds": 1}
    elsewhere = Visitor(address="198.51.100.7")
    assert await accounts.sign_ins.by_password("ada", PASSWORD, elsewhere)
    hands.pass_by(seconds=1)
    assert await accounts.sign_ins.by_password("ada", PASSWORD, HERE)


async def test_guesses_at_the_same_moment_are_each_counted(
    accounts: Accounts, database: Database
) -> None:
    await _ada(accounts, database)
    guesses = [accounts.sign_ins.by_password("ada", "wrong", HERE) for _ in range(20)]
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(answer, WrongPassword) for answer in answers) == 5


async def test_an_outdated_hash_is_replaced_at_sign_in(
    accounts: Accounts, database: Database, hands: Hands
) -> None:
    await _ada(accounts, database)
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    later = Accounts(database, clock=hands, passwords=stronger)
    await later.sign_ins.by_password("ada", PASSWORD, HERE)
    async with database.reading() as session:
        stored = (await later.people.named(session, "ada")).password_hash
    assert stored
    assert not stronger.is_outdated(stored)


@pytest.mark.parametrize("secret", ["", "x", "\x00" * 300, "😀"])
async def test_whatever_a_stranger_sends_is_nobody(accounts: Accounts, secret: str) -> None:
    for via in ("session", "token"):
        assert await accounts.identify(Credential(via, secret)) is None
    with suppress(LinkSpent):
        await accounts.sign_ins.by_link(secret, HERE)
        raise AssertionError("let in")
