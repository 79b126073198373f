"""Guards the door before any route: which host is asked for, and by which page.

Two origins lead to this process: the application's, where cookies live, and the content origin,
which serves what notebooks made and never sees a cookie. The guard sends each request to one of
two ASGI applications, or refuses it:

- the Host header must be exactly one of the two hosts (against DNS rebinding), else 421;
- on the application's host, an unsafe request or a WebSocket from another page (Origin) gets 403,
  and so does one without Origin that only a cookie would authenticate;
- the content host knows GET and HEAD only; what is not content is redirected to the application.
"""

import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from colonnade.accounts.credentials import reader_for
from colonnade.kit.errors import ColonnadeError, Forbidden, Invalid
from colonnade.kit.http import SAFE_METHODS, answer
from colonnade.kit.log import get_logger
from colonnade.kit.settings import Origins

_HOST = re.compile(r"([a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::([0-9]{1,5}))?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}

log = get_logger(__name__)


class Misdirected(ColonnadeError):
    """The request names a host that is not served here."""

    status, code = 421, "misdirected"


def canonical_host(text: str, scheme: str) -> str | None:
    """`host` or `host:port`, lower case and without the scheme's default port; None if malformed.

    Accepts exactly what a browser sends in Host: a name, an IPv4 address or a bracketed IPv6
    address, each with an optional port; no spaces, no user, no path.
    """
    match = _HOST.fullmatch(text.lower())
    if match is None:
        return None
    host, port = match.groups()
    return host if port in {None, _DEFAULT_PORTS.get(scheme)} else f"{host}:{port}"


def canonical_origin(address: str) -> str:
    """A configured address as a browser serialises its origin: `scheme://host[:port]`.

    Raises Invalid for anything that is not an http or https address.
    """
    parts = urlsplit(address)
    try:
        ascii_host = parts.netloc.encode("idna").decode("ascii") if parts.netloc else ""
    except UnicodeError:
        ascii_host = ""
    host = canonical_host(ascii_host, parts.scheme)
    if parts.scheme not in _DEFAULT_PORTS or host is None:
        raise Invalid(f"{address!r} is not an address.", "Write it as https://app.example.org.")
    return f"{parts.scheme}://{host}"


class OriginGuard:
    """ASGI middleware around the whole application.

    Args:
        app: the application.
        content: the application that serves untrusted content, on the content host.
        is_content: whether a path on the content host is `content`'s; others are redirected.
        origins: the two addresses. Raises Invalid when their host names are the same, because
            cookies ignore ports.
        base_url: where the application begins, with slashes at both ends.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        content: ASGIApp,
        is_content: Callable[[str], bool],
        origins: Origins,
        base_url: str,
    ) -> None:
        self._app = app
        self._content = content
        self._is_content = is_content
        self._app_origin = canonical_origin(origins.app)
        self._content_origin = canonical_origin(origins.content)
        if urlsplit(self._app_origin).hostname == urlsplit(self._content_origin).hostname:
            raise Invalid(
                "The application and the content origin have the same host name.",
                "Set content_url in [server] to an address on another host.",
            )
        self._reader = reader_for(origins.app, base_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, redirect it, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        try:
            chosen = self._choose(scope)
        except ColonnadeError as refusal:
            log.warning("request-refused", code=refusal.code, path=scope["path"][:200])
            await _refuse(answer(refusal), scope, receive, send)
        else:
            await chosen(scope, receive, send)

    def _choose(self, scope: Scope) -> ASGIApp:
        if self._origin_asked(scope) == self._app_origin:
            self._check_asker(scope)
            return self._app
        if scope["type"] == "websocket" or scope["method"] not in {"GET", "HEAD"}:
            raise Forbidden("The content origin can only be read.", "Use the application.")
        if self._is_content(scope["path"]):
            return self._serve_content
        return RedirectResponse(self._app_origin + _target(scope), status_code=307)

    def _origin_asked(self, scope: Scope) -> str:
        given = Headers(scope=scope).getlist("host")
        if len(given) != 1:
            raise Invalid("The request has no Host header, or several.")
        for origin in (self._app_origin, self._content_origin):
            scheme, _, host = origin.partition("://")
            if canonical_host(given[0], scheme) == host:
                return origin
        raise Misdirected(
            "This address is not served here.",
            f"Use {self._app_origin}, or ask the operator to set app_url in [server].",
        )

    def _check_asker(self, scope: Scope) -> None:
        if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return
        given = Headers(scope=scope).getlist("origin")
        if given and given != [self._app_origin]:
            raise Forbidden("Another page asked for this.", f"Use {self._app_origin} itself.")
        credential = self._reader.read(HTTPConnection(scope))
        if not given and credential is not None and credential.via == "session":
            raise Forbidden(
                "A request with a session cookie needs an Origin header.",
                "Programs use an API token instead of a cookie.",
            )

    async def _serve_content(self, scope: Scope, receive: Receive, send: Send) -> None:
        kept = [
            (name, value)
            for name, value in scope["headers"]
            if name.lower() not in {b"cookie", b"authorization"}
        ]

        async def send_without_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message.get("headers", [])))
                del headers["set-cookie"]
                message["headers"] = headers.raw
            await send(message)

        await self._content({**scope, "headers": kept}, receive, send_without_cookies)


def _target(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    query: bytes = scope.get("query_string", b"")
    return (raw + (b"?" + query if query else b"")).decode("latin-1")


async def _refuse(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get(
        "extensions", {}
    ):
        await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
        return
    await response(scope, receive, send)
