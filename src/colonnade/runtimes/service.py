"""`Runtimes`: what the other rooms ask for kernels, terminals and the sandboxes around them.

No method may be called inside a writing transaction of the caller's: each writes on its own, and
most wait for a runtime. Whatever belongs to somebody else answers `NotFound`, as if it were not.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import aiohttp

from colonnade.accounts.identity import Identity
from colonnade.kit.clock import Clock, utcnow
from colonnade.kit.database import Database
from colonnade.kit.errors import ColonnadeError, Invalid, NotFound, Unavailable
from colonnade.observations import Observation
from colonnade.runtimes.background import Background
from colonnade.runtimes.classes import STOCK_NAME, RuntimeClass, RuntimesSettings
from colonnade.runtimes.engine import Engine, RuntimeState
from colonnade.runtimes.errors import Ended
from colonnade.runtimes.kernelspecs import kernelspecs_model
from colonnade.runtimes.launcher import (
    AreaOf,
    EgressOf,
    ExecGateOf,
    FolderOf,
    Launcher,
    nowhere,
    ungated,
)
from colonnade.runtimes.pool import Pool, is_saturated
from colonnade.runtimes.queue import Place, Queue
from colonnade.runtimes.reception import Reception
from colonnade.runtimes.register import Register, Runtime
from colonnade.runtimes.schemas import Holding, Kernel, Snapshot, Ticket
from colonnade.runtimes.views import Views
from colonnade.runtimes.watch import Watch, Witness

READY_SECONDS = 15.0
"""How long a request waits after a start for the engine to be reached."""

PATH_CHARACTERS = 4096


class Runtimes:
    """Kernels and runtimes of people, on whatever engine there is.

    Args:
        area_of: where a person's files lie, by person id.
        environment_of: the folder of a built environment, by name (`environments.ready`).
        saturated: whether the machine is too busy to prewarm more than it must.
        egress_of: where runtimes of a class may connect to; nowhere unless said.
        exec_gate_of: which commands runtimes of a class may not run; none unless said.
        witness: takes what is seen of runtimes from outside them.
    """

    def __init__(
        self,
        database: Database,
        engine: Engine,
        settings: RuntimesSettings,
        area_of: AreaOf,
        environment_of: FolderOf,
        clock: Clock = utcnow,
        saturated: Callable[[], bool] = is_saturated,
        egress_of: EgressOf = nowhere,
        exec_gate_of: ExecGateOf = ungated,
        witness: Witness | None = None,
    ) -> None:
        self.settings = settings
        self._clock = clock
        self._register = Register(database, clock)
        self._queue = Queue(database, settings, clock)
        self._launcher = Launcher(
            *(engine, self._register, clock, area_of, environment_of, settings.cpu_overcommit),
            egress_of=egress_of,
            exec_gate_of=exec_gate_of,
        )
        self._pool = Pool(self._launcher, self._queue, settings, saturated)
        self._watch = Watch(self._launcher, self._queue, settings, witness)
        self._reception = Reception(self._launcher, self._queue, settings.queue_wait_seconds)
        self._views = Views(self._launcher, settings.default)
        self._background = Background()

    # Life of the application

    async def start(self) -> None:
        """Read what was written down; everything else goes on in the background."""
        await self._register.load()
        await self._queue.load()
        self._background.keep("runtimes-follow", self._watch.follow)
        self._background.keep("runtimes-tick", self._watch.tick_for_ever)
        self._background.keep("runtimes-call", self._watch.call_for_ever)
        self._background.keep("runtimes-pool", self._pool.keep)

    async def close(self) -> None:
        """Let go of every runtime without stopping any that is whole."""
        await self._background.close()
        await self._register.save_activity()
        await self._launcher.close()

    async def reconciled(self, seconds: float = READY_SECONDS) -> None:
        """Wait until the engine has been reached. Raises Unavailable after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._watch.ready.wait()
        except TimeoutError as late:
            raise Unavailable(
                "The part that runs notebooks cannot be reached.",
                "Try again in a minute; your documents are safe.",
            ) from late

    # What there is

    def classes_for(self, identity: Identity) -> list[RuntimeClass]:
        """The classes that this person may use, the default one first."""
        return [one for one in self.settings.classes if one.open_to(identity.name, identity.role)]

    def kernelspecs(self, identity: Identity) -> dict[str, object]:
        """The same as Jupyter's kernelspecs."""
        return kernelspecs_model(self.classes_for(identity), self.settings.default)

    # Kernels

    async def start_kernel(self, identity: Identity, spec_name: str, path: str) -> Kernel:
        """A kernel of the class for the notebook at `path`: from the pool, else started cold.

        Raises NotFound (no such class for this person), TooMany (they hold its maximum), Queued
        (the machine is full and their place is kept), Unavailable (it could not be started).
        """
        terms = self._class(identity, spec_name)
        checked = _checked(path)
        await self.reconciled()
        runtime = await self._reception.obtain(identity.person_id, terms, checked)
        return self._views.unasked(runtime)

    async def kernels(self, identity: Identity) -> list[Kernel]:
        """This person's kernels, with what each says of itself at this moment."""
        mine = [one for one in self._living_of(identity) if one.notebook_path is not None]
        return list(await asyncio.gather(*(self._views.kernel(one) for one in mine)))

    def kernel_ids(self, identity: Identity) -> set[str]:
        """Ids of this person's kernels, without asking any of them."""
        mine = (one for one in self._living_of(identity) if one.notebook_path is not None)
        return {one.kernel_id for one in mine if one.kernel_id is not None}

    async def kernel(self, identity: Identity, kernel_id: str) -> Kernel:
        """One of this person's kernels. Raises NotFound, or Ended with the reason."""
        return await self._views.kernel(self._by_kernel(identity, kernel_id))

    def runtime_of(self, identity: Identity, kernel_id: str) -> str:
        """The id of the runtime around one's own kernel, without asking it. Raises as `kernel`."""
        return self._by_kernel(identity, kernel_id).id

    def notebook_path(self, runtime_id: str) -> str:
        """Where the notebook of this runtime lies now; '' where it has none."""
        runtime = self._register.get(runtime_id)
        return (runtime.notebook_path or "") if runtime else ""

    async def interrupt(self, identity: Identity, kernel_id: str) -> None:
        """Interrupt what one's own kernel computes. Raises as `kernel`, and Unavailable."""
        runtime = self._by_kernel(identity, kernel_id)
        self._register.touch(runtime)
        await self._launcher.server(runtime).interrupt(kernel_id)

    async def restart(self, identity: Identity, kernel_id: str) -> Kernel:
        """Start one's own kernel anew under its id. Raises as `kernel`, and Unavailable."""
        runtime = self._by_kernel(identity, kernel_id)
        self._register.touch(runtime)
        await self._launcher.server(runtime).restart(kernel_id)
        return await self._views.kernel(runtime)

    async def shutdown(self, identity: Identity, kernel_id: str) -> None:
        """End one's own kernel, and with it its runtime. Raises as `kernel`."""
        runtime = self._by_kernel(identity, kernel_id)
        await self._launcher.end(runtime, RuntimeState.STOPPED, "You shut its kernel down.")

    async def move(self, identity: Identity, kernel_id: str, path: str) -> None:
        """Its notebook was renamed or moved; the next restart is in the new folder."""
        runtime = self._by_kernel(identity, kernel_id)
        await self._launcher.move(runtime, _checked(path))

    # Runtimes

    def http(self, runtime_id: str) -> aiohttp.ClientSession:
        """The shared way to the runtime's Jupyter server ('http://runtime/api/…'); never close it.

        Whose runtime it is has been checked by the caller (`kernel`, `terminal_runtime`). Raises
        Ended or NotFound.
        """
        return self._launcher.server(self._living(self._register.get(runtime_id))).session

    async def gone(self, runtime_id: str) -> str:
        """Wait until the runtime has ended; why, a sentence for its owner."""
        runtime = self._register.get(runtime_id)
        if runtime is None:
            return "It is not known any more."
        await runtime.gone.wait()
        return runtime.stop_reason

    def touch(self, runtime_id: str) -> None:
        """Its owner did something with it; costs next to nothing."""
        runtime = self._register.get(runtime_id)
        if runtime is not None and runtime.ended is None:
            self._register.touch(runtime)

    def note(self, observation: Observation) -> None:
        """Tell the engine's judge what was seen on this side; never waits, and may be lost."""
        self._background.start("runtimes-note", self._note(observation))

    async def _note(self, observation: Observation) -> None:
        with suppress(ColonnadeError):
            await self._launcher.engine.note(observation)

    def runtimes_of(self, identity: Identity) -> list[str]:
        """Ids of this person's living runtimes, the one used last first."""
        mine = sorted(self._living_of(identity), key=lambda one: one.last_activity, reverse=True)
        return [one.id for one in mine]

    async def terminal_runtime(self, identity: Identity) -> str:
        """The runtime for a new terminal: the one used last, else one of the default class.

        Raises as `start_kernel`.
        """
        mine = self.runtimes_of(identity)
        if mine:
            return mine[0]
        terms = self._class(identity, STOCK_NAME)
        await self.reconciled()
        return (await self._reception.obtain(identity.person_id, terms, None)).id

    async def holdings(self, person_id: str) -> list[Holding]:
        """This person's runtimes, newest first, those that ended within a day included."""
        runtimes = sorted(self._register.of(person_id), key=lambda one: one.created, reverse=True)
        return list(await asyncio.gather(*(self._views.holding(one) for one in runtimes)))

    async def stop(self, identity: Identity, runtime_id: str) -> None:
        """End one's own runtime. Raises NotFound, or Ended when it has ended already."""
        runtime = self._register.get(runtime_id)
        if runtime is None or runtime.owner != identity.person_id:
            raise NotFound("There is no such runtime.")
        await self._launcher.end(self._living(runtime), RuntimeState.STOPPED, "You stopped it.")

    async def end(self, runtime_id: str, reason: str) -> None:
        """End a runtime for the platform (enforcement, …); its owner will read `reason`."""
        runtime = self._register.get(runtime_id)
        if runtime is not None and runtime.ended is None:
            await self._launcher.end(runtime, RuntimeState.STOPPED, reason)

    # The queue

    def tickets(self, person_id: str) -> list[Ticket]:
        """This person's places in the queue."""
        mine = [place for place in self._queue.waiting() if place.person_id == person_id]
        return [self._ticket(place) for place in mine]

    async def give_up(self, identity: Identity, ticket_id: str) -> None:
        """Leave the queue. Raises NotFound."""
        for place in self._queue.waiting():
            if place.id == ticket_id and place.person_id == identity.person_id:
                await self._queue.leave(place)
                self._launcher.changed.ring()
                return
        raise NotFound("There is no such place in the queue.")

    # Numbers

    def snapshot(self) -> Snapshot:
        """Numbers for operators, from memory."""
        runtimes: dict[tuple[str, str], int] = {}
        for one in self._register.living():
            key = (one.terms.name, one.state.value)
            runtimes[key] = runtimes.get(key, 0) + 1
        queue = {one.name: 0 for one in self.settings.classes}
        for place in self._queue.waiting():
            queue[place.terms.name] += 1
        return Snapshot(
            runtimes=runtimes,
            pool_ready=self._pool.ready(),
            queue=queue,
            launches=self._launcher.launches,
            launch_failures=self._launcher.launch_failures,
            claims=self._reception.claims,
            lost=self._launcher.lost,
            claim_seconds=tuple(self._reception.claim_seconds),
        )

    # Within

    def _class(self, identity: Identity, name: str) -> RuntimeClass:
        wanted = self.settings.default.name if name in {"", STOCK_NAME} else name
        mine = self.classes_for(identity)
        for one in mine:
            if one.name == wanted:
                return one
        known = ", ".join(f"{one.name} ({one.display_name})" for one in mine) or "none"
        raise NotFound(
            f"There is no runtime class {name[:80]!r} that you may use; there are: {known}.",
            "Choose one of these as the notebook's kernel.",
        )

    def _living_of(self, identity: Identity) -> list[Runtime]:
        mine = self._register.of(identity.person_id)
        return [one for one in mine if one.ended is None and one.claimed is not None]

    def _living(self, runtime: Runtime | None) -> Runtime:
        if runtime is None:
            raise NotFound("There is no such runtime.")
        if runtime.ended is not None:
            raise Ended(
                f"This runtime has ended. {runtime.stop_reason}",
                "Start a new kernel; your documents are kept.",
            )
        return runtime

    def _by_kernel(self, identity: Identity, kernel_id: str) -> Runtime:
        for one in reversed(self._register.of(identity.person_id)):
            if one.kernel_id == kernel_id and one.notebook_path is not None:
                return self._living(one)
        raise NotFound("There is no such kernel.")

    def _ticket(self, place: Place) -> Ticket:
        return Ticket(
            id=place.id,
            class_name=place.terms.name,
            display_name=place.terms.display_name,
            position=self._queue.position(place),
            created=place.created,
            kept_until=self._queue.kept_until(place),
            called=place.called is not None,
        )


def _checked(path: str) -> str:
    """The path without outer slashes. Raises Invalid for one that could not be a notebook's."""
    plain = path.strip("/")
    if len(plain) > PATH_CHARACTERS or "\0" in plain or ".." in plain.split("/"):
        raise Invalid("This is not a path of a notebook.")
    return plain
