"""An engine without sandboxes, for what stands above engines: the contract, in one process.

Each 'sandbox' is a small HTTP server on a unix socket that answers like a Jupyter server with one
kernel: enough for starting, asking and silent executes, and able to misbehave on demand.
"""

import asyncio
import json
import shutil
import tempfile
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from aiohttp import web

from colonnade.kit.errors import ColonnadeError, Conflict, NotFound, Unavailable
from colonnade.observations import Observation
from colonnade.runtimes.engine import (
    Capacity,
    EngineEvent,
    Kept,
    LaunchSpec,
    RuntimeState,
    RuntimeStatus,
    Tier,
    Usage,
)

GIB = 1 << 30


@dataclass
class PaperSandbox:
    """What one sandbox would be."""

    status: RuntimeStatus
    spec: LaunchSpec
    socket: Path
    runner: web.AppRunner
    folder: str | None = None
    kernel_id: str | None = None
    execution_state: str = "idle"
    executed: list[str] = field(default_factory=list[str])
    answer: bytes | None = None
    """When set, sent in place of every answer of the REST API."""


class PaperEngine:
    """Fulfils `colonnade.runtimes.engine.Engine`."""

    def __init__(self, capacity: Capacity | None = None) -> None:
        self.whole = capacity or Capacity(4, 16 * GIB, 100 * GIB)
        self.sandboxes: dict[str, PaperSandbox] = {}
        self.reachable = True
        self.noted: list[Observation] = []
        self.launch_problem: Unavailable | None = None
        self.keep_problem: ColonnadeError | None = None
        self.files: dict[str, Kept] = {}
        self.kept_bytes = 1000
        self.launchable = asyncio.Event()
        self.launchable.set()
        self._folder = Path(tempfile.mkdtemp(prefix="paper"))
        self._listeners: list[asyncio.Queue[EngineEvent | None]] = []

    async def close(self) -> None:
        for id in list(self.sandboxes):
            await self.vanish(id)
        shutil.rmtree(self._folder)

    async def capacity(self) -> Capacity:
        self._reach()
        return self.whole

    async def tier(self) -> Tier:
        return Tier(sound=False, lines=())

    async def launch(self, spec: LaunchSpec) -> RuntimeStatus:
        self._reach()
        await self.launchable.wait()
        if self.launch_problem is not None:
            raise self.launch_problem
        socket = self._folder / spec.id[:16]
        status = RuntimeStatus(spec.id, RuntimeState.RUNNING, datetime.now(UTC))
        sandbox = PaperSandbox(status, spec, socket, web.AppRunner(web.Application()))
        sandbox.runner = web.AppRunner(_jupyter(sandbox), shutdown_timeout=0.1)
        await sandbox.runner.setup()
        await web.UnixSite(sandbox.runner, str(socket)).start()
        self.sandboxes[spec.id] = sandbox
        return status

    async def claim(self, id: str, owner: str, area: Path, most_bytes: int = 0) -> None:
        self._reach()
        status = self._get(id).status
        if status.owner not in {None, owner}:
            raise Conflict("Another owner has it.")
        self._get(id).status = replace(status, owner=owner)

    async def enter(self, id: str, folder: str) -> None:
        self._get(id).folder = folder

    async def kept(self) -> list[Kept]:
        self._reach()
        return list(self.files.values())

    async def list(self) -> list[RuntimeStatus]:
        self._reach()
        return [sandbox.status for sandbox in self.sandboxes.values()]

    async def usage(self, id: str) -> Usage:
        self._get(id)
        return Usage(cpu_seconds=1.0, memory_bytes=90 << 20, disk_bytes=0, processes=12)

    async def keep(self, id: str, reason: str, until: datetime) -> None:
        self._reach()
        if self.keep_problem is not None:
            raise self.keep_problem
        if id not in self.files:
            owner = self._get(id).status.owner or ""
            self.files[id] = Kept(id, owner, reason, datetime.now(UTC), until, self.kept_bytes)

    async def archive(self, id: str) -> AsyncGenerator[bytes]:
        self._reach()
        if id not in self.files:
            raise NotFound("There are no files of such a runtime.")
        yield b"packed "
        yield id.encode()

    async def forget(self, id: str) -> None:
        self.files.pop(id, None)

    async def note(self, observation: Observation) -> None:
        self._get(observation.runtime)
        self.noted.append(observation)

    async def stop(self, id: str, grace_seconds: float = 5.0) -> None:
        self._reach()
        await self.vanish(id)

    async def events(self) -> AsyncIterator[EngineEvent]:
        self._reach()
        mine: asyncio.Queue[EngineEvent | None] = asyncio.Queue()
        self._listeners.append(mine)
        try:
            while (event := await mine.get()) is not None:
                yield event
        finally:
            self._listeners.remove(mine)

    def connector(self, id: str) -> aiohttp.BaseConnector:
        return aiohttp.UnixConnector(str(self._folder / id[:16]))

    async def vanish(self, id: str) -> None:
        """The sandbox is gone, without a word."""
        sandbox = self.sandboxes.pop(id, None)
        if sandbox is not None:
            await sandbox.runner.cleanup()
            sandbox.socket.unlink(missing_ok=True)

    async def lose(self, id: str, reason: str) -> None:
        """The sandbox dies and the engine says so."""
        status = self._get(id).status
        await self.vanish(id)
        for listener in self._listeners:
            listener.put_nowait(
                EngineEvent(replace(status, state=RuntimeState.LOST, reason=reason))
            )

    async def die(self) -> None:
        """The host dies with all its sandboxes, and comes back empty."""
        for id in list(self.sandboxes):
            await self.vanish(id)
        for listener in self._listeners:
            listener.put_nowait(None)

    def _get(self, id: str) -> PaperSandbox:
        if id not in self.sandboxes:
            raise NotFound("There is no such sandbox.")
        return self.sandboxes[id]

    def _reach(self) -> None:
        if not self.reachable:
            raise Unavailable("The engine cannot be reached.")


def _jupyter(sandbox: PaperSandbox) -> web.Application:
    def model() -> dict[str, object]:
        return {
            "id": sandbox.kernel_id,
            "name": "python3",
            "last_activity": datetime.now(UTC).isoformat(),
            "execution_state": sandbox.execution_state,
            "connections": 0,
        }

    def answer(value: object, status: int = 200) -> web.Response:
        if sandbox.answer is not None:
            return web.Response(body=sandbox.answer)
        return web.json_response(value, status=status)

    async def start(_: web.Request) -> web.Response:
        sandbox.kernel_id = str(uuid.uuid4())
        return answer(model(), 201)

    async def kernels(_: web.Request) -> web.Response:
        return answer([model()] if sandbox.kernel_id else [])

    async def command(_: web.Request) -> web.Response:
        return answer(model())

    async def channels(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            asked = json.loads(message.data)
            sandbox.executed.append(asked["content"]["code"])
            header = {"msg_type": "execute_reply", "msg_id": "x"}
            await socket.send_json({"header": header, "parent_header": asked["header"]})
        return socket

    app = web.Application()
    app.router.add_post("/api/kernels", start)
    app.router.add_get("/api/kernels", kernels)
    app.router.add_post("/api/kernels/{id}/{command}", command)
    app.router.add_get("/api/kernels/{id}/channels", channels)
    return app
