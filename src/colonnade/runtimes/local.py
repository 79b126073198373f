"""The engine of one machine: a client of the host process, which it starts when there is none."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import ValidationError

from colonnade.kit.errors import ColonnadeError, Unavailable
from colonnade.kit.log import get_logger
from colonnade.kit.settings import Settings
from colonnade.observations import Observation
from colonnade.runtimes import wire
from colonnade.runtimes.engine import (
    Capacity,
    EngineEvent,
    Kept,
    LaunchSpec,
    Observed,
    RuntimeStatus,
    Tier,
    Usage,
)

READY_SECONDS = 20.0
ANSWER_SECONDS = 60.0
SILENCE_SECONDS = 30.0
"""The host's event stream has a pulse; without one for this long the host is taken for gone."""

log = get_logger(__name__)


class _NotSent(Unavailable):
    """There was nobody to ask, so asking again is safe."""


class LocalEngine:
    """Fulfils `Engine` through DATA/host/host.sock.

    `list()` also has sandboxes that ended by themselves or were lost, with the reason, until
    `stop()` is called for them. Call `close()` when done; the sandboxes live on.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = wire.HostFolder(settings.data)
        self._session: aiohttp.ClientSession | None = None
        self._starting = asyncio.Lock()

    async def close(self) -> None:
        """Let go of the host; it and its sandboxes live on."""
        if self._session is not None:
            await self._session.close()
        self._folder.close()

    async def ensure_host(self) -> None:
        """Start the host if none answers. Raises Unavailable with the end of its log."""
        async with self._starting:
            if await self._answers():
                return
            log_file = self._folder.path / "host.log"
            process = self._start(log_file)
            try:
                async with asyncio.timeout(READY_SECONDS):
                    while not await self._answers():
                        # 0 is fine: another engine's host was quicker.
                        if process.poll():
                            raise Unavailable(f"The host ended at once: {_end_of(log_file)}")
                        await asyncio.sleep(0.02)
            except TimeoutError as late:
                raise Unavailable(f"The host does not answer: {_end_of(log_file)}") from late
            log.info("host-started", pid=process.pid)

    async def end_host(self) -> None:
        """End the host, if one runs, and every sandbox with it; returns when it is gone."""
        with suppress(Unavailable):
            # The host answers once everything has ended, and ends.
            await self._answer("POST", "/end")

    async def capacity(self) -> Capacity:
        """See `Engine.capacity`."""
        return wire.CAPACITY.validate_json(await self._ask("GET", "/capacity"))

    async def tier(self) -> Tier:
        """See `Engine.tier`."""
        return wire.TIER.validate_json(await self._ask("GET", "/tier"))

    async def launch(self, spec: LaunchSpec) -> RuntimeStatus:
        """See `Engine.launch`."""
        body = await self._ask("PUT", "/runtimes", data=wire.SPEC.dump_json(spec))
        return wire.STATUS.validate_json(body)

    async def claim(self, id: str, owner: str, area: Path, most_bytes: int = 0) -> None:
        """See `Engine.claim`."""
        body = wire.CLAIM.dump_json(wire.Claim(owner, area, most_bytes))
        await self._ask("POST", f"/runtimes/{id}/claim", data=body)

    async def enter(self, id: str, folder: str) -> None:
        """See `Engine.enter`."""
        body = wire.ENTRY.dump_json(wire.Entry(folder))
        await self._ask("POST", f"/runtimes/{id}/enter", data=body)

    async def kept(self) -> list[Kept]:
        """See `Engine.kept`."""
        return wire.KEPT.validate_json(await self._ask("GET", "/kept"))

    async def list(self) -> list[RuntimeStatus]:
        """See `Engine.list`."""
        return wire.STATUSES.validate_json(await self._ask("GET", "/runtimes"))

    async def usage(self, id: str) -> Usage:
        """See `Engine.usage`."""
        return wire.USAGE.validate_json(await self._ask("GET", f"/runtimes/{id}/usage"))

    async def note(self, observation: Observation) -> None:
        """See `Engine.note`."""
        body = wire.NOTED.dump_json(wire.noted(observation))
        await self._ask("POST", f"/runtimes/{observation.runtime}/observations", data=body)

    async def stop(self, id: str, grace_seconds: float = 5.0) -> None:
        """See `Engine.stop`."""
        await self._ask("DELETE", f"/runtimes/{id}", params={"grace": str(grace_seconds)})

    async def keep(self, id: str, reason: str, until: datetime) -> None:
        """See `Engine.keep`."""
        body = wire.KEEPING.dump_json(wire.Keeping(reason, until))
        await self._ask("POST", f"/runtimes/{id}/keep", data=body)

    async def archive(self, id: str) -> AsyncGenerator[bytes]:
        """See `Engine.archive`."""
        await self.ensure_host()
        patience = aiohttp.ClientTimeout(total=None, sock_read=ANSWER_SECONDS)
        async with self._request("GET", f"/kept/{id}/archive", timeout=patience) as response:
            async for piece in response.content.iter_any():
                yield piece

    async def forget(self, id: str) -> None:
        """See `Engine.forget`."""
        await self._ask("DELETE", f"/kept/{id}")

    async def events(self) -> AsyncIterator[EngineEvent | Observed]:
        """See `Engine.events`. Raises Unavailable when the host goes away."""
        await self.ensure_host()
        patience = aiohttp.ClientTimeout(total=None, sock_read=SILENCE_SECONDS)
        async with self._request("GET", "/events", timeout=patience) as response:
            async for line in response.content:
                if line.strip():
                    told = wire.EVENT.validate_json(line)
                    yield told if isinstance(told, Observed) else EngineEvent(told)
        raise Unavailable("The host ended.")

    def connector(self, id: str) -> aiohttp.BaseConnector:
        """See `Engine.connector`."""
        return aiohttp.UnixConnector(self._folder.server(id), limit=0)

    async def _ask(self, method: str, path: str, **more: Any) -> bytes:
        try:
            return await self._answer(method, path, **more)
        except _NotSent:
            await self.ensure_host()
            return await self._answer(method, path, **more)

    async def _answer(self, method: str, path: str, **more: Any) -> bytes:
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        async with self._request(method, path, timeout=timeout, **more) as response:
            return await response.read()

    @asynccontextmanager
    async def _request(
        self, method: str, path: str, **more: Any
    ) -> AsyncGenerator[aiohttp.ClientResponse]:
        if self._session is None:
            # A connection for each request: none can be left over from a host that has died.
            connector = aiohttp.UnixConnector(self._folder.control, limit=0, force_close=True)
            self._session = aiohttp.ClientSession(connector=connector)
        try:
            async with self._session.request(method, f"http://host{path}", **more) as response:
                if response.status >= 400:
                    raise _failure(response.status, await response.read())
                yield response
        except aiohttp.ClientConnectorError as away:
            raise _NotSent("The host does not run.") from away
        except (aiohttp.ClientError, OSError, TimeoutError) as broken:
            raise Unavailable("The connection to the host broke.") from broken

    async def _answers(self) -> bool:
        try:
            await self._answer("GET", "/capacity")
        except Unavailable:
            return False
        return True

    def _start(self, log_file: Path) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "colonnade.host", "--data", str(self._settings.data)]
        if self._settings.unsafe_no_sandbox:
            command.append("--unsafe-no-sandbox")
        with log_file.open("ab") as output:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd="/",
                env={**os.environ, "COLONNADE_DATA": str(self._settings.data)},
            )


def _failure(status: int, body: bytes) -> ColonnadeError:
    try:
        failure = wire.FAILURE.validate_json(body)
    except ValidationError:
        return Unavailable(f"The host answered {status}.")
    kinds = {kind.code: kind for kind in ColonnadeError.__subclasses__()}
    return kinds.get(failure.code, Unavailable)(failure.message, failure.remedy)


def _end_of(log_file: Path) -> str:
    return " | ".join(log_file.read_text(errors="replace").splitlines()[-3:])
