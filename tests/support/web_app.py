"""The web room as `app.py` wires it, behind the guard, in one process."""

from pathlib import Path

from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from colonnade.accounts.origin import OriginGuard
from colonnade.accounts.service import Accounts
from colonnade.enforcement.service import build_enforcement
from colonnade.kit.clock import utcnow
from colonnade.kit.database import Database
from colonnade.kit.headers import StrictHeaders
from colonnade.kit.http import install_error_answers
from colonnade.kit.settings import Origins, Settings
from colonnade.notebooks.configuration import NotebookSettings
from colonnade.notebooks.contents import build_contents
from colonnade.runtimes.engine import Engine
from colonnade.runtimes.service import Runtimes
from colonnade.web.errors import install_page_errors
from colonnade.web.operations import build_metrics
from colonnade.web.router import build_router
from support.people import ORIGINS


def make_app(
    database: Database,
    accounts: Accounts,
    data: Path,
    runtimes: Runtimes,
    engine: Engine,
    base_url: str = "/",
    origins: Origins = ORIGINS,
) -> FastAPI:
    """The routes and their parts."""
    app = FastAPI(openapi_url=None)
    app.state.settings = Settings(data=data, base_url=base_url)
    app.state.origins, app.state.database, app.state.clock = origins, database, utcnow
    app.state.accounts, app.state.revocations = accounts, accounts.revocations
    app.state.engine, app.state.runtimes = engine, runtimes
    app.state.contents = build_contents(data, NotebookSettings())
    app.state.enforcement = build_enforcement(
        app.state.settings, origins, database, app.state.contents.documents
    )
    app.state.kept_link = lambda person_id, runtime_id: f"{origins.content}/content/{runtime_id}"
    app.state.metrics = build_metrics(runtimes)
    install_error_answers(app)
    install_page_errors(app)
    app.include_router(build_router(), prefix=base_url.rstrip("/"))
    app.add_middleware(StrictHeaders)
    return app


def guarded(app: FastAPI) -> ASGIApp:
    """`app` as the world reaches it."""
    return OriginGuard(
        app,
        content=PlainTextResponse("content"),
        is_content=lambda path: path.startswith("/content/"),
        origins=app.state.origins,
        base_url=app.state.settings.base_url,
    )
