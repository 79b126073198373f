"""JupyterHub with its stock parts on loopback, in an environment of its own under .cache/hub.

It runs with the simple local spawner (processes of the present user, one folder a person) and the
dummy authenticator; the bench speaks to it with a service's token, as a program would.
"""

import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.ground import CACHE, ROOT, Ground
from bench.kernels import BenchError, JupyterServer
from bench.plain import INSIDE, answers
from bench.processes import descendants, finished, free_port, pss_bytes, running, tail, until

HUB = "jupyterhub==6.1.1"
PROXY = "configurable-http-proxy@5.3.0"
PYTHON = CACHE / "hub" / "python"
NODE = CACHE / "hub" / "node"


@dataclass
class Hub:
    """A running JupyterHub at `address`, and a client that may do everything."""

    http: aiohttp.ClientSession
    address: str
    pid: int

    async def add_person(self, name: str) -> None:
        """A user who has no server yet."""
        await self._post(f"/hub/api/users/{name}", 201)

    async def start_server(self, name: str) -> JupyterServer:
        """Ask for the person's server and wait until it answers. Raises BenchError."""
        await self._post(f"/hub/api/users/{name}/server", 201, 202)
        server = JupyterServer(self.http, f"{self.address}/user/{name}")
        await until(lambda: answers(self.http, f"{server.address}/api/status"), "a hub's server")
        return server

    async def stop_server(self, name: str) -> None:
        """End the person's server and wait until the hub says so."""
        path = f"{self.address}/hub/api/users/{name}"
        async with self.http.delete(f"{path}/server") as answer:
            if answer.status not in {202, 204}:
                raise BenchError(f"JupyterHub answered {answer.status} to stopping a server")

        async def stopped() -> bool:
            async with self.http.get(path) as answer:
                return not (await answer.json())["servers"]

        await until(stopped, "a hub's server to stop")

    async def _post(self, path: str, *expected: int) -> None:
        async with self.http.post(self.address + path) as answer:
            if answer.status not in expected:
                said = (await answer.text())[:300]
                raise BenchError(f"JupyterHub answered {answer.status} to {path}: {said}")

    def people_bytes(self) -> int:
        """PSS of every person's server and kernels."""
        return pss_bytes([pid for pid in descendants(self.pid) if not _is_proxy(pid)])

    def own_bytes(self) -> int:
        """PSS of the hub and its proxy."""
        proxies = [pid for pid in descendants(self.pid) if _is_proxy(pid)]
        return pss_bytes([self.pid, *proxies])


def _is_proxy(pid: int) -> bool:
    try:
        return b"configurable-http-proxy" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


async def install(ground: Ground) -> None:
    """Install JupyterHub and its proxy unless they are there. Raises BenchError when it fails.

    The packages it shares with the platform have the platform's versions.
    """
    PYTHON.parent.mkdir(parents=True, exist_ok=True)
    log = ground.folder / "hub-install.log"
    if not (PYTHON / "bin" / "jupyterhub").exists():
        ground.say("installing JupyterHub in .cache/hub")
        uv = ROOT / ".venv" / "bin" / "uv"
        await finished([uv, "venv", "--quiet", "--clear", PYTHON], log)
        packages = [HUB, "jupyterlab", "ipykernel"]
        into = ["--python", PYTHON / "bin" / "python", "-c", ROOT / "constraints.txt"]
        await finished([uv, "pip", "install", "--quiet", *into, *packages], log)
    if not (NODE / "node_modules" / ".bin" / "configurable-http-proxy").exists():
        ground.say("installing configurable-http-proxy in .cache/hub")
        NODE.mkdir(exist_ok=True)
        settings = {"npm_config_omit_lockfile_registry_resolved": "true"}
        await finished(["npm", "install", "--silent", "--prefix", NODE, PROXY], log, settings)


@asynccontextmanager
async def hub(ground: Ground) -> AsyncGenerator[Hub]:
    """A started JupyterHub; it, its proxy and every server are ended at the end."""
    await install(ground)
    home = ground.room("hub")
    token, port = secrets.token_hex(16), free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        "PATH": f"{PYTHON / 'bin'}:{NODE / 'node_modules' / '.bin'}:/usr/bin:/bin",
        "HOME": str(home),
        "BENCH_HUB_TOKEN": token,
        "BENCH_HUB_FOLDER": str(home),
        "BENCH_HUB_PORTS": f"{port} {free_port()} {free_port()}",
        "CONFIGPROXY_AUTH_TOKEN": secrets.token_hex(16),
    }
    command = [PYTHON / "bin" / "jupyterhub", "--config", INSIDE / "hub_config.py"]
    log = home / "log"
    async with (
        running(command, log, environment) as process,
        aiohttp.ClientSession(headers={"Authorization": f"token {token}"}) as http,
    ):
        try:
            await until(lambda: answers(http, f"{address}/hub/health"), "JupyterHub")
        except BenchError as problem:
            raise BenchError(f"{problem}; {tail(log)}") from problem
        started = Hub(http, address, process.pid)
        try:
            yield started
        finally:
            await _stop_everybody(started)


async def _stop_everybody(hub: Hub) -> None:
    async with hub.http.get(f"{hub.address}/hub/api/users") as answer:
        people = await answer.json()
    for person in people:
        if person["servers"]:
            await hub.stop_server(person["name"])
