"""Dependencies that let people in, for requests and sockets alike."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI, WebSocket

from colonnade.accounts.http import PUBLIC, Anyone, Someone, require
from colonnade.accounts.identity import Identity
from colonnade.accounts.permissions import Permission, Role
from colonnade.accounts.service import Accounts
from colonnade.kit.database import Database
from colonnade.kit.http import install_error_answers
from colonnade.kit.settings import Settings
from support.people import Crowd
from support.sockets import ENTERED, knock


@pytest.fixture
async def crowd(database: Database, accounts: Accounts, tmp_path: Path) -> AsyncGenerator[Crowd]:
    app = FastAPI()
    settings = Settings(data=tmp_path)
    app.state.settings, app.state.origins = settings, settings.origins(8888)
    app.state.accounts = accounts
    install_error_answers(app)

    @app.get("/me")
    async def me(someone: Someone) -> str:
        return someone.name

    @app.get("/numbers")
    async def numbers(
        someone: Annotated[Identity, require(Permission.METRICS_READ)],
    ) -> str:
        return someone.via

    @app.get("/hello", dependencies=[PUBLIC])
    async def hello(someone: Anyone) -> str:
        return someone.name if someone else "stranger"

    @app.websocket("/socket")
    async def socket(
        socket: WebSocket, someone: Annotated[Identity, require(Permission.METRICS_READ)]
    ) -> None:
        await socket.accept()
        await socket.send_text(someone.name)
        await socket.close()

    async with accounts.running():
        yield Crowd(app, database, accounts)


async def test_nobody_is_told_what_to_do(crowd: Crowd) -> None:
    refused = await crowd.anonymous().get("/me")
    assert refused.status_code == 403
    assert refused.json()["code"] == "not-signed-in"
    assert (await crowd.anonymous().get("/hello")).json() == "stranger"


async def test_a_session_and_a_token_speak_for_their_person(crowd: Crowd) -> None:
    assert (await (await crowd.browser("ada")).get("/me")).json() == "ada"
    program = await crowd.program("ada")
    assert (await program.get("/me")).json() == "ada"
    assert (await program.get("/hello")).json() == "ada"


async def test_a_permission_is_demanded(crowd: Crowd) -> None:
    member, admin = await crowd.browser("bob"), await crowd.program("ada", Role.ADMIN)
    refused = await member.get("/numbers")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await admin.get("/numbers")).json() == "token"


async def test_a_wrong_token_never_falls_back_on_the_cookie(crowd: Crowd) -> None:
    browser = await crowd.browser("ada")
    for wrong in ("token wrong", "Bearer ", "bearer x"):
        answer: httpx.Response = await browser.get("/me", headers={"Authorization": wrong})
        assert answer.status_code == 403


async def test_a_socket_is_refused_before_it_opens(crowd: Crowd) -> None:
    member, admin = await crowd.token("bob"), await crowd.token("ada", Role.ADMIN)
    assert await knock(crowd.app, "/socket") == 403
    assert await knock(crowd.app, "/socket", {"Authorization": f"token {member}"}) == 403
    assert await knock(crowd.app, "/socket", {"Authorization": f"token {admin}"}) == ENTERED
