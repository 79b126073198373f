"""A few processes that do one kind of work, each lent to one task at a time.

One that fails its task is killed, and another is started when it is needed: whatever a hostile
input did to a process is over with it, and concerns nobody else.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from colonnade.kit.errors import Unavailable
from colonnade.kit.framed_process import FramedProcess

START_SECONDS = 20.0

Process = TypeVar("Process", bound=FramedProcess)


class Pool(Generic[Process]):
    """At most `count` processes; `lend` may be called by any number of tasks at once.

    Args:
        launch: starts one; it says when it is ready, and with which version of the rules.
        version: of the rules that it must have read.
        rest_seconds: idle ones are ended when none was lent for so long (None: never).
    """

    def __init__(
        self,
        launch: Callable[[], Awaitable[Process]],
        count: int,
        version: str,
        rest_seconds: float | None = None,
    ) -> None:
        self._launch, self._version, self._rest_seconds = launch, version, rest_seconds
        self._rest: asyncio.TimerHandle | None = None
        self._resting: asyncio.Task[None] | None = None
        self._idle: list[Process | None] = [None] * count
        self._free = asyncio.Semaphore(count)
        self._starting: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def lend(self, deadline: float | None = None) -> AsyncGenerator[Process]:
        """A process of one's own while the block runs; it is killed when the block raises.

        Raises TimeoutError when none is free at `deadline` (on the loop's clock; None: never), and
        Unavailable when none can be started.
        """
        process = await self._obtain(deadline)
        kept: Process | None = None
        try:
            yield process
            kept = process
        except BaseException:
            await process.kill()
            raise
        finally:
            self._give_back(kept)

    def warm(self) -> None:
        """Start the processes in the background, so that the first task does not wait for them."""
        self._starting = asyncio.create_task(self._warm())

    async def close(self) -> None:
        """End every process that is idle; those at work end with their task."""
        self._wake()
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        await self._end_idle()

    async def _end_idle(self) -> None:
        idle = list(self._idle)
        self._idle[:] = [None] * len(idle)
        for process in idle:
            if process is not None:
                await process.kill()

    async def _obtain(self, deadline: float | None) -> Process:
        self._wake()
        if self._free.locked():
            async with asyncio.timeout_at(deadline):
                await self._free.acquire()
        else:
            await self._free.acquire()
        process = self._idle.pop()
        try:
            return process if process and process.is_usable else await self._start()
        except BaseException:
            self._give_back(None)
            raise

    def _give_back(self, process: Process | None) -> None:
        self._idle.append(process)
        self._free.release()
        if self._rest_seconds is not None:
            self._wake()
            self._rest = asyncio.get_running_loop().call_later(self._rest_seconds, self._sleep)

    def _wake(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    def _sleep(self) -> None:
        self._resting = asyncio.create_task(self._end_idle())

    async def _warm(self) -> None:
        async def one() -> None:
            with contextlib.suppress(Unavailable):
                async with self.lend():
                    pass

        await asyncio.gather(*(one() for _ in self._idle))

    async def _start(self) -> Process:
        try:
            process = await self._launch()
            try:
                await self._check(process)
            except BaseException:
                await process.kill()
                raise
        except (OSError, EOFError, ValueError) as problem:
            raise Unavailable(
                f"The judging process did not start ({problem}).", "Restart the platform."
            ) from problem
        return process

    async def _check(self, process: Process) -> None:
        async with asyncio.timeout(START_SECONDS):
            ready = await process.receive()
        if ready.get("ready") != self._version:
            raise ValueError("the rules changed on disk")
