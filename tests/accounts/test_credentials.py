"""Which secret speaks for a request."""

from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection
from starlette.responses import Response

from colonnade.accounts.credentials import Credential, SessionCookie, reader_for


def _connection(path: str = "/", query: str = "", **headers: str) -> HTTPConnection:
    raw = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    return HTTPConnection(
        {"type": "http", "path": path, "headers": raw, "query_string": query.encode()}
    )


READER = reader_for("https://app.example.org", "/")
COOKIE = "__Host-colonnade=kept"


def test_a_named_token_goes_before_the_cookie_even_an_empty_one() -> None:
    named = _connection(authorization="Bearer abc", cookie=COOKIE)
    assert READER.read(named) == Credential("token", "abc")
    empty = _connection(authorization="token ", cookie=COOKIE)
    assert READER.read(empty) == Credential("token", "")


def test_other_schemes_are_not_ours() -> None:
    assert READER.read(_connection(authorization="Basic eDp5", cookie=COOKIE)) == Credential(
        "session", "kept"
    )


def test_nothing_is_nobody() -> None:
    assert READER.read(_connection()) is None
    assert READER.read(_connection(cookie="colonnade=other")) is None


def test_the_query_counts_on_jupyters_api_only() -> None:
    reader = reader_for("http://127.0.0.1:8888", "/notes/")
    for path in ("/notes/api/contents", "/notes/terminals/websocket/1"):
        assert reader.read(_connection(path, "token=abc")) == Credential("token", "abc")
    for path in ("/notes/lab", "/notes/api/v1/me", "/api/contents", "/notes/files/api/x"):
        assert reader.read(_connection(path, "token=abc")) is None


def test_the_cookie_is_as_strict_as_its_address_allows() -> None:
    assert SessionCookie.under("https://app.example.org", "/").name == "__Host-colonnade"
    assert SessionCookie.under("https://app.example.org", "/n/").name == "__Secure-colonnade"
    plain = SessionCookie.under("http://127.0.0.1:8888", "/")
    assert (plain.name, plain.secure) == ("colonnade-8888", False)
    response = Response()
    READER.cookie.set(response, "secret", 60)
    header = response.headers["set-cookie"]
    for part in ("__Host-colonnade=secret", "HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert part in header


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300))
def test_any_headers_are_read_without_a_crash(authorization: str, cookie: str, token: str) -> None:
    query = urlencode({"token": token.encode("utf-8", "replace")})
    found = READER.read(
        _connection(
            "/api/x", query, authorization=authorization, cookie=f"__Host-colonnade={cookie}"
        )
    )
    assert found is None or len(found.secret) <= 200
