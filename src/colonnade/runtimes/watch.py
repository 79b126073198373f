"""Keeps what is written down and what runs the same, and ends what has had its time."""

import asyncio
from collections.abc import Awaitable, Callable

from colonnade.kit.errors import ColonnadeError, Unavailable
from colonnade.kit.log import get_logger
from colonnade.runtimes.classes import RuntimesSettings
from colonnade.runtimes.engine import Observed, RuntimeState, RuntimeStatus
from colonnade.runtimes.launcher import Launcher
from colonnade.runtimes.lifetimes import count_down, needs_a_look
from colonnade.runtimes.queue import Queue
from colonnade.runtimes.register import Runtime

TICK_SECONDS = 5.0
RECONCILE_TICKS = 12
LONGEST_PAUSE_SECONDS = 15.0

HOST_GONE = "The host that ran it restarted or failed."
PLATFORM_RESTARTED = "The platform restarted while it was starting."

log = get_logger(__name__)


Witness = Callable[[Observed, Runtime | None], Awaitable[None]]
"""Takes what was seen from outside a runtime, and the runtime where it is known."""


class Watch:
    """Three loops: the engine's events, a regular comparison with its list, and the clock."""

    def __init__(
        self,
        launcher: Launcher,
        queue: Queue,
        settings: RuntimesSettings,
        witness: Witness | None = None,
    ) -> None:
        self.ready = asyncio.Event()
        self._launcher = launcher
        self._register = launcher.register
        self._queue = queue
        self._settings = settings
        self._witness = witness or _nobody

    async def follow(self) -> None:
        """Follow the engine's events for ever, comparing first each time it can be reached."""
        pause = 0.2
        while True:
            try:
                await self.reconcile()
                pause = 0.2
                async for event in self._launcher.engine.events():
                    if isinstance(event, Observed):
                        await self.witness(event)
                    else:
                        await self.hear(event.status)
            except ColonnadeError as away:
                log.warning("engine-unavailable", reason=str(away))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def tick_for_ever(self) -> None:
        """Every few seconds end what is over; once a minute compare."""
        ticks = 0
        while True:
            await asyncio.sleep(TICK_SECONDS)
            ticks += 1
            await self.tick()
            if ticks % RECONCILE_TICKS == 0 and self.ready.is_set():
                await self._register.save_activity()
                await self._reconcile_if_reachable()

    async def call_for_ever(self) -> None:
        """Whenever something changes, note for whom there is a place now."""
        while True:
            await self._launcher.changed.heard(TICK_SECONDS)
            free = self._launcher.free(counting_pool=False)
            if self._queue.waiting() and self.ready.is_set() and await self._queue.call(free):
                self._launcher.changed.ring()

    async def hear(self, status: RuntimeStatus) -> None:
        """Take note of one change that the engine reports."""
        runtime = self._register.get(status.id)
        if runtime is None or runtime.ended is not None:
            return
        if status.state in {RuntimeState.LOST, RuntimeState.STOPPED}:
            await self._launcher.end(runtime, RuntimeState.LOST, status.reason or HOST_GONE)
        elif not runtime.in_hand and status.state in {RuntimeState.RUNNING, RuntimeState.UNKNOWN}:
            runtime.state = status.state

    async def witness(self, observed: Observed) -> None:
        """Pass on what was seen of a runtime, with whose it is."""
        runtime = self._register.get(observed.observation.runtime)
        try:
            await self._witness(observed, runtime)
        except Exception:  # The edge of a room: what others make of it must not stop the watch.
            log.exception("observation-lost", kind=observed.observation.kind)

    async def reconcile(self) -> None:
        """Compare what is written down with what the engine has.

        - What runs and is known is kept, with its kernels; the pool's once its kernel answers.
        - What is known and runs no more is lost, and its owner sees that.
        - What an earlier process was still starting, and what nobody knows, is stopped.

        Raises Unavailable when the engine cannot be reached.
        """
        engine = self._launcher.engine
        known = [one for one in self._register.living() if not one.in_hand]
        self._launcher.capacity = await engine.capacity()
        alive = {status.id: status for status in await engine.list()}
        for runtime in known:
            await self._compare(runtime, alive.get(runtime.id))
        for runtime_id in alive:
            runtime = self._register.get(runtime_id)
            unknown = runtime is None or runtime.ended is not None
            if unknown and not self._launcher.is_stopping(runtime_id):
                log.warning("unknown-runtime-stopped", runtime=runtime_id)
                await engine.stop(runtime_id)
        self.ready.set()
        self._launcher.changed.ring()

    async def tick(self) -> None:
        """End what is over by now."""
        used = [one for one in self._register.living() if one.claimed and not one.in_hand]
        now = self._launcher.clock()
        asked = [one for one in used if one.busy or needs_a_look(one.terms, one.last_activity, now)]
        await asyncio.gather(*(self._look(one) for one in asked))
        for runtime in used:
            assert runtime.claimed is not None
            count = count_down(
                runtime.terms, runtime.claimed, runtime.last_activity, runtime.busy, now
            )
            if count.over and runtime.ended is None:
                await self._launcher.end(runtime, RuntimeState.STOPPED, count.over)
        self._register.forget_old()

    async def _reconcile_if_reachable(self) -> None:
        try:
            await self.reconcile()
        except Unavailable as away:
            log.warning("engine-unavailable", reason=str(away))

    async def _compare(self, runtime: Runtime, status: RuntimeStatus | None) -> None:
        if runtime.ended is not None:
            return
        if status is None:
            await self._launcher.end(runtime, RuntimeState.LOST, HOST_GONE)
        elif status.state in {RuntimeState.LOST, RuntimeState.STOPPED}:
            await self.hear(status)
        elif runtime.state is RuntimeState.STARTING or (runtime.owner and not runtime.claimed):
            await self._launcher.end(runtime, RuntimeState.STOPPED, PLATFORM_RESTARTED)
        elif runtime.is_warm and (status.owner or not await self._is_fit_for_pool(runtime)):
            await self._launcher.end(runtime, RuntimeState.STOPPED, "The pool had no use for it.")

    async def _is_fit_for_pool(self, runtime: Runtime) -> bool:
        if runtime.server is not None:
            return True
        if runtime.terms not in self._settings.classes:
            return False
        try:
            answers = await self._launcher.server(runtime).kernels()
        except Unavailable:
            return False
        return [str(answer.id) for answer in answers] == [runtime.kernel_id]

    async def _look(self, runtime: Runtime) -> None:
        try:
            answers = await self._launcher.server(runtime).kernels()
        except Unavailable:
            runtime.busy = False
            return
        runtime.busy = any(answer.execution_state == "busy" for answer in answers)
        if runtime.busy:
            self._register.touch(runtime)


async def _nobody(observed: Observed, runtime: Runtime | None) -> None:
    """Where nobody wants to know."""
