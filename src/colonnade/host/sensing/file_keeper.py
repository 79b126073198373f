"""Keeps the process that examines files of runtimes: started when needed, killed when stuck.

Fulfils `sensors.files.examining.Examiner`.
"""

import asyncio
import socket
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Self, cast

from colonnade.host.sensing.file_examiner import READY
from colonnade.kit.errors import Unavailable
from colonnade.kit.framed_process import FramedProcess
from colonnade.kit.process_pool import Pool
from colonnade.sensors.files.examining import Examined

FILE_SECONDS, TREE_SECONDS = 10.0, 30.0
REST_SECONDS = 120.0
"""Without work for so long the process is ended; it takes a quarter of a second to start."""
TOO_SLOW = "it takes too long to be examined"
DIED = "it ended the process that examined it"


class ExaminerProcess(FramedProcess):
    """A running process, and the socket over which it gets descriptors."""

    channel: socket.socket

    @classmethod
    async def start(cls, fingerprints: Path | None = None) -> Self:
        """A process that says when it is ready, with these known projects (None: the shipped ones).

        Raises OSError when there is no room for one.
        """
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                number = theirs.fileno()
                words = [str(number), *([str(fingerprints)] if fingerprints else [])]
                module = "colonnade.host.sensing.file_examiner"
                self = await cls.launch(module, *words, passed=(number,))
        except BaseException:
            mine.close()
            raise
        mine.setblocking(False)
        self.channel = mine
        return self

    def ask(self, request: dict[str, Any], descriptor: int) -> None:
        """Ask about an open file. Raises OSError when it takes nothing any more."""
        socket.send_fds(self.channel, [b"1"], [descriptor])
        self.send(request)

    async def kill(self) -> None:
        """End it, whatever it is doing."""
        self.channel.close()
        await super().kill()


class FileKeeper:
    """One process for all runtimes of a host: hostile ones wait for each other."""

    def __init__(
        self,
        fingerprints: Path | None = None,
        file_seconds: float = FILE_SECONDS,
        tree_seconds: float = TREE_SECONDS,
    ) -> None:
        self._file_seconds, self._tree_seconds = file_seconds, tree_seconds
        self._pool = Pool(lambda: ExaminerProcess.start(fingerprints), 1, READY, REST_SECONDS)

    async def examine_file(self, descriptor: int, path: str) -> Examined:
        """See `Examiner`."""
        name = path.encode("utf-8", "replace").decode()
        return await self._examine({"file": name}, descriptor, self._file_seconds)

    async def examine_tree(self, bundle: int) -> Examined:
        """See `Examiner`."""
        return await self._examine({"tree": True}, bundle, self._tree_seconds)

    async def close(self) -> None:
        """End the process."""
        await self._pool.close()

    async def _examine(self, request: dict[str, Any], descriptor: int, seconds: float) -> Examined:
        try:
            async with self._pool.lend() as process:
                began = time.monotonic()
                examined = await self._ask(process, request, descriptor, seconds)
                return replace(examined, seconds=time.monotonic() - began)
        except _FailedError as problem:
            return Examined(problem=str(problem), seconds=seconds)
        except Unavailable as problem:
            return Examined(problem=problem.message)

    async def _ask(
        self, process: ExaminerProcess, request: dict[str, Any], descriptor: int, seconds: float
    ) -> Examined:
        timer = asyncio.get_running_loop().call_later(seconds, process.give_up)
        try:
            process.ask(request, descriptor)
            return _read(await process.receive())
        except TimeoutError as problem:
            raise _FailedError(TOO_SLOW) from problem
        except (EOFError, OSError, ValueError, KeyError, TypeError) as problem:
            raise _FailedError(DIED) from problem
        finally:
            timer.cancel()


class _FailedError(Exception):
    """The process is not to be used again."""


def _read(answer: dict[str, Any]) -> Examined:
    """Raises ValueError, KeyError or TypeError for what a sound process does not say."""
    features = cast("list[list[str]]", answer["features"])
    return Examined(
        tuple((str(kind), str(value)) for kind, value in features),
        str(answer["sha256"]),
        str(answer["problem"]),
    )
