"""One examining process as its keeper sees it: a socket to it, with frames in both directions.

The socket is read by a protocol of our own instead of asyncio's streams, because every cell that
anybody runs waits for one exchange here. What the frames say is described in `examiner`.
"""

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self, cast

from colonnade.detection.cells import Cell
from colonnade.enforcement.examiner import MAX_FRAME_BYTES, MAX_KNOWN_CELLS

_LENGTH_BYTES = 4


class ExaminerProcess(asyncio.Protocol):
    """A running process and what it has been told; one exchange at a time."""

    def __init__(self) -> None:
        self.process: asyncio.subprocess.Process
        self._transport: asyncio.Transport
        self._known: OrderedDict[str, None] = OrderedDict()
        self._received = bytearray()
        self._more: asyncio.Future[None] | None = None
        self._failure: Exception | None = None

    @classmethod
    async def start(cls, folder: Path | None) -> Self:
        """A process with the rules in `folder` (None: the shipped ones); it says when it is ready.

        Raises OSError when the system has no room for one.
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = await _spawn(folder, theirs.fileno())
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

    def ask(self, cells: Sequence[tuple[str, Cell]]) -> None:
        """Ask about cells by their keys; sources go along only where it may not have them."""
        named: list[list[str | None]] = []
        for key, cell in cells:
            named.append([key, cell.id, None if key in self._known else cell.source])
            self._known[key] = None
            self._known.move_to_end(key)
        while len(self._known) > MAX_KNOWN_CELLS:
            self._known.popitem(last=False)
        body = json.dumps({"cells": named}, separators=(",", ":")).encode()
        self._transport.write(len(body).to_bytes(_LENGTH_BYTES, "big") + body)

    def forget(self, keys: Sequence[str]) -> None:
        """It does not know these any more: their sources go along the next time."""
        for key in keys:
            self._known.pop(key, None)

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
        if len(self._received) > MAX_FRAME_BYTES + _LENGTH_BYTES:
            self._fail(ValueError("a frame that is too large"))
            self._transport.abort()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self._fail(EOFError("it ended"))

    def _next(self) -> bytes | None:
        if len(self._received) < _LENGTH_BYTES:
            return None
        end = _LENGTH_BYTES + int.from_bytes(self._received[:_LENGTH_BYTES], "big")
        if end > _LENGTH_BYTES + MAX_FRAME_BYTES:
            raise ValueError("a frame that is too large")
        if len(self._received) < end:
            return None
        body = bytes(self._received[_LENGTH_BYTES:end])
        del self._received[:end]
        return body

    def _fail(self, problem: Exception) -> None:
        self._failure = self._failure or problem
        self._wake()

    def _wake(self) -> None:
        if self._more is not None and not self._more.done():
            self._more.set_result(None)


async def _spawn(folder: Path | None, stream: int) -> asyncio.subprocess.Process:
    environment = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "colonnade.enforcement.examiner",
        *([str(folder)] if folder else []),
        stdin=stream,
        stdout=stream,
        env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
