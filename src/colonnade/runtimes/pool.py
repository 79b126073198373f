"""Keeps prewarmed runtimes at hand: one launch at a time, while the machine is not busy."""

import os
from collections.abc import Callable

from colonnade.kit.errors import ColonnadeError
from colonnade.kit.log import get_logger
from colonnade.runtimes.classes import RuntimeClass, RuntimesSettings
from colonnade.runtimes.launcher import Launcher
from colonnade.runtimes.queue import Queue

LOOK_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 60.0
SATURATED_LOAD = 2.0
"""Runnable processes for each core above which the pool waits."""

log = get_logger(__name__)


def is_saturated() -> bool:
    """Whether the machine has more to do than it can."""
    return os.getloadavg()[0] > SATURATED_LOAD * (os.cpu_count() or 1)


class Pool:
    """Refills what was claimed."""

    def __init__(
        self,
        launcher: Launcher,
        queue: Queue,
        settings: RuntimesSettings,
        saturated: Callable[[], bool],
    ) -> None:
        self._launcher = launcher
        self._queue = queue
        self._settings = settings
        self._saturated = saturated

    def ready(self) -> dict[str, int]:
        """How many runtimes wait to be claimed, by class."""
        counts = {one.name: 0 for one in self._settings.classes}
        for runtime in self._launcher.register.living():
            if runtime.is_warm:
                counts[runtime.terms.name] += 1
        return counts

    async def keep(self) -> None:
        """Refill for ever; after failures with growing pauses."""
        pause = 1.0
        while True:
            wanted = self.next_wanted()
            if wanted is None:
                await self._launcher.changed.heard(LOOK_SECONDS)
                continue
            try:
                await self._launcher.warm_up(wanted)
                pause = 1.0
            except ColonnadeError as problem:
                log.warning("pool-refill-failed", runtime_class=wanted.name, reason=str(problem))
                await self._launcher.changed.heard(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def next_wanted(self) -> RuntimeClass | None:
        """The class that lacks a runtime most and has room for one, if any.

        Nothing while somebody waits for a place. A busy machine gets one of each class at most.
        """
        if self._queue.waiting():
            return None
        ready = self.ready()
        free = self._launcher.free(counting_pool=True)
        most = 1 if self._saturated() else 64
        lacking = [
            one
            for one in self._settings.classes
            if ready[one.name] < min(one.pool, most) and free.fits(one)
        ]
        return min(lacking, key=lambda one: ready[one.name], default=None)
