"""Every sandbox of this host: started, given away, watched and ended here, and nowhere else."""

import asyncio
import os
import re
import socket
import time
from collections.abc import AsyncGenerator, Coroutine
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

from colonnade.host import processes, sandbox
from colonnade.host.building import Builder
from colonnade.host.disk_bound import DiskBound
from colonnade.host.egress import handover
from colonnade.host.egress.keeper import Keeper
from colonnade.host.ground import Ground
from colonnade.host.kept import KeptFiles
from colonnade.host.limits import remove_groups
from colonnade.host.registry import Registry
from colonnade.host.sandbox import Sandbox
from colonnade.host.sensing import outlook
from colonnade.host.sensing.parts import build_sensing
from colonnade.host.telling import Telling
from colonnade.kit.clock import utcnow
from colonnade.kit.errors import Conflict, Invalid, NotFound, Unavailable
from colonnade.kit.log import get_logger
from colonnade.kit.ownership import RUNTIME_UIDS
from colonnade.runtimes.engine import (
    Capacity,
    Kept,
    LaunchSpec,
    RuntimeState,
    RuntimeStatus,
    Tier,
    Usage,
)
from colonnade.runtimes.wire import Claim, HostFolder, Noted

START_SECONDS = 30.0
WATCH_SECONDS = 1.0
FULL_GRACE_SECONDS = 2.0
MOST_ENDINGS = 1000
OUT_OF_MEMORY = "Out of memory: it used more than its class allows."
HOST_RESTARTED = "The host that ran it restarted or failed."
_ID = re.compile(r"[0-9a-f]{32}")

log = get_logger(__name__)


