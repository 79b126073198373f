"""A process of ours as its keeper sees it: a socket to it, with frames in both directions.

A frame is four bytes of length, big-endian, then JSON; bytes may follow it where its reader expects
them. The other side is `frames`. The socket is read by a protocol of our own instead of asyncio's
streams, because every cell that anybody runs waits for one exchange here.
"""

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Self, cast

from colonnade.kit.frames import LENGTH_BYTES, MAX_FRAME_BYTES


class FramedProcess(asyncio.Protocol):
    """A running process; one exchange at a time."""

    def __init__(self) -> None:
        self.process: asyncio.subprocess.Process
        self._transport: asyncio.Transport
        self._received = bytearray()
        self._more: asyncio.Future[None] | None = None
        self._failure: Exception | None = None

    @classmethod
    async def launch(cls, module: str, *words: str, passed: Sequence[int] = ()) -> Self:
        """A process that runs `python -m module words…`.

        passed: descriptors that it keeps, under the same numbers; the caller closes its own.

        Raises OSError when the system has no room for one.
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = await _spawn(theirs.fileno(), passed, module, *words)
            ours.setblocking(False)
            _, self = await asyncio.get_running_loop().create_unix_connection(cls, sock=ours)
        except BaseException:
            ours.close()
            raise
        self.process = process
        return self

    @property
    def is_usable(self) -> bool:
        """Whether it runs and has not been given up."""
        return self._failure is None and self.process.returncode is None

    def send(self, frame: Mapping[str, Any], data: bytes = b"") -> None:
        """Send a frame, and the bytes that it announces."""
        body = json.dumps(frame, separators=(",", ":")).encode()
        self._transport.write(len(body).to_bytes(LENGTH_BYTES, "big") + body)
        if data:
            self._transport.write(data)

    async def receive(self) -> dict[str, Any]:
        """The next frame.

        Raises EOFError when the process ended, TimeoutError after `give_up`, and ValueError for
        what is no frame.
        """
        while (body := self._next()) is None:
            if self._failure is not None:
                raise self._failure
            self._more = asyncio.get_running_loop().create_future()
            await self._more
        return json.loads(body)

    def give_up(self) -> None:
        """Let `receive` wait no longer, now and ever; for a timer."""
        self._fail(TimeoutError())

    async def kill(self) -> None:
        """End it, whatever it is doing."""
        self._transport.abort()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        self._received += data
        if len(self._received) > MAX_FRAME_BYTES + LENGTH_BYTES:
            self._fail(ValueError("a frame that is too large"))
            self._transport.abort()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self._fail(EOFError("it ended"))

    def _next(self) -> bytes | None:
        if len(self._received) < LENGTH_BYTES:
            return None
        end = LENGTH_BYTES + int.from_bytes(self._received[:LENGTH_BYTES], "big")
        if end > LENGTH_BYTES + MAX_FRAME_BYTES:
            raise ValueError("a frame that is too large")
        if len(self._received) < end:
            return None
        body = bytes(self._received[LENGTH_BYTES:end])
        del self._received[:end]
        return body

    def _fail(self, problem: Exception) -> None:
        self._failure = self._failure or problem
        self._wake()

    def _wake(self) -> None:
        if self._more is not None and not self._more.done():
            self._more.set_result(None)


async def _spawn(
    stream: int, passed: Sequence[int], module: str, *words: str
) -> asyncio.subprocess.Process:
    """It gets few variables, and a session of its own: a Ctrl-C is its keeper's to handle."""
    environment = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        module,
        *words,
        stdin=stream,
        stdout=stream,
        pass_fds=tuple(passed),
        env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        start_new_session=True,
    )
