"""Talking to the Jupyter server inside a runtime: everything it answers is untrusted.

Answers are bounded in size and time and validated; a server that breaks either is treated as one
that is away.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import aiohttp
from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from colonnade.kit.errors import Unavailable
from colonnade.kit.ids import new_id

SERVER = "http://runtime"
"""Any host name does: the connector leads to the sandbox."""

ANSWER_BYTES = 1 << 20
ASK_SECONDS = 5.0
START_SECONDS = 30.0
CLOSE_SECONDS = 1.0


class KernelAnswer(BaseModel):
    """What the server says of one kernel."""

    id: UUID
    execution_state: Annotated[str, Field(max_length=20, pattern=r"^[a-z_]+$")] = "unknown"
    connections: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    last_activity: AwareDatetime


class _Header(BaseModel):
    msg_id: str = ""
    msg_type: str = ""


class _Reply(BaseModel):
    header: _Header
    parent_header: _Header


Answer = TypeVar("Answer")

_KERNELS = TypeAdapter(Annotated[list[KernelAnswer], Field(max_length=1000)])


class RuntimeServer:
    """One runtime's Jupyter server, reached through the engine's connector.

    Every method raises Unavailable when the server is away, slow or answers nonsense.
    """

    def __init__(self, connector: aiohttp.BaseConnector) -> None:
        # Nothing compressed: a small answer cannot grow into a large one here.
        plain = {"Accept-Encoding": "identity"}
        self.session = aiohttp.ClientSession(
            connector=connector, auto_decompress=False, headers=plain
        )

    async def close(self) -> None:
        """Close every connection; requests under way fail at once.

        A server that reads no more never takes what is still to be written, and whoever waited for
        that could not end the runtime: it is not waited for beyond `CLOSE_SECONDS`.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.session.close()

    async def start_kernel(self) -> str:
        """Start the environment's Python kernel; its id."""
        body = await self._ask("POST", "/api/kernels", START_SECONDS, json={"name": "python3"})
        return str(_validated(KernelAnswer.model_validate_json, body).id)

    async def kernels(self) -> list[KernelAnswer]:
        """Every kernel that the server says it has."""
        body = await self._ask("GET", "/api/kernels", ASK_SECONDS)
        return _validated(_KERNELS.validate_json, body)

    async def interrupt(self, kernel_id: str) -> None:
        """Interrupt what the kernel computes."""
        await self._ask("POST", f"/api/kernels/{kernel_id}/interrupt", ASK_SECONDS)

    async def restart(self, kernel_id: str) -> None:
        """Start the kernel anew under the same id."""
        await self._ask("POST", f"/api/kernels/{kernel_id}/restart", START_SECONDS)

    async def run_silently(
        self, kernel_id: str, code: str, once: Coroutine[Any, Any, None] | None = None
    ) -> None:
        """Run `code` in the kernel, unseen in its history; returns once it has run.

        The connection (some 20 ms until the kernel hears) is made while `once` is under way; the
        code runs after it, and not at all when it fails.
        """
        before = asyncio.ensure_future(once or asyncio.sleep(0))
        try:
            async with _patience(START_SECONDS), self._channels(kernel_id) as socket:
                await before
                await _execute(socket, code)
        finally:
            before.cancel()
            await asyncio.gather(before, return_exceptions=True)

    @asynccontextmanager
    async def _channels(self, kernel_id: str) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
        address = f"{SERVER}/api/kernels/{kernel_id}/channels"
        async with self.session.ws_connect(address, max_msg_size=ANSWER_BYTES) as socket:
            yield socket

    async def _ask(self, method: str, path: str, seconds: float, **more: Any) -> bytes:
        async with (
            _patience(seconds),
            self.session.request(method, SERVER + path, allow_redirects=False, **more) as answer,
        ):
            body = await _bounded(answer)
            if answer.status >= 300:
                raise Unavailable(f"The runtime's server answered {answer.status}.")
            return body


@asynccontextmanager
async def _patience(seconds: float) -> AsyncGenerator[None]:
    """Turn lateness and every failure of the connection into Unavailable."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as late:
        raise Unavailable(f"The runtime did not answer within {seconds:g} seconds.") from late
    except (aiohttp.ClientError, OSError, RuntimeError) as broken:
        raise Unavailable("The connection to the runtime broke.") from broken


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    read = bytearray()
    async for piece in answer.content.iter_chunked(1 << 16):
        read += piece
        if len(read) > ANSWER_BYTES:
            raise Unavailable("The runtime's server answered with too much.")
    return bytes(read)


def _validated(validate: Callable[[bytes], Answer], body: bytes) -> Answer:
    try:
        return validate(body)
    except ValidationError as nonsense:
        raise Unavailable(
            "The runtime's server answered what no Jupyter server does."
        ) from nonsense


async def _execute(socket: aiohttp.ClientWebSocketResponse, code: str) -> None:
    request = _execute_request(code)
    await socket.send_json(request)
    while (reply := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
        if _answers(reply.data, request["header"]["msg_id"]):
            return
    raise Unavailable("The runtime's kernel closed its connection.")


def _execute_request(code: str) -> dict[str, Any]:
    header = {
        "msg_id": new_id(),
        "msg_type": "execute_request",
        "session": new_id(),
        "username": "colonnade",
        "date": datetime.now(UTC).isoformat(),
        "version": "5.3",
    }
    content: dict[str, Any] = {
        "code": code,
        "silent": True,
        "store_history": False,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": False,
    }
    empty: dict[str, Any] = {"parent_header": {}, "metadata": {}, "buffers": []}
    return {"channel": "shell", "header": header, "content": content, **empty}


def _answers(text: str, request_id: str) -> bool:
    try:
        reply = _Reply.model_validate_json(text)
    except ValidationError:
        return False
    return reply.header.msg_type == "execute_reply" and reply.parent_header.msg_id == request_id
