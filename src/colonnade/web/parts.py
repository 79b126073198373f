"""The parts of the application that this room uses, read from where `app.py` hung them."""

from collections.abc import Callable
from typing import cast

from starlette.requests import HTTPConnection

from colonnade.enforcement.service import Enforcement
from colonnade.notebooks.contents import Contents
from colonnade.policy import PolicyBook
from colonnade.runtimes.service import Runtimes


def runtimes_of(connection: HTTPConnection) -> Runtimes:
    """The service that holds everybody's runtimes."""
    return cast(Runtimes, connection.app.state.runtimes)


def contents_of(connection: HTTPConnection) -> Contents:
    """Everybody's notebooks and files."""
    return cast(Contents, connection.app.state.contents)


def enforcement_of(connection: HTTPConnection) -> Enforcement:
    """What judges, and keeps the notices."""
    return cast(Enforcement, connection.app.state.enforcement)


def kept_link_of(connection: HTTPConnection) -> Callable[[str, str], str]:
    """Makes a link to the kept files of a person, the first, of a runtime, the second."""
    return cast(Callable[[str, str], str], connection.app.state.kept_link)


def policy_of(connection: HTTPConnection) -> PolicyBook:
    """Every version of the rules."""
    return enforcement_of(connection).book
