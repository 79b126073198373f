"""A disk that no kernel bounds is bounded all the same, and says so."""

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import aiohttp
import pytest

from colonnade.host.disk_bound import FEWEST_INODES, DiskBound, most_inodes, over
from colonnade.kit.ids import new_id
from colonnade.kit.settings import Settings
from colonnade.runtimes.engine import LaunchSpec, Limits, RuntimeState, RuntimeStatus
from colonnade.runtimes.local import LocalEngine
from colonnade.sensors.files.looking import Usage
from colonnade.sensors.watched import Watched

from .conftest import ENVIRONMENT, end_host, open_kernel

DISK = 8 << 20
START = """
import asyncio, sys
from pathlib import Path
from colonnade.kit.settings import Settings
from colonnade.runtimes.local import LocalEngine
async def main():
    engine = LocalEngine(Settings(data=Path(sys.argv[1])))
    await engine.ensure_host()
    await engine.close()
asyncio.run(main())
"""


def watched(disk_bounded: bool) -> Watched:
    return Watched("a" * 32, 1, None, (), None, disk_bytes=DISK, disk_bounded=disk_bounded)


def test_a_full_disk_is_told_once_and_only_where_nothing_bounds_it() -> None:
    stopped: list[tuple[str, str]] = []
    bound = DiskBound(lambda id, reason: stopped.append((id, reason)))
    bound.measured(watched(disk_bounded=True), Usage(DISK + 1))
    bound.measured(watched(disk_bounded=False), Usage(DISK, most_inodes(DISK)))
    assert stopped == []
    for _ in range(2):
        bound.measured(watched(disk_bounded=False), Usage(DISK * 3, whole=False))
    assert stopped == [
        ("a" * 32, "Its disk is full: it holds 24 MB, and its class allows 8 MB."),
    ]
    bound.forget("a" * 32)
    bound.measured(watched(disk_bounded=False), Usage(DISK * 3))
    assert len(stopped) == 2


def test_many_empty_files_fill_a_disk_too() -> None:
    assert "files" in over(Usage(0, FEWEST_INODES + 1), DISK)
    assert most_inodes(100 << 30) == (100 << 30) // 16_384


@pytest.fixture
def humble() -> Generator[Path]:
    """A host without disk images: root of a user namespace that has one user only."""
    data = Path(tempfile.mkdtemp(prefix="colonnade-humble-")).resolve()
    try:
        subprocess.run(["unshare", "-Ur", sys.executable, "-c", START, str(data)], check=True)
        yield data
    finally:
        end_host(data)
        shutil.rmtree(data)


@pytest.fixture
async def engine(humble: Path) -> AsyncGenerator[LocalEngine]:
    opened = LocalEngine(Settings(data=humble))
    yield opened
    await opened.close()


async def ending_of(engine: LocalEngine, id: str) -> RuntimeStatus:
    """How it ended, once it did."""
    async with asyncio.timeout(60):
        while True:
            found = next(one for one in await engine.list() if one.id == id)
            if found.state is RuntimeState.STOPPED:
                return found
            await asyncio.sleep(0.2)


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("attack", "said"),
    [
        ("open('/content/large', 'wb').write(bytes(20 << 20))", r"it holds 2\d MB"),
        (f"for n in range({FEWEST_INODES + 500}): open(f'/content/{{n}}', 'w').close()", "files"),
    ],
)
async def test_who_fills_an_unbounded_disk_is_stopped_and_told_why(
    engine: LocalEngine, attack: str, said: str
) -> None:
    lines = {line.name: line for line in (await engine.tier()).lines}
    assert lines["disk limit"].level == "reduced"
    assert "stopped" in lines["disk limit"].detail
    filler, neighbour = new_id(), new_id()
    for id in (filler, neighbour):
        await engine.launch(LaunchSpec(id, Limits(disk_bytes=DISK), ENVIRONMENT))
    async with aiohttp.ClientSession(connector=engine.connector(filler)) as session:
        kernel = await open_kernel(session)
        await kernel.run(attack)
    reason = (await ending_of(engine, filler)).reason
    assert reason.startswith("Its disk is full: ")
    assert re.search(said, reason)
    async with aiohttp.ClientSession(connector=engine.connector(neighbour)) as session:
        kernel = await open_kernel(session)
        assert await kernel.run("print(open('/content/small', 'w').write('well'))") == "4\n"
