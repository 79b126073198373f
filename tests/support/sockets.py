"""Knocks at a WebSocket route inside the test's process, without a server or a client."""

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Message, Scope

ENTERED = 101


async def knock(
    app: ASGIApp,
    path: str,
    headers: dict[str, str] | None = None,
    *,
    host: str = "127.0.0.1:8888",
    query: str = "",
) -> int:
    """The status with which a WebSocket handshake is answered: 101 when the door opens.

    A door that is closed without an answer counts as 403, as uvicorn has it. Whoever is let in
    leaves again at once.
    """
    given = {"Host": host, **(headers or {})}
    scope: Scope = {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
        "subprotocols": [],
        "client": ("192.0.2.1", 50000),
        "extensions": {"websocket.http.response": {}},
        "state": {},
    }
    answered: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    arriving = [{"type": "websocket.connect"}]

    async def receive() -> Message:
        if arriving:
            return arriving.pop()
        await asyncio.shield(answered)
        return {"type": "websocket.disconnect", "code": 1001}

    async def send(message: Message) -> None:
        statuses = {"websocket.accept": ENTERED, "websocket.close": 403}
        if not answered.done() and message["type"] != "websocket.http.response.body":
            answered.set_result(statuses.get(message["type"]) or message["status"])

    async def visit() -> None:
        # A server would send a broken route's visitor away with 500.
        await app(scope, receive, send)

    visiting = asyncio.create_task(visit())
    await asyncio.wait([visiting, answered], return_when=asyncio.FIRST_COMPLETED, timeout=20)
    if not answered.done():
        answered.set_result(500)
    visiting.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await visiting
    return answered.result()
