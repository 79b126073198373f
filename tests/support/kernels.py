"""A Jupyter client of few lines: what a test needs to run code through the platform's API."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import aiohttp

Message = dict[str, Any]


class KernelSocket:
    """One client's WebSocket to a kernel, in the default wire form."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, session: str) -> None:
        self.socket = socket
        self.session = session

    async def send(self, msg_type: str, content: Message, channel: str = "shell") -> str:
        """Send a request; its message id."""
        header = {
            "msg_id": uuid4().hex,
            "msg_type": msg_type,
            "session": self.session,
            "username": "",
            "date": "2026-11-22T00:00:00Z",
            "version": "5.4",
        }
        await self.socket.send_str(
            json.dumps(
                {
                    "header": header,
                    "parent_header": {},
                    "metadata": {},
                    "content": content,
                    "channel": channel,
                    "buffers": [],
                }
            )
        )
        return header["msg_id"]

    async def execute(self, code: str, **content: object) -> str:
        """Ask for `code` to run; its message id."""
        asked = {"code": code, "silent": False, "store_history": True, "stop_on_error": True}
        return await self.send(
            "execute_request", {**asked, "user_expressions": {}, "allow_stdin": False, **content}
        )

    async def until(
        self, fits: Callable[[Message], bool], timeout_seconds: float = 30
    ) -> list[Message]:
        """Messages up to the first that `fits`, that one included."""
        seen: list[Message] = []
        while not (seen and fits(seen[-1])):
            # Its own timeout begins anew with each ping of the server's.
            received = await asyncio.wait_for(self.socket.receive(), timeout_seconds)
            assert received.type == aiohttp.WSMsgType.TEXT, (received, seen[-3:])
            seen.append(json.loads(received.data))
        return seen

    async def run(self, code: str, timeout_seconds: float = 30) -> list[Message]:
        """Run `code` and give every message that answers it, up to idle."""
        asked = await self.execute(code)

        def idle(message: Message) -> bool:
            return (
                message["parent_header"].get("msg_id") == asked
                and message["msg_type"] == "status"
                and message["content"]["execution_state"] == "idle"
            )

        seen = await self.until(idle, timeout_seconds)
        return [one for one in seen if one["parent_header"].get("msg_id") == asked]


def text_of(messages: list[Message]) -> str:
    """What was printed, and the traceback of what failed."""
    parts: list[str] = []
    for message in messages:
        if message["msg_type"] == "stream":
            parts.append(message["content"]["text"])
        if message["msg_type"] == "error":
            parts.append("\n".join(message["content"]["traceback"]))
    return "".join(parts)


class Api:
    """The platform's HTTP API with one person's token."""

    def __init__(self, address: str, http: aiohttp.ClientSession, token: str) -> None:
        self.address = address
        self.http = http
        self.token = token

    async def call(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """Status and decoded JSON (or text, or None) of the answer."""
        async with self.http.request(method, f"{self.address}{path}", **options) as answer:
            body = await answer.read()
            if answer.content_type == "application/json" and body:
                return answer.status, json.loads(body)
            return answer.status, body.decode("utf-8", "replace") or None

    async def start_kernel(self, path: str = "work.ipynb", name: str = "python3") -> str:
        """Start a kernel for the notebook at `path`; its id."""
        status, session = await self.call(
            "POST",
            "/api/sessions",
            json={"path": path, "name": path, "type": "notebook", "kernel": {"name": name}},
        )
        assert status == 201, session
        return session["kernel"]["id"]

    @asynccontextmanager
    async def kernel(
        self, kernel_id: str, session: str | None = None
    ) -> AsyncGenerator[KernelSocket]:
        """A WebSocket to the kernel."""
        chosen = session or uuid4().hex
        url = f"{self.address}/api/kernels/{kernel_id}/channels?session_id={chosen}"
        async with self.http.ws_connect(url, max_msg_size=0) as socket:
            yield KernelSocket(socket, chosen)


@asynccontextmanager
async def api(address: str, token: str) -> AsyncGenerator[Api]:
    """The API at `address` for the holder of `token`."""
    headers = {"Authorization": f"token {token}"} if token else {}
    async with aiohttp.ClientSession(headers=headers) as http:
        yield Api(address, http, token)
