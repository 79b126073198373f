"""What the page and the API of checks share: whose turn it is, and what was sent, within bounds.

Both are dependencies, so that they come after the one that demands a permission: what nobody may
send is not read. Nothing that was sent is parsed here beyond the form that carries it.
"""

from collections.abc import AsyncGenerator
from typing import Annotated, cast

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.requests import HTTPConnection, Request
from starlette.types import Message

from colonnade.accounts.http import Dependency, Someone
from colonnade.enforcement.checks import Checks
from colonnade.kit.errors import TooLarge
from colonnade.web.parts import enforcement_of

LARGEST_BYTES = 32 << 20
"""A larger notebook can be saved and checked by its path: outputs are left out then."""
_SLACK_BYTES = 64 << 10
"""What a form may take around the notebook in it."""


def checks_of(connection: HTTPConnection) -> Checks:
    """The service that checks."""
    return enforcement_of(connection).checks


async def _turn(request: Request, someone: Someone) -> AsyncGenerator[None]:
    with checks_of(request).turn(someone.person_id):
        yield


TURN = cast(Dependency, Depends(_turn))
"""For `dependencies` of a route that checks: one at a time for each person."""


async def _body(request: Request) -> bytes:
    bounded = _Bounded(request, LARGEST_BYTES)
    return await Request(request.scope, bounded.receive).body()


async def _form(request: Request) -> FormData:
    bounded = _Bounded(request, LARGEST_BYTES + _SLACK_BYTES)
    limited = Request(request.scope, bounded.receive)
    return await limited.form(max_files=1, max_fields=8, max_part_size=LARGEST_BYTES)


Body = Annotated[bytes, Depends(_body)]
"""The whole body, as it was sent. Raises TooLarge."""
Form = Annotated[FormData, Depends(_form)]
"""The fields of a form with one file at most. Raises TooLarge."""


class _Bounded:
    """Passes a request's body on until it grows too large."""

    def __init__(self, request: Request, limit_bytes: int) -> None:
        self._request, self._left = request, limit_bytes
        announced = request.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > limit_bytes:
            raise _too_large()

    async def receive(self) -> Message:
        message = await self._request.receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _too_large()
        return message


def _too_large() -> TooLarge:
    return TooLarge(
        f"What was sent is larger than {LARGEST_BYTES >> 20} MB.",
        "Clear the notebook's outputs, or save it here and check it by its path.",
        limit_bytes=LARGEST_BYTES,
    )