class Supervisor:
    """Fulfils the engine's contract on this machine; `server` puts it on a socket."""

    def __init__(
        self, folder: HostFolder, ground: Ground, unsafe: bool, rules: Path | None = None
    ) -> None:
        self._folder = folder
        self._ground = ground
        self._unsafe = unsafe
        self._registry = Registry(folder.path / "runtimes")
        self._builder = Builder(folder, ground)
        self._kept = KeptFiles(folder, ground)
        self._living: dict[str, Sandbox] = {}
        self._endings: dict[str, RuntimeStatus] = {}
        self.telling = Telling()
        self._disks = DiskBound(self._stop_full)
        self.sensing = build_sensing(
            ground, self.telling, rules, folder.path / "recordings", self._disks.measured
        )
        self.way_out = Keeper(self.sensing.observe)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def tier(self) -> Tier:
        """What this machine can enforce."""
        return self._ground.tier

    def capacity(self) -> Capacity:
        """What the machine has altogether."""
        disk = os.statvfs(self._folder.path)
        return Capacity(
            cpus=float(os.cpu_count() or 1),
            memory_bytes=psutil.virtual_memory().total,
            disk_bytes=disk.f_frsize * disk.f_blocks,
        )

    def sweep(self) -> None:
        """Remove what an earlier host left behind, and note each of its runtimes as lost."""
        self._kept.recover()
        for id, record in self._registry.leftovers():
            if record is not None:
                if record.process and processes.is_same(record.process, record.started):
                    with suppress(ProcessLookupError):
                        os.kill(record.process, 9)
                if record.uid is not None and record.uid in RUNTIME_UIDS:
                    processes.kill_all_of(record.uid)
                with suppress(OSError):
                    remove_groups(record.groups)
            self._registry.remove(id)
            since = utcnow()
            status = RuntimeStatus(id, RuntimeState.LOST, since, None, HOST_RESTARTED)
            self._remember(status)
            log.warning("runtime-lost", runtime=id)

    async def launch(self, spec: LaunchSpec) -> RuntimeStatus:
        """See `Engine.launch`."""
        self._check(spec)
        record = self._builder.reserve(spec, {one.record.uid for one in self._living.values()})
        one = Sandbox(spec, record)
        self._living[spec.id] = one
        try:
            if spec.exec_gate.on:
                await self.sensing.commands.ready()
            self._registry.write(record)
            start = await self._builder.build(one)
            one.process = await self._spawn(one, start)
            started = psutil.Process(one.process.pid).create_time()
            one.record = replace(record, process=one.process.pid, started=started)
            self._registry.write(one.record)
        except BaseException as problem:
            await self._clear(one)
            if isinstance(problem, OSError | psutil.Error):
                log.error("launch-failed", runtime=spec.id, reason=str(problem))
                raise Unavailable(f"The runtime could not start: {problem}.") from problem
            raise
        if one.state is RuntimeState.STOPPED:
            one.process.kill()
        self.sensing.begin(self._builder.watched(one))
        self._keep(self._watch(one))
        return await self._settle(one)

    async def claim(self, id: str, claim: Claim) -> None:
        """See `Engine.claim`."""
        one = self._running(id)
        if one.owner is not None and one.owner != claim.owner:
            raise Conflict("This runtime belongs to somebody else.")
        if one.owner == claim.owner:
            return
        self._disks.bound_drive(id, claim.most_bytes)
        try:
            self._builder.give_drive(one, claim.area)
        except OSError as problem:
            log.error("drive-failed", runtime=id, reason=str(problem))
            raise Unavailable("The runtime cannot be given its owner's files.") from problem
        one.owner = claim.owner
        self.telling.tell(one.status())

    async def enter(self, id: str, folder: str) -> None:
        """See `Engine.enter`."""
        one = self._running(id)
        if "\0" in folder or ".." in Path(folder).parts or len(folder) > 4096:
            raise Invalid("This is no folder beneath the owner's files.")
        self._builder.write_folder(one, folder)

    async def kept(self) -> list[Kept]:
        """See `Engine.kept`."""
        return await asyncio.to_thread(self._kept.list, set(self._living))

    def note(self, id: str, noted: Noted) -> None:
        """See `Engine.note`."""
        self.sensing.observe(noted.observation(self._running(id).spec.id, utcnow()))

    def list(self) -> list[RuntimeStatus]:
        """Those that live; those that ended by themselves too, until they are stopped."""
        return [*(one.status() for one in self._living.values()), *self._endings.values()]

    async def usage(self, id: str) -> Usage:
        """See `Engine.usage`."""
        one = self._running(id)
        assert one.process is not None
        process = one.process.pid
        return await asyncio.to_thread(self._measure, one, process)

    async def stop(self, id: str, grace_seconds: float) -> None:
        """See `Engine.stop`."""
        self._endings.pop(id, None)
        if (one := self._living.get(id)) is None:
            return
        one.state = RuntimeState.STOPPED
        await one.end(grace_seconds)

    def keep(self, id: str, reason: str, until: datetime) -> None:
        """See `Engine.keep`."""
        one = self._living.get(id)
        owner = one.owner if one is not None else None
        if owner is None and not self._kept.has(id):
            raise NotFound("There is no such runtime.")
        self._kept.keep(Kept(id, owner or "", reason, utcnow(), until))

    def archive(self, id: str) -> AsyncGenerator[bytes]:
        """See `Engine.archive`."""
        if id in self._living:
            raise Unavailable("The runtime has not ended yet.", "Try again in a moment.")
        return self._kept.archive(id)

    async def forget(self, id: str) -> None:
        """See `Engine.forget`."""
        await asyncio.to_thread(self._kept.forget, id)

    async def stop_all(self) -> None:
        """End everything, when the host itself is asked to end."""
        await asyncio.gather(*(self.stop(id, 2.0) for id in list(self._living)))
        await self.sensing.commands.close()

    async def watch_memory(self) -> None:
        """For ever: tell of processes that were killed for want of memory."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for one in list(self._living.values()):
                kills = self._ground.limiter.kills_for_memory(one.record.groups)
                if kills > one.kills_seen and one.state is RuntimeState.RUNNING:
                    one.kills_seen, one.reason = kills, OUT_OF_MEMORY
                    log.warning("out-of-memory", runtime=one.spec.id, kills=kills)
                    self.telling.tell(one.status())

    def _stop_full(self, id: str, reason: str) -> None:
        """End a runtime whose disk is full; its owner is told why."""
        one = self._living.get(id)
        if one is not None and one.state is RuntimeState.RUNNING:
            log.warning("disk-full", runtime=id)
            one.ending = reason
            self._keep(one.end(FULL_GRACE_SECONDS))

    def _check(self, spec: LaunchSpec) -> None:
        if not _ID.fullmatch(spec.id):
            raise Invalid("A runtime's id is 32 hexadecimal digits.")
        if spec.id in self._living:
            raise Conflict("A runtime of this id runs already.")
        if spec.accelerator or spec.accelerators:
            raise Invalid(f"This machine has no accelerator {spec.accelerator!r}.")
        if spec.limits.memory_bytes > psutil.virtual_memory().total:
            raise Invalid("This machine has less memory than the runtime asks for.")
        if spec.exec_gate.on and not self._ground.asks:
            raise Unavailable("This machine cannot judge commands before they run.", outlook.REMEDY)
        if min(spec.limits.cpus, spec.limits.disk_bytes, spec.limits.processes) < 0:
            raise Invalid("A limit cannot be negative.")
        if not self._ground.tier.sound and not self._unsafe:
            wrong = [line for line in self._ground.tier.lines if line.level == "missing"]
            details = "; ".join(line.detail for line in wrong)
            remedy = "; ".join(line.remedy for line in wrong)
            raise Unavailable(f"This machine cannot confine notebooks: {details}.", remedy)

    def _running(self, id: str) -> Sandbox:
        one = self._living.get(id)
        if one is None or one.state is not RuntimeState.RUNNING:
            raise NotFound("There is no such runtime.")
        return one

    async def _spawn(self, one: Sandbox, start: sandbox.Start) -> asyncio.subprocess.Process:
        address = self._folder.server(one.spec.id)
        with ExitStack() as stack:
            handed: dict[str, socket.socket] = {}

            def hand_in(name: str) -> socket.socket:
                mine, theirs = handover.pair()
                handed[name] = stack.enter_context(theirs)
                return mine

            one.hook = hand_in("hook")
            if self._builder.leads_out(one.spec):
                self._keep(self._lead_out(one, hand_in("way_out")))
            if self._ground.asks:
                self._keep(self._answer(one, hand_in("asking")))
            return await sandbox.spawn(start, one.record, address, handed)

    async def _answer(self, one: Sandbox, end: socket.socket) -> None:
        """Answer for its execs. Where that cannot be, none succeeds and it does not start."""
        try:
            self.sensing.processes.listen(
                one.spec.id, await handover.receive_descriptor(end), one.spec.exec_gate
            )
        except (Unavailable, ValueError) as problem:
            log.warning("execs-unanswered", runtime=one.spec.id, reason=str(problem))

    async def _lead_out(self, one: Sandbox, end: socket.socket) -> None:
        """Let the proxy serve the sandbox; one that gives no listener away has no way out."""
        try:
            listener = await handover.receive_listener(end)
        except Unavailable as problem:
            log.warning("no-way-out", runtime=one.spec.id, reason=problem.message)
            return
        if one.gone.is_set():
            listener.close()
        else:
            self.way_out.open(one.spec.id, listener, one.spec.egress)

    async def _settle(self, one: Sandbox) -> RuntimeStatus:
        """Wait until the server answers; whatever else happens, nothing of it stays."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(START_SECONDS):
                await sandbox.first_answer(self._folder.server(one.spec.id))
        except BaseException as problem:
            reason = sandbox.last_lines(self._folder.runtime(one.spec.id) / "server.log")
            one.state = RuntimeState.STOPPED
            await asyncio.shield(self._keep(one.end(0)))
            if isinstance(problem, TimeoutError | Unavailable):
                log.error("launch-failed", runtime=one.spec.id, reason=reason)
                raise Unavailable(f"The runtime's server did not start: {reason}") from problem
            raise
        one.state = RuntimeState.RUNNING
        seconds = round(time.monotonic() - began, 3)
        log.info("runtime-started", runtime=one.spec.id, uid=one.record.uid, seconds=seconds)
        self.telling.tell(one.status())
        return one.status()

    async def _watch(self, one: Sandbox) -> None:
        assert one.process is not None
        output = self._folder.runtime(one.spec.id) / "server.log"
        await asyncio.gather(sandbox.keep_output(one.process, output), one.process.wait())
        asked = one.state is RuntimeState.STOPPED
        if not asked:
            kills = self._ground.limiter.kills_for_memory(one.record.groups)
            code = one.process.returncode
            ended = one.ending or f"Its server ended by itself (exit code {code})."
            one.reason = OUT_OF_MEMORY if kills > one.kills_seen else ended
        one.state = RuntimeState.STOPPED
        if not asked:
            self._remember(one.status())
        await self._clear(one)
        log.info("runtime-ended", runtime=one.spec.id, reason=one.reason)
        self.telling.tell(one.status())

    async def _clear(self, one: Sandbox) -> None:
        try:
            await asyncio.to_thread(remove_groups, one.record.groups)
        except OSError as problem:
            log.error("group-stays", runtime=one.spec.id, reason=str(problem))
        self.way_out.close(one.spec.id)
        self.sensing.end(one.spec.id)
        if one.hook is not None:
            one.hook.close()
        self._disks.forget(one.spec.id)
        self._builder.clear(one)
        await asyncio.to_thread(self._registry.remove, one.spec.id)
        self._living.pop(one.spec.id, None)
        one.gone.set()

    def _measure(self, one: Sandbox, process: int) -> Usage:
        found = processes.members(process, one.record.groups)
        counted = self._ground.limiter.cpu_seconds(one.record.groups)
        return Usage(
            cpu_seconds=processes.cpu_seconds(found) if counted is None else counted,
            memory_bytes=processes.memory_bytes(found),
            disk_bytes=self._builder.disk_bytes(one),
            processes=len(found),
        )

    def _remember(self, status: RuntimeStatus) -> None:
        self._endings[status.id] = status
        while len(self._endings) > MOST_ENDINGS:
            self._endings.pop(next(iter(self._endings)))

    def _keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
