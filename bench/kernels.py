"""A Jupyter client of the bench's own: kernels over REST, one WebSocket, executions with times.

It speaks the binary form that JupyterLab speaks and decodes as little as it can, so that the
client's own work weighs little in what is measured.
"""

import socket
import time
import uuid
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp

from bench.wire import PROTOCOL, Message, decode, encode

RESULTS = frozenset({"execute_result", "display_data", "stream"})
REPLY_SECONDS = 120


class BenchError(Exception):
    """Something that is measured did not behave; the message is for the person at the terminal."""


@dataclass
class Run:
    """One execution. Times are seconds after the request was sent.

    seconds: until the reply and the idle status were both here; displays and stream_characters
    count what arrived on the iopub channel.
    """

    first_result_seconds: float = float("nan")
    seconds: float = float("nan")
    status: str = ""
    displays: int = 0
    stream_characters: int = 0


class Channel:
    """One open WebSocket to one kernel. Executions follow one another."""

    def __init__(self, socket_: aiohttp.ClientWebSocketResponse, quick_ack: bool) -> None:
        self._socket = socket_
        self._session = uuid.uuid4().hex
        self._descriptor = _descriptor(socket_) if quick_ack else None

    async def execute(self, code: str, seconds: float = REPLY_SECONDS) -> Run:
        """Run `code` and wait until it is through.

        Raises BenchError when it raises in the kernel, when the connection closes, or when nothing
        arrives for `seconds`.
        """
        identity = uuid.uuid4().hex
        frame = execute_frame(code, identity, self._session)
        run, idle = Run(), False
        started = time.perf_counter()
        await self._socket.send_bytes(frame)
        while not (idle and run.status):
            message = await self._receive(seconds)
            if message.parent_id != identity:
                continue
            elapsed = time.perf_counter() - started
            idle = _note(run, message, elapsed) or idle
            run.seconds = elapsed
        if run.status != "ok":
            raise BenchError(f"a measured cell ended with {run.status!r}")
        return run

    async def _receive(self, seconds: float) -> Message:
        if self._descriptor is not None:
            # The kernel forgets this wish after each acknowledgement, so it is renewed.
            self._descriptor.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        try:
            frame = await self._socket.receive(seconds)
        except TimeoutError:
            raise BenchError(f"a kernel was silent for {seconds} s") from None
        if frame.type is not aiohttp.WSMsgType.BINARY:
            raise BenchError(f"the connection to a kernel ended: {frame.type.name} {frame.extra}")
        return decode(frame.data)


def _descriptor(opened: aiohttp.ClientWebSocketResponse) -> socket.socket:
    # uvloop hands out an imitation without setsockopt; a duplicate shares the connection.
    return socket.fromfd(
        opened.get_extra_info("socket").fileno(), socket.AF_INET, socket.SOCK_STREAM
    )


def execute_frame(code: str, identity: str = "", session: str = "") -> bytes:
    """A frame that asks a kernel to run `code`, in the binary form."""
    header = {
        "msg_id": identity or uuid.uuid4().hex,
        "msg_type": "execute_request",
        "session": session or uuid.uuid4().hex,
        "username": "bench",
        "date": datetime.now(UTC).isoformat(),
        "version": "5.3",
    }
    return encode("shell", header, _request(code))


def _request(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": True,
    }


def _note(run: Run, message: Message, elapsed: float) -> bool:
    """Enter `message` into `run`; whether it says that the kernel is idle again."""
    if message.kind in RESULTS and run.first_result_seconds != run.first_result_seconds:
        run.first_result_seconds = elapsed
    if message.kind == "stream":
        run.stream_characters += len(message.content["text"])
    elif message.kind == "display_data":
        run.displays += 1
    elif message.kind == "execute_reply":
        run.status = message.content["status"]
    return message.kind == "status" and message.content["execution_state"] == "idle"


class JupyterServer:
    """Any server with Jupyter's API at `address` (without a slash at its end).

    headers: sent with every request beside those of `http`, which clients may share.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        address: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.http = http
        self.address = address
        self.headers = dict(headers or {})

    async def start_kernel(self) -> str:
        """The id of a fresh kernel of the default kind. Raises BenchError when refused."""
        body = await self._ask("POST", "/api/kernels", {"name": "python3"}, 201)
        return body["id"]

    async def kernel_ids(self) -> list[str]:
        """Ids of the kernels that there are. Raises BenchError when refused."""
        return [one["id"] for one in await self._ask("GET", "/api/kernels", None, 200)]

    async def stop_kernel(self, kernel_id: str) -> None:
        """Shut the kernel down. Raises BenchError when refused."""
        await self._ask("DELETE", f"/api/kernels/{kernel_id}", None, 204)

    async def open_session(self, path: str) -> tuple[str, str]:
        """A notebook's session with a kernel of the default kind: their ids. Raises BenchError."""
        asked = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        body = await self._ask("POST", "/api/sessions", asked, 201)
        return body["id"], body["kernel"]["id"]

    async def close_session(self, session_id: str) -> None:
        """End the session and its kernel. Raises BenchError when refused."""
        await self._ask("DELETE", f"/api/sessions/{session_id}", None, 204)

    async def _ask(self, method: str, path: str, body: object, expected: int) -> Any:
        asking = self.http.request(method, self.address + path, json=body, headers=self.headers)
        async with asking as answer:
            if answer.status != expected:
                said = (await answer.text())[:300]
                raise BenchError(f"{method} {path} answered {answer.status}: {said}")
            return await answer.json() if expected != 204 else None

    @asynccontextmanager
    async def channel(self, kernel_id: str, quick_ack: bool = False) -> AsyncGenerator[Channel]:
        """An open WebSocket to the kernel.

        quick_ack: acknowledge every segment at once (TCP only), as a client may ask its system to.
        """
        async with self.http.ws_connect(
            f"{self.address}/api/kernels/{kernel_id}/channels",
            protocols=(PROTOCOL,),
            headers=self.headers,
            max_msg_size=0,
            compress=0,
        ) as opened:
            yield Channel(opened, quick_ack)

    @asynccontextmanager
    async def kernel(self, quick_ack: bool = False) -> AsyncGenerator[Channel]:
        """A fresh kernel with one open channel, shut down at the end."""
        kernel_id = await self.start_kernel()
        try:
            async with self.channel(kernel_id, quick_ack) as channel:
                await channel.execute("pass")
                yield channel
        finally:
            await self.stop_kernel(kernel_id)


@asynccontextmanager
async def connected(
    address: str, token: str, unix_socket: str | None = None
) -> AsyncGenerator[JupyterServer]:
    """A client of the server at `address`, over TCP or over `unix_socket`.

    Without a `token`, each client that shares the connection sends headers of its own. No cookies
    are kept, so that nobody is taken for somebody else.
    """
    connector = (
        aiohttp.UnixConnector(unix_socket, limit=0)
        if unix_socket
        else aiohttp.TCPConnector(limit=0)
    )
    async with aiohttp.ClientSession(
        connector=connector,
        headers={"Authorization": f"token {token}"} if token else None,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=REPLY_SECONDS),
    ) as http:
        yield JupyterServer(http, address)
