"""Failures as pages for people; programs keep getting JSON.

`install_page_errors(app)` wraps the JSON answers that `kit.http.install_error_answers` installed: a
browser that navigates sees what happened and what to do, and somebody who is not signed in is sent
to the sign-in page and back.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any, cast
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response

from colonnade.accounts.http import find_someone
from colonnade.accounts.identity import Identity
from colonnade.kit.errors import ColonnadeError, NotSignedIn
from colonnade.kit.http import SAFE_METHODS, answer
from colonnade.kit.log import get_logger
from colonnade.web.pages import base_of, render

Handler = Callable[[Request, Exception], Awaitable[Response]]

_HEADINGS = {
    400: "That did not work",
    403: "Not for you",
    404: "Nothing here",
    409: "That cannot be done now",
    410: "No longer valid",
    413: "Too large",
    429: "Too much at once",
    500: "Something broke",
    503: "Not available just now",
    507: "No room left",
}

_PLAIN = {
    404: ("There is no page at this address.", "It may have moved, or was mistyped."),
    405: ("This address cannot be asked in this way.", "Go back, and use the page's own buttons."),
}
"""For failures that no room raised: what the router itself has to say."""

log = get_logger(__name__)


def install_page_errors(app: FastAPI) -> None:
    """Answer browsers with pages. Call after `kit.http.install_error_answers(app)`."""
    for kind in (ColonnadeError, RequestValidationError, OperationalError, HTTPException):
        as_json = cast(Handler, app.exception_handlers[kind])
        app.add_exception_handler(kind, _for_browsers(as_json))
    app.add_exception_handler(Exception, _unexpected)


def wants_page(connection: HTTPConnection) -> bool:
    """Whether a person's browser navigates here: JSON is for everything else."""
    if connection.scope["type"] != "http":
        return False
    path = connection.url.path.removeprefix(base_of(connection))
    if path.startswith(("api/", "lab/api/")):
        return False
    mode = connection.headers.get("sec-fetch-mode")
    if mode is not None:
        return mode == "navigate"
    return "text/html" in connection.headers.get("accept", "")


def sign_in_path(connection: HTTPConnection) -> str:
    """The sign-in page that leads back to what was asked for, relative to the base URL."""
    if connection.scope["method"] not in SAFE_METHODS:
        return "sign-in"
    wanted = connection.url.path
    if connection.url.query:
        wanted += f"?{connection.url.query}"
    return "sign-in" if wanted == base_of(connection) else f"sign-in?next={quote(wanted, safe='/')}"


def _for_browsers(as_json: Handler) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        if not wants_page(request):
            return await as_json(request, error)
        if isinstance(error, NotSignedIn):
            return RedirectResponse(base_of(request) + sign_in_path(request), status_code=303)
        response = await as_json(request, error)
        page = await _page(request, response.status_code, json.loads(bytes(response.body)))
        for name in ("retry-after", "allow"):
            if name in response.headers:
                page.headers[name] = response.headers[name]
        return page

    return handle


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("request-broke", path=request.url.path[:200], kind=type(error).__name__)
    problem = ColonnadeError(
        "This is our fault, not yours; it was written to the operator's log.",
        "Try again. If it happens again, tell an administrator what you were doing.",
    )
    response = answer(problem)
    if not wants_page(request):
        return response
    return await _page(request, 500, json.loads(bytes(response.body)))


async def _page(request: Request, status: int, body: dict[str, Any]) -> Response:
    told = (str(body["what_happened"]), str(body["what_to_do"]))
    if str(body["code"]).startswith("http-"):
        told = _PLAIN.get(status, told)
    problem = ColonnadeError(*told)
    return render(
        request,
        "error.html",
        await _someone_if_possible(request),
        status=status,
        heading=_HEADINGS.get(status, "That did not work"),
        problem=problem,
        retry=status in {429, 500, 503} and request.method in SAFE_METHODS,
    )


async def _someone_if_possible(request: Request) -> Identity | None:
    # The database may be the very thing that failed; the page must come out all the same.
    try:
        return await find_someone(request)
    except Exception as problem:
        log.warning("error-page-without-person", kind=type(problem).__name__)
        return None
