"""The parts of the application that this room uses, read from where `app.py` hung them."""

from typing import cast

from starlette.requests import HTTPConnection

from colonnade.notebooks.contents import Contents
from colonnade.policy import PolicyBook
from colonnade.runtimes.service import Runtimes


def runtimes_of(connection: HTTPConnection) -> Runtimes:
    """The service that holds everybody's runtimes."""
    return cast(Runtimes, connection.app.state.runtimes)


def contents_of(connection: HTTPConnection) -> Contents:
    """Everybody's notebooks and files."""
    return cast(Contents, connection.app.state.contents)


def policy_of(connection: HTTPConnection) -> PolicyBook:
    """Every version of the rules."""
    return cast(PolicyBook, connection.app.state.policy)
