"""The Jupyter surface as an application of its own, over real accounts and a real database."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import httpx
from fastapi import FastAPI

from colonnade.accounts.credentials import reader_for
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Role
from colonnade.accounts.service import Accounts
from colonnade.accounts.sign_in import Visitor
from colonnade.jupyter.contents import build_router as contents_routes
from colonnade.jupyter.lab.lab import Lab
from colonnade.jupyter.router import build_router
from colonnade.jupyter.service import Sessions
from colonnade.kit.database import Database
from colonnade.kit.headers import StrictHeaders
from colonnade.kit.http import install_error_answers
from colonnade.kit.settings import Settings
from colonnade.notebooks.configuration import NotebookSettings
from colonnade.notebooks.contents import build_contents
from colonnade.runtimes.classes import runtimes_settings
from colonnade.runtimes.engine import Area
from colonnade.runtimes.service import Runtimes
from support.paper_engine import PaperEngine

CLASSES = {
    "classes": [
        {"name": "python3", "display_name": "Python 3 · CPU", "pool": 0, "memory": "1 GiB"},
        {"name": "large", "display_name": "Python 3 · Large", "pool": 0, "memory": "2 GiB"},
    ]
}


def build_app(database: Database, data: Path, base_url: str = "/", port: int = 8888) -> FastAPI:
    """The surface as `app.py` wires it, over an engine whose sandboxes are on paper."""
    settings = Settings(data=data, base_url=base_url, port=port)
    origins = settings.origins(port)
    app = FastAPI(openapi_url=None)
    app.state.settings, app.state.origins, app.state.database = settings, origins, database
    app.state.accounts = Accounts(database)
    app.state.revocations = app.state.accounts.revocations
    app.state.runtimes = Runtimes(
        database, PaperEngine(), runtimes_settings(CLASSES), lambda _: Area(data), lambda _: data
    )
    app.state.sessions = Sessions(database, app.state.runtimes)
    app.state.lab = shared_lab(base_url, port)
    app.state.contents = build_contents(data, NotebookSettings())
    install_error_answers(app)
    for routes in (contents_routes, build_router):
        app.include_router(routes(), prefix=base_url.rstrip("/"))
    app.add_middleware(StrictHeaders)
    return app


@cache
def shared_lab(base_url: str, port: int) -> Lab:
    """JupyterLab's shared parts take seconds to make and hold nobody's data: one for all tests."""
    settings = Settings(data=Path(mkdtemp(prefix="colonnade-lab-")), base_url=base_url)
    return Lab(settings, settings.origins(port))


class People:
    """Who uses `app`: each with a cookie of their own."""

    def __init__(self, app: FastAPI, database: Database) -> None:
        self.app = app
        self.database = database
        self.accounts: Accounts = app.state.accounts

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """The application's background work runs inside the block."""
        runtimes: Runtimes | None = getattr(self.app.state, "runtimes", None)
        async with self.accounts.running():
            if runtimes:
                await runtimes.start()
            yield
            if runtimes:
                await runtimes.close()

    async def cookie(self, name: str) -> tuple[str, str]:
        """A new person `name`, signed in: name and value of their cookie."""
        async with self.database.transaction() as session:
            person = await self.accounts.people.create(session, name)
            link = await self.accounts.people.issue_link(session, person)
        signed_in = await self.accounts.sign_ins.by_link(link, Visitor())
        state = self.app.state
        return reader_for(state.origins.app, state.settings.base_url).cookie.name, signed_in.secret

    async def client(self, name: str) -> httpx.AsyncClient:
        """An HTTP client signed in as the new person `name`."""
        key, secret = await self.cookie(name)
        return self.anonymous(cookies={key: secret})

    def anonymous(self, cookies: dict[str, str] | None = None) -> httpx.AsyncClient:
        """An HTTP client without a sign-in."""
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(
            transport=transport, base_url=self.app.state.origins.app, cookies=cookies
        )

    async def identity(self, name: str) -> Identity:
        """The person `name` as routes see them."""
        async with self.database.reading() as session:
            person = await self.accounts.people.named(session, name)
        return Identity(person.id, person.name, person.display_name, Role(person.role))

    async def token(self, name: str) -> str:
        """An API token of the new person `name`."""
        async with self.database.transaction() as session:
            person = await self.accounts.people.create(session, name)
            made = await self.accounts.tokens.create(session, person.id, "test")
        return made.secret
