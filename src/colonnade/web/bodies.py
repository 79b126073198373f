"""Our own routes read small bodies only, whatever a client sends."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from colonnade.kit.errors import TooLarge

LARGEST_BYTES = 64 << 10


class SmallBodyRoute(APIRoute):
    """A route that answers 413 to a body above `LARGEST_BYTES`, before anything parses it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind the limit."""
        handle = super().get_route_handler()

        async def read_then_handle(request: Request) -> Response:
            body = await _read(request)

            async def receive() -> Message:
                return {"type": "http.request", "body": body, "more_body": False}

            return await handle(Request(request.scope, receive))

        return read_then_handle


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BYTES:
            raise TooLarge(f"The request is larger than {LARGEST_BYTES >> 10} KB.", "Send less.")
    return bytes(body)
