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

from colonnade.host.disk_bound import FEWEST_INODES, DiskBound, most_inodes, over, over_drive
from colonnade.kit.ids import new_id
from colonnade.kit.settings import Settings
from colonnade.runtimes.engine import LaunchSpec, Limits, RuntimeState, RuntimeStatus
from colonnade.runtimes.local import LocalEngine
from colonnade.sensors.files.looking import Usage
from colonnade.sensors.watched import Watched

from .conftest import ENVIRONMENT, end_host, make_area, open_kernel

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


def test_drives_are_bounded_by_what_was_said_at_the_claim() -> None:
    stopped: list[str] = []
    bound = DiskBound(lambda id, reason: stopped.append(reason))
    bound.measured(watched(disk_bounded=True), Usage(drive_bytes=DISK * 3))
    bound.bound_drive("a" * 32, DISK)
    bound.measured(watched(disk_bounded=True), Usage(drive_bytes=DISK))
    assert stopped == []
    bound.measured(watched(disk_bounded=True), Usage(drive_bytes=DISK * 3))
    assert stopped == [over_drive(Usage(drive_bytes=DISK * 3), DISK)]
    assert "24 MB of 8 MB on /drive" in stopped[0]
    assert "16,385 files of 16,384" in over_drive(Usage(drive_inodes=16_385), DISK)


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


@pytest.fixture
def data() -> Generator[Path]:
    """Where a host as root puts what it has; its path is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="colonnade-drive-") as folder:
        yield Path(folder)


@pytest.fixture
async def rooted(data: Path) -> AsyncGenerator[LocalEngine]:
    """An engine whose host has disk images, and puts everybody's files on one disk."""
    opened = LocalEngine(Settings(data=data))
    try:
        await opened.ensure_host()
        yield opened
    finally:
        await opened.end_host()
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


@pytest.mark.sandbox
async def test_who_fills_the_drive_is_stopped_and_nothing_is_deleted(
    rooted: LocalEngine, tmp_path: Path
) -> None:
    filler, neighbour = new_id(), new_id()
    for id in (filler, neighbour):
        await rooted.launch(LaunchSpec(id, Limits(disk_bytes=1 << 30), ENVIRONMENT))
        await rooted.claim(id, id, make_area(tmp_path, id), 200 << 20)
    attack = (
        "with open('/drive/large', 'wb') as file:\n for _ in range({}): file.write(bytes(1 << 20))"
    )
    for id, megabytes in ((neighbour, 150), (filler, 300)):
        async with aiohttp.ClientSession(connector=rooted.connector(id)) as session:
            await (await open_kernel(session)).run(attack.format(megabytes))
    reason = (await ending_of(rooted, filler)).reason
    assert re.search(r"3\d\d MB of 200 MB on /drive. Nothing was deleted", reason)
    assert (tmp_path / "areas" / filler / "large").stat().st_size == 300 << 20
    assert {one.id: one.state for one in await rooted.list()}[neighbour] is RuntimeState.RUNNING
