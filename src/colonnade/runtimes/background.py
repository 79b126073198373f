"""Tasks beside the requests: kept from being collected, their failures logged, ended together."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from colonnade.kit.log import get_logger

AGAIN_SECONDS = 1.0

log = get_logger(__name__)


class Background:
    """A set of running tasks."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `work` beside everything else; an unforeseen failure of it is logged."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def keep(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run `work`, which never ends, and start it again when a failure ends it."""
        self.start(name, self._again_and_again(name, work))

    async def close(self) -> None:
        """Cancel all and wait until each has cleaned up."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _again_and_again(
        self, name: str, work: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        while True:
            try:
                await work()
            except Exception:
                # A locked database or a bug must not end everybody's countdowns for good.
                log.exception("background-loop-failed", task=name)
            await asyncio.sleep(AGAIN_SECONDS)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            log.error("background-task-failed", task=task.get_name(), exc_info=problem)
