"""Contents and the content origin over real accounts, as `app.py` wires them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.applications import Starlette

from colonnade.accounts.service import Accounts
from colonnade.jupyter import contents as contents_routes
from colonnade.jupyter.content_links import ContentLinks, read_or_make_key
from colonnade.jupyter.content_origin import build_content_app
from colonnade.kit.database import Database
from colonnade.kit.http import install_error_answers
from colonnade.kit.settings import Settings
from colonnade.notebooks.configuration import NotebookSettings
from colonnade.notebooks.contents import build_contents
from support.jupyter_app import People


def build_contents_app(
    database: Database, data: Path, base_url: str = "/", **settings: Any
) -> FastAPI:
    """The application; `settings` are those of `[notebooks]`."""
    app = FastAPI(openapi_url=None)
    app.state.settings = Settings(data=data, base_url=base_url, port=8888)
    app.state.origins = app.state.settings.origins(8888)
    app.state.database, app.state.accounts = database, Accounts(database)
    app.state.contents = build_contents(data, NotebookSettings(**settings))
    key = read_or_make_key(data / "content.key")
    app.state.links = ContentLinks(key, app.state.origins.content)
    install_error_answers(app)
    app.include_router(contents_routes.build_router(), prefix=base_url.rstrip("/"))
    return app


def content_app_of(app: FastAPI) -> Starlette:
    """The content origin beside `app`."""
    state = app.state
    return build_content_app(state.database, state.contents, state.links, state.origins)


def content_client(app: FastAPI) -> httpx.AsyncClient:
    """A browser's requests to the content origin: without any cookie."""
    transport = httpx.ASGITransport(content_app_of(app))
    return httpx.AsyncClient(transport=transport, base_url=app.state.origins.content)


class ContentsPeople(People):
    """People who are signed in to such an application, where no runtimes are."""

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        async with self.accounts.running():
            yield
