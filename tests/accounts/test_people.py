"""Who has an account, and what may be changed about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonnade.accounts.credentials import Credential
from colonnade.accounts.people import NAME_FORM, canonical_name, clean_display_name
from colonnade.accounts.permissions import Role
from colonnade.accounts.service import Accounts
from colonnade.accounts.sign_in import Visitor
from colonnade.kit.database import Database
from colonnade.kit.errors import Conflict, Invalid, NotFound


@given(st.text(max_size=80))
def test_a_name_is_canonical_or_refused(text: str) -> None:
    try:
        name = canonical_name(text)
    except Invalid:
        return
    assert NAME_FORM.fullmatch(name)
    assert canonical_name(name) == name


@pytest.mark.parametrize("text", ["", "-ada", "a b", "ada\u202e", "ада", "a" * 64, "ada\n\nx"])
def test_odd_names_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        canonical_name(text)


@pytest.mark.parametrize("text", ["Ada\u202eevoL", "Ada\x1b[31m", "A\u200bda", "x" * 101])
def test_display_names_that_deceive_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        clean_display_name(text, "ada")


def test_an_empty_display_name_is_the_name() -> None:
    assert clean_display_name("  ", "ada") == "ada"
    assert clean_display_name("Ада Лавлейс", "ada") == "Ада Лавлейс"


async def test_a_name_is_taken_once_whatever_its_case(
    accounts: Accounts, database: Database
) -> None:
    async with database.transaction() as session:
        await accounts.people.create(session, "Ada")
        with pytest.raises(Conflict):
            await accounts.people.create(session, "ADA")
        assert (await accounts.people.named(session, " aDa")).name == "ada"
        with pytest.raises(NotFound):
            await accounts.people.named(session, "bob")


async def test_the_last_administrator_stays(accounts: Accounts, database: Database) -> None:
    people = accounts.people
    async with database.transaction() as session:
        ada = await people.create(session, "ada", Role.ADMIN)
        bob = await people.create(session, "bob", Role.ADMIN)
        await people.suspend(session, bob)
        for forbidden in (
            people.suspend(session, ada),
            people.change_role(session, ada, Role.MEMBER),
        ):
            with pytest.raises(Conflict):
                await forbidden
        await people.reactivate(session, bob)
        await people.change_role(session, ada, Role.REVIEWER)
        with pytest.raises(Conflict):
            await people.suspend(session, bob)


async def test_the_first_link_is_given_until_an_administrator_has_a_password(
    accounts: Accounts, database: Database
) -> None:
    async with database.transaction() as session:
        first = await accounts.people.issue_first_link(session)
        assert first
    async with database.transaction() as session:
        second = await accounts.people.issue_first_link(session)
        assert len(await accounts.people.all(session)) == 1
    assert second
    signed_in = await accounts.sign_ins.by_link(second, Visitor())
    identity = await accounts.identify(Credential("session", signed_in.secret))
    assert identity
    assert identity.role is Role.ADMIN
    await accounts.sign_ins.change_password(identity, "", "correct horse battery", Visitor())
    async with database.transaction() as session:
        assert await accounts.people.issue_first_link(session) is None


async def test_a_suspended_person_gets_no_link(accounts: Accounts, database: Database) -> None:
    async with database.transaction() as session:
        ada = await accounts.people.create(session, "ada")
        await accounts.people.suspend(session, ada)
        with pytest.raises(Conflict):
            await accounts.people.issue_link(session, ada)
