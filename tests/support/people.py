"""People with browsers and tokens, in front of an application inside the test's process."""

from dataclasses import dataclass

import httpx
from starlette.types import ASGIApp

from colonnade.accounts.credentials import reader_for
from colonnade.accounts.permissions import Role
from colonnade.accounts.service import Accounts
from colonnade.accounts.sign_in import Visitor
from colonnade.kit.database import Database
from colonnade.kit.settings import Origins

APP = "http://127.0.0.1:8888"
ORIGINS = Origins(app=APP, content="http://localhost:8888")
PAGE = {"Accept": "text/html,application/xhtml+xml", "Origin": APP}
"""What a browser sends when a person follows a link or sends a form of our own page."""


@dataclass
class Crowd:
    """Makes people who use `app` (the application behind its guard)."""

    app: ASGIApp
    database: Database
    accounts: Accounts
    base_url: str = "/"

    async def person_id(self, name: str, role: Role = Role.MEMBER) -> str:
        """The identifier of the person `name`, created if need be."""
        async with self.database.transaction() as session:
            everybody = await self.accounts.people.all(session)
            found = next((one for one in everybody if one.name == name), None)
            return (found or await self.accounts.people.create(session, name, role)).id

    async def link(self, name: str, role: Role = Role.MEMBER) -> str:
        """The secret of a fresh sign-in link of the person `name`."""
        person_id = await self.person_id(name, role)
        async with self.database.transaction() as session:
            person = await self.accounts.people.get(session, person_id)
            return await self.accounts.people.issue_link(session, person)

    async def secret(self, name: str, role: Role = Role.MEMBER) -> str:
        """The secret of a new session of the person `name`."""
        link = await self.link(name, role)
        return (await self.accounts.sign_ins.by_link(link, Visitor())).secret

    async def token(self, name: str, role: Role = Role.MEMBER) -> str:
        """A new API token of the person `name`."""
        person_id = await self.person_id(name, role)
        async with self.database.transaction() as session:
            return (await self.accounts.tokens.create(session, person_id, "test")).secret

    def anonymous(self, **headers: str) -> httpx.AsyncClient:
        """A browser that nobody has signed in with."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url=APP,
            headers={**PAGE, **headers},
        )

    async def browser(self, name: str, role: Role = Role.MEMBER) -> httpx.AsyncClient:
        """A browser in which the person `name` is signed in."""
        client = self.anonymous()
        cookie = reader_for(APP, self.base_url).cookie
        secret = await self.secret(name, role)
        client.cookies.set(cookie.name, secret, domain="127.0.0.1", path=cookie.path)
        return client

    async def program(self, name: str, role: Role = Role.MEMBER) -> httpx.AsyncClient:
        """A program with a token of the person `name`: no cookie, no Origin."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False), base_url=APP
        )
        client.headers["Authorization"] = f"token {await self.token(name, role)}"
        return client
