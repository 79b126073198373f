"""A real host with real sandboxes, shared where a test does no harm to it."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from colonnade.kit.ids import new_id
from colonnade.kit.ownership import area_owner
from colonnade.kit.settings import Settings
from colonnade.runtimes.engine import EngineEvent, LaunchSpec, Limits, Observed
from colonnade.runtimes.local import LocalEngine

ENVIRONMENT = Path(sys.prefix)
"""The tests' own environment has jupyter-server and ipykernel too."""

Task = Callable[[LocalEngine], Awaitable[Any]]


class Kernel:
    """One kernel of a runtime, spoken to as a client would."""

    def __init__(self, session: aiohttp.ClientSession, id: str) -> None:
        self.session = session
        self.id = id

    async def run(self, code: str) -> str:
        """What `code` printed; errors are raised with their traceback's last line."""
        request = new_id()
        header = {"msg_id": request, "msg_type": "execute_request", "session": new_id()}
        header |= {"username": "", "version": "5.3", "date": "2026-01-01T00:00:00Z"}
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
        message = {"channel": "shell", "header": header, "content": content}
        text, failed = [], ""
        address = f"http://runtime/api/kernels/{self.id}/channels"
        async with asyncio.timeout(60), self.session.ws_connect(address) as socket:
            await socket.send_json({**message, "parent_header": {}, "metadata": {}, "buffers": []})
            while True:
                answer = await socket.receive_json()
                kind = answer["msg_type"]
                if answer.get("parent_header", {}).get("msg_id") != request:
                    continue
                if kind == "stream":
                    text.append(answer["content"]["text"])
                if kind == "display_data":
                    text.append(answer["content"]["data"]["text/plain"] + "\n")
                if kind == "error":
                    failed = f"{answer['content']['ename']}: {answer['content']['evalue']}"
                if kind == "status" and answer["content"]["execution_state"] == "idle":
                    break
        assert not failed, failed
        return "".join(text)

    async def restart(self) -> None:
        """A fresh process under the same id."""
        async with self.session.post(f"http://runtime/api/kernels/{self.id}/restart") as answer:
            assert answer.status == 200


async def next_change(events: AsyncIterator[EngineEvent | Observed]) -> EngineEvent:
    """The next change of a runtime's state; what was observed before it is passed over."""
    while isinstance(event := await anext(events), Observed):
        continue
    return event


async def open_kernel(session: aiohttp.ClientSession) -> Kernel:
    """The runtime's first kernel, started if there is none."""
    async with session.get("http://runtime/api/kernels") as answer:
        known = await answer.json()
    if known:
        return Kernel(session, known[0]["id"])
    async with session.post("http://runtime/api/kernels", json={"name": "python3"}) as answer:
        assert answer.status == 201, await answer.text()
        return Kernel(session, (await answer.json())["id"])


def host_process(data: Path) -> psutil.Process:
    """The host of a data folder."""
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "colonnade.host" in words and str(data) in words:
            return process
    raise AssertionError("no host")


def end_host(data: Path) -> None:
    """End the host of a test's data folder, and with it its sandboxes."""
    try:
        process = host_process(data)
    except AssertionError:
        return
    process.send_signal(signal.SIGTERM)
    process.wait(20)


def make_area(data: Path, name: str) -> Path:
    """An owner's area on disk."""
    area = data / "areas" / name
    (area / "course").mkdir(parents=True)
    (area / "course" / "data.csv").write_text("a,b\n1,2\n")
    if owner := area_owner():
        for path in (area, *area.rglob("*")):
            os.chown(path, *owner)
    return area


@pytest.fixture(scope="session")
def house() -> Generator[Path]:
    """A data folder whose host runs for the whole session."""
    data = Path(tempfile.mkdtemp(prefix="colonnade-host-")).resolve()
    yield data
    end_host(data)
    shutil.rmtree(data)


@pytest.fixture
async def engine(house: Path) -> AsyncGenerator[LocalEngine]:
    """A new control plane's engine on the shared host."""
    opened = LocalEngine(Settings(data=house))
    yield opened
    await opened.close()


def _launch_once(data: Path, limits: Limits, owner: str) -> str:
    async def work() -> str:
        engine = LocalEngine(Settings(data=data))
        id = new_id()
        await engine.launch(LaunchSpec(id, limits, ENVIRONMENT))
        await engine.claim(id, owner, make_area(data, owner))
        await engine.enter(id, "course")
        await engine.close()
        return id

    return asyncio.run(work())


@pytest.fixture(scope="session")
def shared(house: Path) -> str:
    """Id of a claimed runtime with generous limits; tests leave it as they found it."""
    return _launch_once(house, Limits(cpus=2, disk_bytes=64 << 20), "ada")


@pytest.fixture(scope="session")
def small(house: Path) -> str:
    """Id of a claimed runtime with tight limits, to be attacked."""
    limits = Limits(cpus=1, memory_bytes=400 << 20, disk_bytes=32 << 20, processes=60)
    return _launch_once(house, limits, "bob")


@pytest.fixture
async def kernel(engine: LocalEngine, shared: str) -> AsyncGenerator[Kernel]:
    """A kernel of the shared runtime."""
    async with aiohttp.ClientSession(connector=engine.connector(shared)) as session:
        yield await open_kernel(session)


@pytest.fixture
async def attacker(engine: LocalEngine, small: str) -> AsyncGenerator[Kernel]:
    """A kernel of the small runtime."""
    async with aiohttp.ClientSession(connector=engine.connector(small)) as session:
        yield await open_kernel(session)
