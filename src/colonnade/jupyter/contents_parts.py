"""The contents service as routes reach it, and their transactions.

Contents routes open transactions themselves instead of taking `kit.http.Transaction`: bodies are
read and notebooks taken apart before the write lock is held, and opening a notebook that code
wrote turns a reading request into a writing one.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import cast

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from colonnade.kit.errors import StorageFull
from colonnade.kit.http import database_of
from colonnade.notebooks.contents import Contents

# What SQLite (SQLITE_FULL, result codes of sqlite.org, 2026-11) and PostgreSQL (53100) call it.
_FULL = ("database or disk is full", "disk full", "no space left on device")


def contents_of(connection: HTTPConnection) -> Contents:
    """The service that `app.py` hung on the application."""
    return cast(Contents, connection.app.state.contents)


@asynccontextmanager
async def reading(connection: HTTPConnection) -> AsyncGenerator[AsyncSession]:
    """A consistent view of the database."""
    async with database_of(connection).reading() as session:
        yield session


@asynccontextmanager
async def writing(connection: HTTPConnection) -> AsyncGenerator[AsyncSession]:
    """A transaction, committed at the end. Raises StorageFull when the disk has no room for it."""
    try:
        async with database_of(connection).transaction() as session:
            yield session
    except DBAPIError as problem:
        if any(words in str(problem.orig).lower() for words in _FULL):
            raise StorageFull(
                "There is no room left on the server's disk; nothing was changed.",
                "Tell an administrator; what you have open in the browser is still there.",
            ) from problem
        raise
