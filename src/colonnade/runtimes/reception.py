"""Finds a place for a person's wish: the pool, an empty seat, or the queue."""

import time
from collections import deque

from colonnade.kit.errors import TooMany, Unavailable
from colonnade.runtimes.classes import RuntimeClass
from colonnade.runtimes.engine import RuntimeState
from colonnade.runtimes.errors import Queued
from colonnade.runtimes.launcher import Launcher
from colonnade.runtimes.lifetimes import duration
from colonnade.runtimes.queue import Place, Queue
from colonnade.runtimes.register import Runtime
from colonnade.runtimes.seating import seats

ATTEMPTS = 3
"""Prewarmed runtimes tried before a failure is the person's."""


class Reception:
    """Gives out runtimes.

    Attributes:
        claims: runtimes of the pool handed out since the process started.
        claim_seconds: how long each of the last took, from having a place to being handed out.
    """

    def __init__(self, launcher: Launcher, queue: Queue, wait_seconds: float) -> None:
        self.claims = 0
        self.claim_seconds: deque[float] = deque(maxlen=1000)
        self._launcher = launcher
        self._queue = queue
        self._wait_seconds = wait_seconds

    async def obtain(self, person_id: str, terms: RuntimeClass, path: str | None) -> Runtime:
        """A runtime of the class for this person, with a kernel for the notebook at `path`.

        A prewarmed one that fails is replaced by the next; a cold one that fails is the answer.
        Raises TooMany, Queued, Unavailable.
        """
        if not self._launcher.could_hold(terms):
            raise Unavailable(
                f"This machine cannot hold a runtime of the class {terms.display_name}.",
                "Choose another class, or tell the operator.",
            )
        for attempt in range(1, ATTEMPTS + 1):
            runtime = await self._seat(person_id, terms, path)
            started, was_warm = time.monotonic(), runtime.kernel_id is not None
            try:
                await self._launcher.hand_over(runtime, path)
            except Unavailable:
                if not was_warm or attempt == ATTEMPTS:
                    raise
                continue
            if was_warm:
                self.claims += 1
                self.claim_seconds.append(time.monotonic() - started)
            self._launcher.changed.ring()
            return runtime
        raise AssertionError("the last attempt returns or raises")

    async def _seat(self, person_id: str, terms: RuntimeClass, path: str | None) -> Runtime:
        deadline = time.monotonic() + self._wait_seconds
        while True:
            rung = self._launcher.changed.listen()
            runtime = self._take(person_id, terms, path)
            if runtime is not None:
                if runtime.state is RuntimeState.STARTING:
                    await self._launcher.register.add(runtime)
                    await self._launcher.make_room()
                if place := self._queue.find(person_id, terms):
                    await self._queue.leave(place)
                return runtime
            place = await self._queue.join(person_id, terms)
            if not await self._launcher.changed.heard(deadline - time.monotonic(), rung):
                raise self._queued(place)

    def _take(self, person_id: str, terms: RuntimeClass, path: str | None) -> Runtime | None:
        """Decide in one go, without awaiting: the runtime that is this person's now, or None."""
        living = list(self._launcher.register.living())
        mine = [one for one in living if (one.owner, one.terms.name) == (person_id, terms.name)]
        unused = next((one for one in mine if path is not None and _is_unused(one)), None)
        if unused is not None:
            unused.in_hand = True
            return unused
        if len(mine) >= terms.per_person:
            raise _too_many(terms)
        ahead = self._queue.ahead_of(self._queue.find(person_id, terms))
        free = self._launcher.free(counting_pool=False)
        if not seats(free, [*(place.terms for place in ahead), terms])[-1]:
            return None
        warm = (one for one in living if one.is_warm and one.terms == terms)
        runtime = next(warm, None) or self._launcher.new(terms)
        runtime.owner, runtime.in_hand = person_id, True
        return runtime

    def _queued(self, place: Place) -> Queued:
        position = self._queue.position(place)
        kept = duration(int((self._queue.kept_until(place) - place.seen).total_seconds()))
        return Queued(
            f"Every place is taken. You are number {position} in the queue for "
            f"{place.terms.display_name}; your place is kept for {kept}.",
            "Try again in a little while; the page of your runtimes shows how the queue moves.",
            position=position,
            ticket=place.id,
        )


def _is_unused(runtime: Runtime) -> bool:
    """Whether its kernel is nobody's notebook yet, as when it was started for a terminal."""
    whole = runtime.state is RuntimeState.RUNNING and runtime.claimed is not None
    return whole and not runtime.in_hand and runtime.notebook_path is None


def _too_many(terms: RuntimeClass) -> TooMany:
    return TooMany(
        f"You hold {terms.per_person} of {terms.display_name}, the most that one person may.",
        "Stop one that you do not need on the page of your runtimes.",
        limit=terms.per_person,
    )
