"""The guard at the door: which host, which page, which cookies."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from colonnade.accounts.origin import OriginGuard, canonical_host, canonical_origin
from colonnade.kit.errors import Invalid
from colonnade.kit.settings import Origins
from support.sockets import ENTERED, knock

APP, CONTENT = "http://127.0.0.1:8888", "http://localhost:8888"
ORIGINS = Origins(app=APP, content=CONTENT)
COOKIE = {"Cookie": "colonnade-8888=secret"}


def _echo(where: str) -> Any:
    async def echo(request: Request) -> Response:
        response = JSONResponse({"where": where, "cookies": request.cookies})
        response.set_cookie("from", where)
        return response

    return echo


async def _socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


def _guard(origins: Origins = ORIGINS) -> OriginGuard:
    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    app = Starlette(
        routes=[
            Route("/{path:path}", _echo("app"), methods=methods),
            WebSocketRoute("/{path:path}", _socket),
        ]
    )
    content = Starlette(routes=[Route("/{path:path}", _echo("content"), methods=methods)])
    return OriginGuard(
        app,
        content=content,
        is_content=lambda path: path.startswith("/shown/"),
        origins=origins,
        base_url="/",
    )


def _client(base_url: str = APP) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(_guard()), base_url=base_url)


async def test_the_two_hosts_lead_to_two_applications() -> None:
    assert (await _client().get("/x")).json()["where"] == "app"
    assert (await _client(CONTENT).get("/shown/x")).json()["where"] == "content"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:8889", "127.0.0.1.:8888", "x@127.0.0.1:8888"]
)
async def test_another_host_is_misdirected(host: str) -> None:
    assert (await _client().get("/x", headers={"Host": host})).status_code == 421


async def test_two_hosts_are_no_host() -> None:
    headers = [("Host", "127.0.0.1:8888"), ("Host", "evil.example")]
    assert (await _client().get("/x", headers=headers)).status_code == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("origin", [CONTENT, "null", "https://127.0.0.1:8888", APP + "/", ""])
async def test_an_unsafe_request_from_another_page_is_refused(method: str, origin: str) -> None:
    for more in ({}, COOKIE, {"Authorization": "token x"}):
        answer = await _client().request(method, "/x", headers={"Origin": origin, **more})
        assert answer.status_code == 403


async def test_a_cookie_needs_an_origin_and_a_token_does_not() -> None:
    client = _client()
    assert (await client.post("/x", headers=COOKIE)).status_code == 403
    assert (await client.post("/x", headers={**COOKIE, "Origin": APP})).status_code == 200
    assert (await client.post("/x", headers={"Authorization": "Bearer x"})).status_code == 200
    both = {**COOKIE, "Authorization": "token x"}
    assert (await client.post("/x", headers=both)).status_code == 200
    basic = {**COOKIE, "Authorization": "Basic eDp5"}
    assert (await client.post("/x", headers=basic)).status_code == 403


async def test_a_token_in_the_query_counts_on_jupyters_api_only() -> None:
    client = _client()
    assert (await client.post("/api/kernels?token=x", headers=COOKIE)).status_code == 200
    assert (await client.post("/api/v1/runtimes?token=x", headers=COOKIE)).status_code == 403
    assert (await client.post("/sign-out?token=x", headers=COOKIE)).status_code == 403


async def test_content_never_sees_nor_sets_a_cookie() -> None:
    headers = {**COOKIE, "Authorization": "token x"}
    shown = await _client(CONTENT).get("/shown/x", headers=headers)
    assert shown.json() == {"where": "content", "cookies": {}}
    assert "set-cookie" not in shown.headers


async def test_content_can_only_be_read() -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        answer = await _client(CONTENT).request(method, "/shown/x", headers={"Origin": APP})
        assert answer.status_code == 403


async def test_app_paths_on_the_content_host_lead_to_the_app() -> None:
    for path in ("/lab?x=1", "//evil.example/lab", "/a%2F..%0d%0aX:y"):
        sent = await _client().get(path, headers={"Host": "localhost:8888"})
        assert sent.status_code == 307
        assert sent.headers["location"].startswith(f"{APP}/")
        assert "\n" not in sent.headers["location"]


@pytest.mark.parametrize(
    ("headers", "entered"),
    [
        ({"Origin": APP, **COOKIE}, True),
        (COOKIE, False),
        ({"Origin": CONTENT, **COOKIE}, False),
        ({"Authorization": "token x"}, True),
        ({"Authorization": "token x", "Origin": "http://evil.example"}, False),
    ],
)
async def test_a_websocket_needs_its_own_page_or_a_token(
    headers: dict[str, str], entered: bool
) -> None:
    status = await knock(_guard(), "/api/kernels/1/channels", headers)
    assert status == (ENTERED if entered else 403)


async def test_a_websocket_on_another_host_is_refused() -> None:
    headers = {"Authorization": "token x"}
    assert await knock(_guard(), "/x", headers, host="localhost:8888") == 403
    assert await knock(_guard(), "/x", headers, host="evil.example") == 421


async def test_a_server_without_denial_answers_closes_the_socket() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "websocket", "path": "/x", "headers": [(b"host", b"evil.example")]}
    await _guard()(scope, receive, send)
    assert [message["type"] for message in sent] == ["websocket.close"]


async def test_what_is_no_request_passes() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def nothing() -> Message:
        return {"type": ""}

    async def ignore(message: Message) -> None:
        del message

    guard = OriginGuard(app, content=app, is_content=lambda _: True, origins=ORIGINS, base_url="/")
    await guard({"type": "lifespan"}, nothing, ignore)
    assert seen == ["lifespan"]


def test_one_host_name_for_both_is_a_mistake() -> None:
    with pytest.raises(Invalid):
        _guard(Origins(app="http://localhost:1", content="http://localhost:2"))


def test_default_ports_and_capitals_do_not_matter() -> None:
    assert canonical_origin("https://App.Example.org:443") == "https://app.example.org"
    assert canonical_origin("https://bücher.example") == "https://xn--bcher-kva.example"
    assert canonical_host("APP.example.org:80", "http") == "app.example.org"
    assert canonical_host("[::1]:8888", "http") == "[::1]:8888"


@pytest.mark.parametrize("address", ["", "app.example.org", "ftp://x", "http://", "http://a b"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        canonical_origin(address)


@given(st.text(max_size=60), st.sampled_from(["http", "https"]))
def test_a_host_is_canonical_or_nothing(text: str, scheme: str) -> None:
    host = canonical_host(text, scheme)
    if host is not None:
        assert canonical_host(host, scheme) == host
        assert not set(host) & set("@/\\?# \r\n\t")
        assert host.isascii()


@given(st.text(alphabet="127.0.0.1:8888localhost@/[]\\ \t", max_size=30))
def test_only_its_own_spelling_is_a_host(text: str) -> None:
    assert (canonical_host(text, "http") == "127.0.0.1:8888") == (text == "127.0.0.1:8888")
