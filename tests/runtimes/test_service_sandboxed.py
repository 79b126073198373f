"""`Runtimes` over real sandboxes: what a person notices of all this."""

import asyncio
import shutil
import signal
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from pathlib import Path

import psutil
import pytest

from colonnade.kit.database import Database
from colonnade.kit.ownership import area_owner
from colonnade.kit.settings import Settings
from colonnade.runtimes.classes import runtimes_settings
from colonnade.runtimes.engine import Area, RuntimeState
from colonnade.runtimes.local import LocalEngine
from colonnade.runtimes.schemas import Kernel
from colonnade.runtimes.service import Runtimes
from support.kernels import KernelSocket, text_of
from support.waiting import until

from .conftest import ADA, BEN

pytestmark = pytest.mark.sandbox

SMALL = {"name": "cpu", "display_name": "CPU", "memory": "400 MiB", "disk": "32 MiB"}

PATIENCE_SECONDS = 90
"""Tests share their machine."""

Open = Callable[..., Awaitable[Runtimes]]


@pytest.fixture(scope="module")
def data() -> Generator[Path]:
    """A data folder with somebody's files; its host ends with the tests."""
    folder = Path(tempfile.mkdtemp(prefix="colonnade-runtimes-")).resolve()
    lectures = folder / "area" / "lectures"
    lectures.mkdir(parents=True)
    (lectures / "data.csv").write_text("a,b\n1,2\n")
    if owner := area_owner():
        for path in (folder / "area", lectures, lectures / "data.csv"):
            shutil.chown(path, *owner)
    folder.chmod(0o711)
    yield folder
    for host in hosts_of(folder):
        host.send_signal(signal.SIGTERM)
        host.wait(20)
    shutil.rmtree(folder)


@pytest.fixture
async def open_platform(data: Path, database: Database, environment: Path) -> AsyncGenerator[Open]:
    """Starts the control plane's part; called again, the control plane was started anew."""
    running: list[tuple[Runtimes, LocalEngine]] = []

    async def close() -> None:
        for runtimes, engine in running:
            await runtimes.close()
            await engine.close()
        running.clear()

    async def begin(pool: int = 0) -> Runtimes:
        await close()
        engine = LocalEngine(Settings(data=data))
        settings = runtimes_settings({"classes": [SMALL | {"pool": pool}]})
        area = data / "area"
        runtimes = Runtimes(database, engine, settings, lambda _: Area(area), lambda _: environment)
        await runtimes.start()
        running.append((runtimes, engine))
        await runtimes.reconciled(60)
        return runtimes

    yield begin
    await close()


def hosts_of(folder: Path) -> list[psutil.Process]:
    """The host process of the data folder."""
    found = psutil.process_iter(["cmdline"])
    return [
        one for one in found if {"colonnade.host", str(folder)} <= set(one.info["cmdline"] or [])
    ]


async def run(runtimes: Runtimes, kernel: Kernel, code: str) -> str:
    """What `code` prints in the kernel."""
    address = f"http://runtime/api/kernels/{kernel.id}/channels?session_id=test"
    async with runtimes.http(kernel.runtime_id).ws_connect(address) as socket:
        return text_of(await KernelSocket(socket, "test").run(code))


async def until_busy(runtimes: Runtimes, kernel: Kernel) -> None:
    """Wait until the kernel says that it computes."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await runtimes.kernel(ADA, kernel.id)).execution_state != "busy":  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_kernel_is_in_its_notebooks_folder_cold_and_from_the_pool_and_after_a_restart(
    open_platform: Open,
) -> None:
    runtimes = await open_platform(pool=1)
    await until(lambda: runtimes.snapshot().pool_ready["cpu"] == 1, 60)
    read = "print(open('data.csv').read().split(), end='')"
    warm = await runtimes.start_kernel(ADA, "python3", "lectures/one.ipynb")
    cold = await runtimes.start_kernel(ADA, "python3", "lectures/two.ipynb")
    assert runtimes.snapshot().claims == 1
    for kernel in (warm, cold):
        assert await run(runtimes, kernel, read) == "['a,b', '1,2']"
        await runtimes.restart(ADA, kernel.id)
        assert await run(runtimes, kernel, read) == "['a,b', '1,2']"
    both = await runtimes.kernels(ADA)
    assert {kernel.execution_state for kernel in both} <= {"idle", "busy", "starting"}
    assert await runtimes.kernels(BEN) == []


async def test_variables_outlive_the_control_plane(open_platform: Open) -> None:
    before = await open_platform()
    kernel = await before.start_kernel(ADA, "python3", "one.ipynb")
    await run(before, kernel, "answer = 6 * 7")
    after = await open_platform()
    (found,) = await after.kernels(ADA)
    assert (found.id, found.path) == (kernel.id, "one.ipynb")
    assert await run(after, found, "print(answer, end='')") == "42"


async def test_a_long_cell_is_interrupted(open_platform: Open) -> None:
    runtimes = await open_platform()
    kernel = await runtimes.start_kernel(ADA, "python3", "one.ipynb")
    code = "import time\nprint('begun', flush=True)\ntime.sleep(300)"
    cell = asyncio.create_task(run(runtimes, kernel, code))
    await until_busy(runtimes, kernel)
    await runtimes.interrupt(ADA, kernel.id)
    assert "KeyboardInterrupt" in await asyncio.wait_for(cell, 30)


async def test_what_was_stopped_leaves_nothing_and_says_why(open_platform: Open) -> None:
    runtimes = await open_platform()
    kernel = await runtimes.start_kernel(ADA, "python3", "one.ipynb")
    (holding,) = await runtimes.holdings(ADA.person_id)
    assert 20 << 20 < holding.usage.memory_bytes < 400 << 20
    assert holding.usage.processes >= 2
    await runtimes.stop(ADA, kernel.runtime_id)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await runtimes._launcher.engine.list():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    (ended,) = await runtimes.holdings(ADA.person_id)
    assert (ended.state, ended.stop_reason) == (RuntimeState.STOPPED, "You stopped it.")


async def test_when_the_host_is_killed_people_are_told_and_can_go_on(
    open_platform: Open, data: Path
) -> None:
    runtimes = await open_platform()
    kernel = await runtimes.start_kernel(ADA, "python3", "one.ipynb")
    cell = asyncio.create_task(run(runtimes, kernel, "import time; time.sleep(300)"))
    await until_busy(runtimes, kernel)
    for host in hosts_of(data):
        host.kill()
    with pytest.raises(AssertionError, match="CLOSE"):
        await asyncio.wait_for(cell, 30)
    assert await asyncio.wait_for(runtimes.gone(kernel.runtime_id), PATIENCE_SECONDS)
    (ended,) = await runtimes.holdings(ADA.person_id)
    assert (ended.state, bool(ended.stop_reason)) == (RuntimeState.LOST, True)
    again = await runtimes.start_kernel(ADA, "python3", "one.ipynb")
    assert await run(runtimes, again, "print(1 + 1, end='')") == "2"
