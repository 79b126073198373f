"""Judges commands before they run: the keeper of the processes that match rules over processes.

A process that takes too long over a command is killed, and the command is not judged. One host has
one keeper; a runtime with an exec gate is started once it is ready.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from colonnade.kit.errors import Unavailable
from colonnade.kit.framed_process import FramedProcess
from colonnade.kit.process_pool import Pool
from colonnade.sensors.process.terms import Suspicion

COUNT = 2
BUDGET_SECONDS = 2.0
"""For one command; the gate's own deadline is shorter, and what comes later is kept."""
VERSION = "commands 1"
"""Of the frames, which the process says when it is ready."""
MOST_SUSPICIONS = 50


class Commands:
    """Fulfils `sensors.process.terms.Judge`.

    Args:
        rules: a folder of rules in place of the shipped ones.
    """

    def __init__(self, rules: Path | None = None, seconds: float = BUDGET_SECONDS) -> None:
        self._seconds = seconds
        words = [str(rules)] if rules else []

        async def launch() -> FramedProcess:
            return await FramedProcess.launch("colonnade.host.sensing.command_examiner", *words)

        self._pool = Pool(launch, COUNT, VERSION)

    async def ready(self) -> None:
        """Return once there is somebody who judges. Raises Unavailable."""
        async with self._pool.lend():
            pass

    async def close(self) -> None:
        """End the processes."""
        await self._pool.close()

    async def judge(self, words: Sequence[str]) -> tuple[Suspicion, ...]:
        """Every rule over processes that holds. Raises Unavailable when it cannot be judged."""
        try:
            async with self._pool.lend() as process:
                answer = await self._ask(process, {"words": list(words)})
            return _suspicions(answer)
        except (TimeoutError, EOFError, ValueError, KeyError, TypeError) as problem:
            raise Unavailable("The command could not be judged.") from problem

    async def _ask(self, process: FramedProcess, request: dict[str, Any]) -> dict[str, Any]:
        timer = asyncio.get_running_loop().call_later(self._seconds, process.give_up)
        try:
            process.send(request)
            return await process.receive()
        finally:
            timer.cancel()


def _suspicions(answer: dict[str, Any]) -> tuple[Suspicion, ...]:
    """Raises ValueError, KeyError or TypeError for what a sound process does not say."""
    if answer["problem"]:
        raise ValueError("not judged")
    return tuple(
        Suspicion(str(rule)[:200], str(category)[:100], str(axis)[:40], float(confidence))
        for rule, category, axis, confidence in answer["suspicions"][:MOST_SUSPICIONS]
    )
