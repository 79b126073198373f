"""The web room as `app.py` wires it, behind the guard, in one process."""

from pathlib import Path

from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from colonnade.accounts.origin import OriginGuard
from colonnade.accounts.service import Accounts
from colonnade.kit.database import Database
from colonnade.kit.headers import StrictHeaders
from colonnade.kit.http import install_error_answers
from colonnade.kit.settings import Settings
from colonnade.runtimes.engine import Tier
from colonnade.web.errors import install_page_errors
from colonnade.web.router import build_router
from support.people import ORIGINS


class SoundEngine:
    """Says that the machine isolates code."""

    def __init__(self) -> None:
        self.answer = Tier(sound=True, lines=())

    async def tier(self) -> Tier:
        return self.answer


def make_app(database: Database, accounts: Accounts, data: Path, base_url: str = "/") -> FastAPI:
    """The routes and their parts."""
    app = FastAPI(root_path=base_url.rstrip("/"), openapi_url=None)
    app.state.settings = Settings(data=data, base_url=base_url)
    app.state.origins, app.state.database = ORIGINS, database
    app.state.accounts, app.state.revocations = accounts, accounts.revocations
    app.state.engine = SoundEngine()
    install_error_answers(app)
    install_page_errors(app)
    app.include_router(build_router())
    app.add_middleware(StrictHeaders)
    return app


def guarded(app: FastAPI) -> ASGIApp:
    """`app` as the world reaches it."""
    return OriginGuard(
        app,
        content=PlainTextResponse("content"),
        is_content=lambda path: path.startswith("/content/"),
        origins=ORIGINS,
        base_url=app.state.settings.base_url,
    )


def build_app(database: Database, accounts: Accounts, data: Path, base_url: str = "/") -> ASGIApp:
    """The whole, behind its guard."""
    return guarded(make_app(database, accounts, data, base_url))
