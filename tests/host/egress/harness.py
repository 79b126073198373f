"""What conversations with the proxy are written with."""

import asyncio
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from colonnade.host.egress.door import Door
from colonnade.observations import Observation

PATIENCE_SECONDS = 20
Answer = Callable[[StreamReader, StreamWriter], Awaitable[None]]


def listening() -> tuple[socket.socket, int]:
    """A listener on loopback and its port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    listener.setblocking(False)
    return listener, listener.getsockname()[1]


@dataclass
class Out:
    """A guest's way out: the proxy's port, its door, and what it told."""

    port: int
    door: Door
    seen: list[Observation]

    async def connect(self) -> tuple[StreamReader, StreamWriter]:
        """A connection to the proxy."""
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def say(self, *pieces: bytes) -> bytes:
        """Everything that comes back when these bytes are sent, piece by piece."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._say(*pieces)

    async def _say(self, *pieces: bytes) -> bytes:
        reader, writer = await self.connect()
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01)
            with suppress(ConnectionError):
                return await reader.read()
            return b""
        finally:
            writer.close()

    async def tunnel(self, target: str, *pieces: bytes) -> bytes:
        """What comes back to CONNECT, followed by these bytes once the proxy has answered."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._tunnel(target, *pieces)

    async def _tunnel(self, target: str, *pieces: bytes) -> bytes:
        reader, writer = await self.connect()
        try:
            writer.write(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
            answer = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " in answer:
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0.01)
            with suppress(ConnectionError):
                answer += await reader.read()
            return answer
        finally:
            writer.close()

    def reasons(self) -> list[Any]:
        """Why something was refused, in order."""
        return [one.attributes["reason"] for one in self.seen if one.kind == "egress-refused"]


@asynccontextmanager
async def origin(answer: Answer) -> AsyncGenerator[int]:
    """A server whose every connection is given to `answer`; its port."""

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        try:
            with suppress(OSError, EOFError):
                await answer(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def client_hello(name: str | None, extra: bytes = b"") -> bytes:
    """A ClientHello in one record, as small as can be."""
    extensions = extra
    if name is not None:
        encoded = name.encode()
        entry = b"\x00" + len(encoded).to_bytes(2) + encoded
        listed = len(entry).to_bytes(2) + entry
        extensions += b"\x00\x00" + len(listed).to_bytes(2) + listed
    body = b"\x03\x03" + bytes(32) + b"\x00" + b"\x00\x02\x13\x01" + b"\x01\x00"
    body += len(extensions).to_bytes(2) + extensions
    message = b"\x01" + len(body).to_bytes(3) + body
    return record(message)


def record(message: bytes) -> bytes:
    """One record of the handshake."""
    return b"\x16\x03\x01" + len(message).to_bytes(2) + message
