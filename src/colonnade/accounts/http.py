"""Who is asking, as dependencies for routes.

    @router.get("/things", dependencies=[require(Permission.NOTEBOOKS_READ)])
    async def things(someone: Someone, session: Transaction) -> …

or, both in one, `someone: Annotated[Identity, require(Permission.NOTEBOOKS_READ)]`. Both work for
HTTP and WebSocket routes; a socket is refused before it is accepted. Without a valid credential
they raise NotSignedIn (the pages' error answers turn that into a redirect to the sign-in page).
Name the demand in `dependencies`, or before the transaction among the parameters: who is asking is
read on a connection of its own, and requests that hold one while waiting for another starve all.
A route open to everybody says so with `dependencies=[PUBLIC]`: a route that declares nothing fails
the test that walks the router.
"""

from typing import Annotated, cast

from fastapi import Depends
from fastapi.params import Depends as Dependency
from starlette.requests import HTTPConnection

from colonnade.accounts.credentials import CredentialReader, reader_for
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission
from colonnade.accounts.service import Accounts
from colonnade.kit.errors import NotSignedIn


def accounts_of(connection: HTTPConnection) -> Accounts:
    """The accounts that `app.py` hung on the application."""
    return cast(Accounts, connection.app.state.accounts)


def reader_of(connection: HTTPConnection) -> CredentialReader:
    """How this application's requests carry their credential."""
    state = connection.app.state
    return reader_for(state.origins.app, state.settings.base_url)


async def find_someone(connection: HTTPConnection) -> Identity | None:
    """Who is asking, or None: for pages that anonymous people see too."""
    credential = reader_of(connection).read(connection)
    return await accounts_of(connection).identify(credential) if credential else None


async def someone(connection: HTTPConnection) -> Identity:
    """Who is asking. Raises NotSignedIn."""
    identity = await find_someone(connection)
    if identity is None:
        raise NotSignedIn(
            "You are not signed in, or your session or token is no longer valid.",
            "Sign in, or send a valid API token as 'Authorization: Bearer …'.",
        )
    return identity


Someone = Annotated[Identity, Depends(someone)]
"""Annotate a route's parameter with this to demand that somebody is signed in."""

Anyone = Annotated[Identity | None, Depends(find_someone)]
"""Annotate a route's parameter with this where anonymous people are welcome."""


class Requirement:
    """A dependency that passes only those who may do `permission`."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, identity: Someone) -> Identity:
        """The identity. Raises NotSignedIn or Forbidden."""
        identity.demand(self.permission)
        return identity


def require(permission: Permission) -> Dependency:
    """A dependency (already wrapped in Depends) that demands `permission`."""
    return cast(Dependency, Depends(Requirement(permission)))


def open_to_all() -> None:
    """Declares that a route needs nobody signed in."""


PUBLIC = cast(Dependency, Depends(open_to_all))
"""For `dependencies=[PUBLIC]` of a route that anonymous people may use."""
