"""HTTP manners shared by every room that answers requests.

- `transaction` is the unit of work: one a request, committed before the answer leaves, so that what
  a client was told is on disk. Reading requests get a snapshot.
- `install_error_answers` turns `ColonnadeError` into JSON with what happened and what to do.
"""

from collections.abc import AsyncIterator
from typing import Annotated, cast

from fastapi import Depends, FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse

from colonnade.kit.database import Database
from colonnade.kit.errors import ColonnadeError, Invalid, Unavailable
from colonnade.kit.log import get_logger

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

log = get_logger(__name__)


def database_of(connection: HTTPConnection) -> Database:
    """The database that `app.py` hung on the application."""
    return cast(Database, connection.app.state.database)


async def _transaction(request: Request) -> AsyncIterator[AsyncSession]:
    database = database_of(request)
    opened = database.reading() if request.method in SAFE_METHODS else database.transaction()
    async with opened as session:
        yield session


Transaction = Annotated[AsyncSession, Depends(_transaction, scope="function")]
"""Annotate a route's parameter with this to take part in the request's one transaction."""


def answer(error: ColonnadeError) -> JSONResponse:
    """The JSON answer for an expected failure; `message` is what Jupyter clients show."""
    body = {
        "code": error.code,
        "message": str(error),
        "what_happened": error.message,
        "what_to_do": error.remedy,
        "reason": None,
        **error.details,
    }
    headers = {"Retry-After": "2"} if error.status in {429, 503} else None
    return JSONResponse(body, status_code=error.status, headers=headers)


def install_error_answers(app: FastAPI) -> None:
    """Make `app` answer every expected failure in one form, and log the others in one line."""

    async def expected(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ColonnadeError)
        if error.status >= 500:
            log.warning(
                "request-failed", code=error.code, status=error.status, path=request.url.path
            )
        return answer(error)

    async def malformed(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        problems = [
            {"at": list(problem["loc"]), "problem": problem["msg"]} for problem in error.errors()
        ]
        return answer(
            Invalid(
                "The request does not have the expected form.",
                "Compare it with the API's description at /api/v1/openapi.json.",
                problems=jsonable_encoder(problems),
            )
        )

    async def database_busy(request: Request, error: Exception) -> JSONResponse:
        log.error("database-unavailable", path=request.url.path, reason=type(error).__name__)
        return answer(
            Unavailable(
                "The database did not answer in time; nothing was changed.",
                "Try again in a moment.",
            )
        )

    async def plain(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        known = ColonnadeError(str(error.detail))
        known.status, known.code = error.status_code, f"http-{error.status_code}"
        response = answer(known)
        response.headers.update(error.headers or {})
        return response

    app.add_exception_handler(ColonnadeError, expected)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(OperationalError, database_busy)
    app.add_exception_handler(HTTPException, plain)
