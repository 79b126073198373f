"""API tokens: shown once, limited, revocable."""

from datetime import timedelta

import pytest

from colonnade.accounts.credentials import Credential
from colonnade.accounts.permissions import DELICATE, OF_ROLE, Permission, Role
from colonnade.accounts.service import Accounts
from colonnade.accounts.tables import ApiToken
from colonnade.kit.database import Database
from colonnade.kit.errors import Forbidden, Invalid, NotFound
from colonnade.kit.ids import fingerprint

from .conftest import Hands


async def _admin(accounts: Accounts, database: Database) -> str:
    async with database.transaction() as session:
        return (await accounts.people.create(session, "ada", Role.ADMIN)).id


async def test_a_token_holds_its_role_without_what_is_delicate(
    accounts: Accounts, database: Database
) -> None:
    ada = await _admin(accounts, database)
    async with database.transaction() as session:
        made = await accounts.tokens.create(session, ada, "scripts")
    identity = await accounts.identify(Credential("token", made.secret))
    assert identity
    assert identity.via == "token"
    assert identity.session_id is None
    assert identity.permissions == OF_ROLE[Role.ADMIN] - DELICATE
    assert await accounts.identify(Credential("session", made.secret)) is None


async def test_only_the_fingerprint_is_stored(accounts: Accounts, database: Database) -> None:
    ada = await _admin(accounts, database)
    async with database.transaction() as session:
        made = await accounts.tokens.create(session, ada, "scripts")
    async with database.reading() as session:
        row = await session.get(ApiToken, made.token.id)
    assert row
    assert row.fingerprint == fingerprint(made.secret)
    stored = {str(getattr(row, column.key)) for column in ApiToken.__table__.columns}
    assert made.secret not in stored


async def test_a_token_makes_no_token_that_holds_more(
    accounts: Accounts, database: Database
) -> None:
    ada = await _admin(accounts, database)
    scopes = {Permission.TOKENS_WRITE, Permission.METRICS_READ}
    async with database.transaction() as session:
        made = await accounts.tokens.create(session, ada, "scripts", scopes)
    identity = await accounts.identify(Credential("token", made.secret))
    assert identity
    async with database.transaction() as session:
        with pytest.raises(Forbidden):
            await accounts.tokens.create_for(session, identity, "more", {Permission.PEOPLE_WRITE})
        child = await accounts.tokens.create_for(session, identity, "same")
    grandchild = await accounts.identify(Credential("token", child.secret))
    assert grandchild
    assert grandchild.permissions == scopes


async def test_a_demoted_persons_token_is_demoted_too(
    accounts: Accounts, database: Database
) -> None:
    ada = await _admin(accounts, database)
    async with database.transaction() as session:
        await accounts.people.create(session, "bob", Role.ADMIN)
        made = await accounts.tokens.create(session, ada, "numbers", {Permission.METRICS_READ})
        await accounts.people.change_role(
            session, await accounts.people.get(session, ada), Role.MEMBER
        )
    identity = await accounts.identify(Credential("token", made.secret))
    assert identity
    assert not identity.may(Permission.METRICS_READ)


async def test_a_token_ends_when_revoked_expired_or_its_person_suspended(
    accounts: Accounts, database: Database, hands: Hands
) -> None:
    ada = await _admin(accounts, database)
    async with database.transaction() as session:
        bob = await accounts.people.create(session, "bob")
        short = await accounts.tokens.create(session, ada, "short", lifetime=timedelta(days=1))
        long = await accounts.tokens.create(session, ada, "long")
        bobs = await accounts.tokens.create(session, bob.id, "bob's")

    async def lives(secret: str) -> bool:
        return await accounts.identify(Credential("token", secret)) is not None

    assert await lives(short.secret)
    async with database.transaction() as session:
        with pytest.raises(NotFound):
            await accounts.tokens.revoke(session, bob.id, long.token.id)
        await accounts.tokens.revoke(session, ada, long.token.id)
        await accounts.people.suspend(session, await accounts.people.get(session, bob.id))
    hands.pass_by(days=1, seconds=1)
    for one in (short, long, bobs):
        assert not await lives(one.secret)
    async with database.transaction() as session:
        await accounts.people.reactivate(session, await accounts.people.get(session, bob.id))
    assert await lives(bobs.secret)


@pytest.mark.parametrize("label", ["", "   ", "x" * 101])
async def test_a_token_says_what_it_is_for(
    accounts: Accounts, database: Database, label: str
) -> None:
    ada = await _admin(accounts, database)
    async with database.transaction() as session:
        with pytest.raises(Invalid):
            await accounts.tokens.create(session, ada, label)


async def test_use_is_written_down_without_a_write_on_every_request(
    accounts: Accounts, database: Database, hands: Hands
) -> None:
    ada = await _admin(accounts, database)
    async with database.transaction() as session:
        made = await accounts.tokens.create(session, ada, "scripts")
    async with accounts.running():
        await accounts.identify(Credential("token", made.secret))
        async with database.reading() as session:
            (token,) = await accounts.tokens.of(session, ada)
            assert token.last_used_at is None
    async with database.reading() as session:
        (token,) = await accounts.tokens.of(session, ada)
    assert token.last_used_at == hands.now
