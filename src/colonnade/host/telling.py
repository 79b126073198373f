"""What the host tells the control plane: changes of state, and what is observed of sandboxes.

Changes are few and all are told. Observations are bounded: those that find no room are counted. As
long as nobody listens the newest are kept, so that a restart of the control plane misses little.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from colonnade.observations import Observation
from colonnade.runtimes.engine import EngineEvent, Observed, RuntimeStatus

MOST_WAITING = 2_000
"""Observations, for each listener and for the time without one."""

Events = asyncio.Queue[EngineEvent | Observed]


class Telling:
    """Everybody who listens, and what waits until somebody does."""

    def __init__(self) -> None:
        self._listeners: set[Events] = set()
        self._unheard: deque[Observed] = deque()
        self._sequence = self._dropped = self._dropped_before = 0

    def tell(self, status: RuntimeStatus) -> None:
        """A sandbox changed its state."""
        for queue in self._listeners:
            queue.put_nowait(EngineEvent(status))

    def observe(self, observation: Observation, dropped_before: int = 0) -> None:
        """Something was seen; `dropped_before` is what its source had to drop so far."""
        # A source that was started anew counts from nothing again.
        self._dropped += max(0, dropped_before - self._dropped_before)
        self._dropped_before = dropped_before
        self._sequence += 1
        observed = Observed(observation, self._sequence, self._dropped)
        for queue in self._listeners:
            if queue.qsize() < MOST_WAITING:
                queue.put_nowait(observed)
            else:
                self._dropped += 1
        if not self._listeners:
            self._unheard.append(observed)
        while len(self._unheard) > MOST_WAITING:
            self._unheard.popleft()
            self._dropped += 1

    @asynccontextmanager
    async def events(self) -> AsyncGenerator[Events]:
        """A queue of events from now on, with what nobody has heard before them."""
        queue: Events = asyncio.Queue()
        while self._unheard:
            queue.put_nowait(self._unheard.popleft())
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)
