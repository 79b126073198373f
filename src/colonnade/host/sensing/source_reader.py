"""What a text that a kernel ran shows, read in a process that is killed when it takes too long."""

import asyncio
from typing import Any, cast

from colonnade.host.sensing.source_process import READY
from colonnade.kit.framed_process import FramedProcess
from colonnade.kit.process_pool import Pool

BUDGET_SECONDS = 3.0
REST_SECONDS = 60.0
"""One that has nothing to read ends: most hosts see little decoded code."""
OPAQUE = (("opaque", "budget"),)
MODULE = "colonnade.host.sensing.source_process"

Features = tuple[tuple[str, str], ...]


class _Failed(Exception):
    """The process gave no answer, and has to be ended."""


class SourceReader:
    """Fulfils `sensors.hook.Reads`, one text at a time."""

    def __init__(self, seconds: float = BUDGET_SECONDS, rest_seconds: float = REST_SECONDS) -> None:
        self._seconds = seconds

        async def launch() -> FramedProcess:
            return await FramedProcess.launch(MODULE)

        self._pool = Pool(launch, 1, READY, rest_seconds)

    async def close(self) -> None:
        """End the process."""
        await self._pool.close()

    async def read(self, source: str, language: str) -> Features:
        """Kinds and values, the most telling first; what exceeds its budget is opaque.

        Raises Unavailable when no process can be started.
        """
        try:
            async with self._pool.lend() as process:
                return await self._ask(process, {"source": source, "language": language})
        except _Failed:
            return OPAQUE

    async def _ask(self, process: FramedProcess, request: dict[str, Any]) -> Features:
        timer = asyncio.get_running_loop().call_later(self._seconds, process.give_up)
        try:
            process.send(request)
            found = cast("list[list[object]]", (await process.receive())["features"])
            return tuple((str(kind), str(value)) for kind, value in found)
        except (TimeoutError, EOFError, ValueError, KeyError, TypeError) as problem:
            raise _Failed from problem
        finally:
            timer.cancel()
