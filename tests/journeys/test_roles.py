"""Every route and socket of the whole application, as everybody."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from fastapi import FastAPI

from colonnade.accounts.permissions import Role
from colonnade.app import build_application, guarded
from colonnade.kit.database import Database
from colonnade.kit.settings import Settings
from support.paper_engine import PaperEngine
from support.people import ORIGINS, Crowd
from support.routes import SOCKET, leaks, misfits, undeclared, walk

SMALL = {"name": "cpu", "display_name": "CPU", "memory": "1 GiB", "pool": 0}


@pytest.fixture
async def app(
    database: Database, tmp_path: Path, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[FastAPI]:
    """The application as `colonnade serve` builds it, on an engine that only pretends."""
    monkeypatch.setenv("COLONNADE_ENVIRONMENTS", str(environment.parent))
    settings = Settings(data=tmp_path, sections={"runtimes": {"classes": [SMALL]}})
    application = build_application(settings, ORIGINS, database, PaperEngine())
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
def crowd(app: FastAPI, database: Database) -> Crowd:
    """People in front of it."""
    return Crowd(guarded(app), database, app.state.accounts)


def test_every_route_and_socket_says_who_may_come_in(app: FastAPI) -> None:
    routes = walk(app)
    assert len(routes) > 100
    assert {route.path for route in routes if route.method == SOCKET} == {
        "/api/kernels/{kernel_id}/channels",
        "/terminals/websocket/{name}",
        "/api/events/subscribe",
    }
    assert undeclared(routes) == []


async def test_nobody_gets_in_where_the_declared_permission_keeps_them_out(
    app: FastAPI, crowd: Crowd
) -> None:
    await crowd.person_id("keeper", Role.ADMIN)
    assert await misfits(crowd, walk(app)) == []


async def test_another_persons_kernel_and_session_do_not_exist(app: FastAPI, crowd: Crowd) -> None:
    owner = await crowd.browser("owner")
    started = {"path": "mine.ipynb", "name": "", "type": "notebook", "kernel": {"name": "cpu"}}
    session = (await owner.post("/api/sessions", json=started)).json()
    owned = {"kernel_id": session["kernel"]["id"], "session_id": session["id"]}
    assert await leaks(crowd, walk(app), owned) == []


@pytest.mark.parametrize("database_url", [None], ids=["sqlite"])
async def test_no_secret_is_stored_as_it_is_used(crowd: Crowd, tmp_path: Path) -> None:
    secrets = [await crowd.link("ada"), await crowd.secret("bob"), await crowd.token("cid")]
    browser = await crowd.browser("ada")
    password = "four quite random words"
    answer = await browser.post("/account/password", data={"password": password})
    assert answer.status_code < 400, answer.text
    files = [one.read_bytes() for one in tmp_path.glob("colonnade.sqlite*")]  # noqa: ASYNC240
    assert any(b"ada" in content for content in files)
    for secret in [*secrets, password]:
        assert not any(secret.encode() in content for content in files)
