"""Starts, prepares and ends single runtimes: the engine below, the register beside.

Whoever wants a runtime asks the service; this part knows nothing of people's rights or queues.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from colonnade.kit.clock import Clock
from colonnade.kit.errors import ColonnadeError, Conflict, NotFound, Unavailable
from colonnade.kit.ids import new_id
from colonnade.kit.log import get_logger
from colonnade.runtimes.background import Background
from colonnade.runtimes.bell import Bell
from colonnade.runtimes.classes import RuntimeClass
from colonnade.runtimes.egress.terms import EgressTerms
from colonnade.runtimes.engine import Area, Capacity, Engine, LaunchSpec, RuntimeState
from colonnade.runtimes.register import Register, Runtime
from colonnade.runtimes.remote import RuntimeServer
from colonnade.runtimes.seating import Room, room
from colonnade.sensors.process.terms import ExecTerms

AreaOf = Callable[[str], Area]
FolderOf = Callable[[str], Path]
EgressOf = Callable[[RuntimeClass], EgressTerms]
ExecGateOf = Callable[[RuntimeClass], ExecTerms]

ENTER = "__import__('colonnade_runtime').enter()"
"""What a prewarmed kernel is told once it has an owner (host/inside/colonnade_runtime.py)."""

log = get_logger(__name__)


def nowhere(terms: RuntimeClass) -> EgressTerms:
    """No way out, whatever the class."""
    return EgressTerms()


def ungated(terms: RuntimeClass) -> ExecTerms:
    """No exec gate, whatever the class."""
    return ExecTerms()


class Launcher:
    """Turns wishes into running sandboxes, and back.

    Args:
        area_of: where a person's files lie; may touch the disk, called in a thread.
        environment_of: the folder of a built environment by name; raises NotFound.
        cpu_overcommit: see `RuntimesSettings`.
        egress_of: where runtimes of a class may connect to; raises Invalid.
        exec_gate_of: which commands runtimes of a class may not run.
    """

    def __init__(
        self,
        engine: Engine,
        register: Register,
        clock: Clock,
        area_of: AreaOf,
        environment_of: FolderOf,
        cpu_overcommit: float,
        egress_of: EgressOf = nowhere,
        exec_gate_of: ExecGateOf = ungated,
    ) -> None:
        self.engine = engine
        self.register = register
        self.clock = clock
        self.changed = Bell()
        self.capacity: Capacity | None = None
        self.launches = self.launch_failures = self.lost = 0
        self._area_of = area_of
        self._environment_of = environment_of
        self._cpu_overcommit = cpu_overcommit
        self._egress_of = egress_of
        self._exec_gate_of = exec_gate_of
        self._stopping: dict[str, RuntimeClass] = {}
        self._background = Background()

    def new(self, terms: RuntimeClass) -> Runtime:
        """A runtime that is only a wish so far."""
        now = self.clock()
        return Runtime(new_id(), terms, RuntimeState.STARTING, now, now, in_hand=True)

    def server(self, runtime: Runtime) -> RuntimeServer:
        """The way to the runtime's Jupyter server."""
        if runtime.server is None:
            runtime.server = RuntimeServer(self.engine.connector(runtime.id))
        return runtime.server

    def could_hold(self, terms: RuntimeClass) -> bool:
        """Whether the machine, empty, would have room for one runtime of the class."""
        capacity = self.capacity or Capacity(0, 0, 0)
        return room(capacity, self._cpu_overcommit, ()).fits(terms)

    def free(self, *, counting_pool: bool) -> Room:
        """What is left of the machine; what the pool holds or starts is free unless counted."""
        capacity = self.capacity or Capacity(0, 0, 0)
        living = [one for one in self.register.living() if counting_pool or one.owner]
        taken = [*(one.terms for one in living), *self._stopping.values()]
        return room(capacity, self._cpu_overcommit, taken)

    def is_stopping(self, runtime_id: str) -> bool:
        """Whether the sandbox is being ended at this moment."""
        return runtime_id in self._stopping

    async def warm_up(self, terms: RuntimeClass) -> None:
        """Add one runtime of the class to the pool, ready to the last step but its owner.

        Raises Unavailable or NotFound with the reason when it cannot be started.
        """
        runtime = self.new(terms)
        await self.register.add(runtime)
        try:
            await self._launch(runtime)
            runtime.kernel_id = await self.server(runtime).start_kernel()
            await self.server(runtime).run_silently(runtime.kernel_id, "pass")
            await self._finish(runtime)
            runtime.in_hand = False
        except BaseException as problem:
            await asyncio.shield(self.end(runtime, RuntimeState.STOPPED, reason_of(problem)))
            raise
        self.changed.ring()

    async def make_room(self) -> None:
        """End as many runtimes of the pool as stand in the way of those that have an owner."""
        pool = [one for one in self.register.living() if one.owner is None]
        # Those that are still starting last: ending them wastes what they have cost so far.
        pool.sort(key=lambda one: one.in_hand)
        stops: list[asyncio.Task[None]] = []
        while pool and not self._has_room_for_all():
            victim = pool.pop(0)
            stops.append(await self.end(victim, RuntimeState.STOPPED, "Its place was needed."))
        await asyncio.gather(*stops)

    async def hand_over(self, runtime: Runtime, path: str | None) -> None:
        """Give the runtime, which has its owner already, that person's files and a kernel in the
        folder of the notebook at `path` (None: in the top folder).

        Ends it when that fails, and raises Unavailable or NotFound with the reason.
        """
        try:
            await self._hand_over(runtime, path)
        except BaseException as problem:
            died = runtime.kernel_id is not None and isinstance(problem, Unavailable)
            state = RuntimeState.LOST if died else RuntimeState.STOPPED
            await asyncio.shield(self.end(runtime, state, reason_of(problem)))
            raise
        finally:
            runtime.in_hand = False

    async def move(self, runtime: Runtime, path: str) -> None:
        """Its notebook lies at `path` now; kernels start in that folder from the next restart on.

        Raises Unavailable when the engine cannot be told.
        """
        runtime.notebook_path = path
        await self.register.save(runtime)
        await self.engine.enter(runtime.id, folder_of(path))

    async def end(self, runtime: Runtime, state: RuntimeState, reason: str) -> "asyncio.Task[None]":
        """Record the end at once and stop the sandbox behind it; the task ends when it is gone."""
        self._stopping[runtime.id] = runtime.terms
        try:
            first = await self.register.end(runtime, state, reason)
        finally:
            task = self._background.start("stop-runtime", self._stop(runtime.id))
        if first and state is RuntimeState.LOST:
            self.lost += 1
        if first:
            log.info("runtime-ended", runtime=runtime.id, state=state.value, reason=reason)
        self.changed.ring()
        return task

    async def close(self) -> None:
        """Break off stops under way (the next start finishes them) and close connections."""
        await self._background.close()
        for runtime in self.register.living():
            if runtime.server is not None:
                await runtime.server.close()
                runtime.server = None

    async def _launch(self, runtime: Runtime) -> None:
        terms = runtime.terms
        try:
            folder = self._environment_of(terms.environment)
            egress = await asyncio.to_thread(self._egress_of, terms)
            spec = LaunchSpec(
                *(runtime.id, terms.limits, folder, terms.accelerator, terms.accelerators, egress),
                exec_gate=self._exec_gate_of(terms),
            )
            await self.engine.launch(spec)
        except ColonnadeError as problem:
            self.launch_failures += 1
            if isinstance(problem, NotFound):
                raise Unavailable(problem.message, problem.remedy) from problem
            raise
        self.launches += 1

    async def _hand_over(self, runtime: Runtime, path: str | None) -> None:
        if runtime.state is RuntimeState.STARTING:
            await self._launch(runtime)
            opening = self._open_area(runtime, path)
        else:
            opening = self._take_over(runtime, path)
        server = self.server(runtime)
        if runtime.kernel_id is None:
            await opening
            runtime.kernel_id = await server.start_kernel()
        else:
            await server.run_silently(runtime.kernel_id, ENTER, opening)
        runtime.notebook_path, runtime.last_activity = path, self.clock()
        runtime.claimed = runtime.claimed or runtime.last_activity
        await self._finish(runtime)

    async def _finish(self, runtime: Runtime) -> None:
        if runtime.ended is not None:
            raise Unavailable(f"It ended while it was prepared. {runtime.stop_reason}")
        runtime.state = RuntimeState.RUNNING
        await self.register.save(runtime)

    async def _take_over(self, runtime: Runtime, path: str | None) -> None:
        """Write down whose it is, unless that is known, before anything of theirs gets there."""
        if runtime.claimed is None:
            await self.register.save(runtime)
        await self._open_area(runtime, path)

    async def _open_area(self, runtime: Runtime, path: str | None) -> None:
        assert runtime.owner is not None
        area = await asyncio.to_thread(self._area_of, runtime.owner)
        try:
            await self.engine.claim(runtime.id, runtime.owner, area.folder, area.most_bytes)
            await self.engine.enter(runtime.id, folder_of(path))
        except (NotFound, Conflict) as stale:
            raise Unavailable("The runtime ended while it was prepared.") from stale

    async def _stop(self, runtime_id: str) -> None:
        try:
            await self.engine.stop(runtime_id)
        except Unavailable as away:
            # The sandbox is unknown to us from now on, so the next look at the engine ends it.
            log.warning("runtime-stop-failed", runtime=runtime_id, reason=str(away))
        finally:
            self._stopping.pop(runtime_id, None)
            self.changed.ring()

    def _has_room_for_all(self) -> bool:
        free = self.free(counting_pool=True)
        enough = free.cpus >= 0 and free.memory_bytes >= 0
        return enough and all(count >= 0 for count in free.accelerators.values())


def folder_of(path: str | None) -> str:
    """The folder, relative to the owner's top folder, of the notebook at `path`."""
    folder = str(PurePosixPath((path or "").strip("/")).parent)
    return "" if folder == "." else folder


def reason_of(problem: BaseException) -> str:
    """Why a runtime did not come to be, for its row and its owner."""
    if isinstance(problem, ColonnadeError):
        return problem.message
    if isinstance(problem, asyncio.CancelledError):
        return "It was given up while it was starting."
    return "It could not be started."
