"""Colonnade as an operator starts it: `colonnade serve` with a data folder of its own."""

import os
import re
import signal
import socket
import struct
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.ground import Ground
from bench.kernels import BenchError, JupyterServer, connected
from bench.people import add_people
from bench.processes import descendants, end_by_id, finished, pss_bytes, running, tail, until
from colonnade.runtimes.wire import HostFolder

COLONNADE = Path(sys.executable).with_name("colonnade")
POOL_READY = re.compile(r"^colonnade_pool_ready(?:{[^}]*})? (\S+)$", re.MULTILINE)


@dataclass
class Served:
    """A data folder and, while `control_plane` is open, what serves it."""

    data: Path
    environments: Path
    address: str = ""
    pid: int = 0
    _operator: str = ""

    @property
    def log(self) -> Path:
        """What the control plane and the commands say."""
        return self.data.with_suffix(".log")

    @property
    def _environment(self) -> dict[str, str]:
        return {"COLONNADE_ENVIRONMENTS": str(self.environments)}

    @asynccontextmanager
    async def control_plane(self) -> AsyncGenerator[float]:
        """The control plane, started; yields the seconds until it said `ready:`."""
        said = self.data.with_suffix(".out")
        said.write_bytes(b"")
        started = time.perf_counter()
        with said.open("ab") as output:
            starting = running(
                [COLONNADE, "serve", "--port", "0", "--data", self.data],
                self.log,
                self._environment,
                end_with=signal.SIGINT,
                stdout=output.fileno(),
            )
            async with starting as process:

                async def ready() -> bool:
                    if process.returncode is not None:
                        raise BenchError(f"`colonnade serve` ended: {tail(self.log)}")
                    return bool(re.search(rb"^ready: \S+\n", said.read_bytes(), re.MULTILINE))

                await until(ready, "`colonnade serve` to be ready")
                seconds = time.perf_counter() - started
                printed = said.read_text()
                found = re.search(r"^ready: (\S+)\n", printed, re.MULTILINE)
                self.address = found.group(1).rstrip("/") if found else ""
                self.pid = process.pid
                yield seconds

    async def command(self, *words: str) -> str:
        """What `colonnade WORDS… --data DATA` prints. Raises BenchError when it fails."""
        return await finished([COLONNADE, *words, "--data", self.data], self.log, self._environment)

    @asynccontextmanager
    async def person(self, name: str) -> AsyncGenerator[JupyterServer]:
        """A client with the token of a new member, made by the commands an operator would use."""
        async with connected(self.address, await self._token(name)) as client:
            yield client

    async def _token(self, name: str, *options: str) -> str:
        await self.command("user", "add", name, *options)
        return (await self.command("token", "create", name)).splitlines()[-1]

    @asynccontextmanager
    async def people(self, names: list[str]) -> AsyncGenerator[list[JupyterServer]]:
        """Clients with tokens of new members."""
        tokens = await add_people(self.data, names)
        async with connected(self.address, "") as shared:
            yield [
                JupyterServer(shared.http, self.address, {"Authorization": f"token {token}"})
                for token in tokens
            ]

    @asynccontextmanager
    async def past_the_gate(self, kernel_id: str) -> AsyncGenerator[JupyterServer]:
        """The Jupyter server in the sandbox around this kernel, on the socket the gate speaks to.

        Raises BenchError when no sandbox has it.
        """
        with closing(HostFolder(self.data)) as folder:
            for runtime in (folder.path / "runtimes").iterdir():
                address = folder.server(runtime.name)
                async with connected("http://runtime", "", address) as server:
                    if kernel_id in await server.kernel_ids():
                        yield server
                        return
        raise BenchError("no sandbox has the kernel that is asked for")

    async def pool_holds(self, count: int) -> None:
        """Wait until at least `count` prewarmed runtimes can be claimed. Raises BenchError."""
        if not self._operator:
            self._operator = await self._token("operator", "--role", "admin")
        async with connected(self.address, self._operator) as client:

            async def full() -> bool:
                async with client.http.get(f"{self.address}/metrics") as answer:
                    if answer.status != 200:
                        raise BenchError(f"/metrics answered {answer.status}")
                    return pool_ready(await answer.text()) >= count

            # Not so often that asking slows what is waited for.
            await until(full, f"{count} prewarmed runtimes", pause_seconds=0.2)

    @property
    def host_pid(self) -> int | None:
        """The process that listens on the host's socket; None while there is none."""
        with socket.socket(socket.AF_UNIX) as opened, suppress(OSError):
            opened.connect(str(self.data / "host" / "host.sock"))
            size = struct.calcsize("3i")
            credentials = opened.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
            return struct.unpack("3i", credentials)[0]
        return None

    def control_plane_bytes(self) -> int:
        """PSS of the control plane and its helpers, the host and its sandboxes not among them."""
        host = self.host_pid
        apart = {host, *descendants(host)} if host else set[int]()
        return pss_bytes([p for p in (self.pid, *descendants(self.pid)) if p not in apart])

    def host_bytes(self) -> int:
        """PSS of the host process alone."""
        host = self.host_pid
        return pss_bytes([host] if host else [])

    def sandboxes_bytes(self) -> int:
        """PSS of everything that descends from the host: sandboxes and what stands by them."""
        host = self.host_pid
        return pss_bytes(descendants(host) if host else [])

    async def end_host(self) -> None:
        """End the host, which outlives the control plane on purpose, and with it every sandbox."""
        if pid := self.host_pid:
            await end_by_id(pid)


def pool_ready(metrics: str) -> float:
    """How many prewarmed runtimes wait to be claimed, read from Prometheus text."""
    return sum(float(value) for value in POOL_READY.findall(metrics))


async def sign_in(http: aiohttp.ClientSession, address: str, link: str) -> None:
    """Use the one-time `link` as its page does, keeping the session's cookie in `http`.

    Raises BenchError when it is not accepted.
    """
    form = {"token": link}
    posted = http.post(f"{address}/sign-in/link", data=form, allow_redirects=False)
    async with posted as answer:
        if answer.status != 303:
            raise BenchError(f"a sign-in link answered {answer.status}")


@asynccontextmanager
async def data_folder(ground: Ground, name: str, configuration: str = "") -> AsyncGenerator[Served]:
    """A data folder with `configuration` as its colonnade.toml; its host is ended at the end."""
    data = ground.room(name)
    (data / "colonnade.toml").write_text(configuration)
    platform = Served(data, Path(os.environ["COLONNADE_ENVIRONMENTS"]))
    try:
        yield platform
    finally:
        await platform.end_host()


@asynccontextmanager
async def platform(ground: Ground, name: str, configuration: str = "") -> AsyncGenerator[Served]:
    """A platform that serves; everything of it is ended at the end."""
    async with data_folder(ground, name, configuration) as served, served.control_plane():
        yield served
