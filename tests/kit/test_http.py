"""Every failure is answered in one form, and a request's transaction ends before its answer."""

from collections.abc import AsyncGenerator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from colonnade.kit.database import Database
from colonnade.kit.errors import Conflict, TooLarge
from colonnade.kit.headers import StrictHeaders
from colonnade.kit.http import Transaction, install_error_answers


@pytest.fixture
async def client(database: Database) -> AsyncGenerator[httpx.AsyncClient]:
    """An application with one route for each way to end."""
    app = FastAPI()
    app.state.database = database
    install_error_answers(app)

    @app.post("/keep/{n}")
    async def keep(n: int, session: Transaction) -> None:
        await session.execute(text("CREATE TABLE IF NOT EXISTS kept (n INTEGER)"))
        await session.execute(text("INSERT INTO kept VALUES (:n)"), {"n": n})
        if n < 0:
            raise Conflict("It has changed.", "Look again.", now=7)

    @app.get("/kept")
    async def kept(session: Transaction) -> list[int]:
        return [row.n for row in await session.execute(text("SELECT n FROM kept"))]

    @app.get("/locked")
    async def locked() -> None:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    @app.get("/large")
    async def large() -> None:
        raise TooLarge("It is too large.")

    transport = httpx.ASGITransport(StrictHeaders(app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as opened:
        yield opened


async def test_what_was_answered_is_kept_and_what_failed_is_not(client: httpx.AsyncClient) -> None:
    assert (await client.post("/keep/1")).status_code == 200
    assert (await client.post("/keep/-1")).status_code == 409
    assert (await client.get("/kept")).json() == [1]


async def test_a_failure_says_what_happened_and_what_to_do(client: httpx.AsyncClient) -> None:
    body = (await client.post("/keep/-1")).json()
    assert body["message"] == "It has changed. Look again."
    assert (body["what_happened"], body["what_to_do"]) == ("It has changed.", "Look again.")
    assert (body["code"], body["now"]) == ("conflict", 7)


async def test_a_locked_database_is_a_matter_of_trying_again(client: httpx.AsyncClient) -> None:
    answer = await client.get("/locked")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert "nothing was changed" in answer.json()["message"]


async def test_a_malformed_request_and_an_unknown_route_have_the_same_form(
    client: httpx.AsyncClient,
) -> None:
    malformed, unknown = await client.post("/keep/x"), await client.get("/nowhere")
    assert (malformed.status_code, unknown.status_code) == (400, 404)
    assert malformed.json().keys() >= {"code", "message", "what_to_do"}
    assert unknown.json().keys() >= {"code", "message", "what_to_do"}


async def test_every_answer_carries_the_strict_headers(client: httpx.AsyncClient) -> None:
    for answer in (await client.get("/large"), await client.get("/nowhere")):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
