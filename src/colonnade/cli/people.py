"""`colonnade user` and `colonnade token`: people, from the machine itself.

These work on the database directly, also while the platform runs; open sockets of a suspended
person close within two seconds.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from colonnade.accounts.permissions import Role
from colonnade.cli.options import Data

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from colonnade.accounts.service import Accounts

users = typer.Typer(no_args_is_help=True, help="People and their roles.")
tokens = typer.Typer(no_args_is_help=True, help="API tokens.")

Name = Annotated[str, typer.Argument(help="The name with which the person signs in.")]
Result = TypeVar("Result")


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.add_typer(users, name="user")
    app.add_typer(tokens, name="token")


@users.command("add")
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.MEMBER,
    data: Data = None,
) -> None:
    """Add a person and print their one-time sign-in link."""

    async def work(session: "AsyncSession", accounts: "Accounts") -> str:
        person = await accounts.people.create(session, name, role)
        return await accounts.people.issue_link(session, person)

    _print_link(data, name, work)


@users.command("reset")
def reset(name: Name, data: Data = None) -> None:
    """Forget a person's password, end their sessions and print a new sign-in link."""

    async def work(session: "AsyncSession", accounts: "Accounts") -> str:
        return await accounts.people.reset(session, await accounts.people.named(session, name))

    _print_link(data, name, work)


@users.command("suspend")
def suspend(name: Name, data: Data = None) -> None:
    """Lock a person out; nothing of theirs is deleted."""

    async def work(session: "AsyncSession", accounts: "Accounts") -> None:
        await accounts.people.suspend(session, await accounts.people.named(session, name))

    _in_transaction(data, work)
    print(f"{name} is suspended.")


@users.command("reactivate")
def reactivate(name: Name, data: Data = None) -> None:
    """Let a suspended person in again."""

    async def work(session: "AsyncSession", accounts: "Accounts") -> None:
        await accounts.people.reactivate(session, await accounts.people.named(session, name))

    _in_transaction(data, work)
    print(f"{name} may sign in again.")


@users.command("list")
def list_people(data: Data = None) -> None:
    """List everybody with their role."""

    async def work(session: "AsyncSession", accounts: "Accounts") -> list[str]:
        return [
            "\t".join((one.name, one.role, "suspended" if one.suspended_at else "active"))
            for one in await accounts.people.all(session)
        ]

    print("\n".join(_in_transaction(data, work)))


@tokens.command("create")
def create_token(
    name: Name,
    label: Annotated[str, typer.Option(help="What the token is for.")] = "command line",
    data: Data = None,
) -> None:
    """Print a new API token of a person, alone on the last line; it is shown only here."""

    async def work(session: "AsyncSession", accounts: "Accounts") -> str:
        person = await accounts.people.named(session, name)
        return (await accounts.tokens.create(session, person.id, label)).secret

    print(_in_transaction(data, work))


def _print_link(
    data: Data, name: str, work: "Callable[[AsyncSession, Accounts], Awaitable[str]]"
) -> None:
    from colonnade.cli.links import link_with
    from colonnade.kit.settings import read_settings

    secret = _in_transaction(data, work)
    print(f"{name} signs in once with this link, then sets a password:")
    print(link_with(read_settings(data), secret))


def _in_transaction(
    data: Data, work: "Callable[[AsyncSession, Accounts], Awaitable[Result]]"
) -> Result:
    from colonnade.accounts.configuration import AccountsSettings
    from colonnade.accounts.service import Accounts
    from colonnade.cli.database import opened
    from colonnade.kit.settings import read_settings

    settings = read_settings(data)

    async def run() -> Result:
        async with opened(settings) as database:
            accounts = Accounts(database, settings.table("accounts", AccountsSettings))
            async with database.transaction() as session:
                return await work(session, accounts)

    return asyncio.run(run())
