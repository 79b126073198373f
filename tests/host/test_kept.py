"""Files that are set aside outlive their sandbox and its host, and nothing of them is lost."""

import asyncio
import io
import shutil
import signal
import tarfile
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import psutil
import pytest

from colonnade.host.ground import Ground
from colonnade.host.kept import KeptFiles
from colonnade.host.limits import find_limiter
from colonnade.kit.errors import ColonnadeError, NotFound, Unavailable
from colonnade.kit.ids import new_id
from colonnade.kit.settings import Settings
from colonnade.runtimes.engine import Kept, LaunchSpec, Limits, Tier
from colonnade.runtimes.local import LocalEngine
from colonnade.runtimes.wire import HostFolder
from support.waiting import until

from .conftest import ENVIRONMENT, end_host, host_process, make_area, open_kernel

UNTIL = datetime(2030, 1, 1, tzinfo=UTC)
WHY = "Two sensors saw the same."
WRITE = "open('/content/work.bin', 'wb').write(bytes(range(256)) * 1000); import os; os.sync()"

sandboxed = pytest.mark.sandbox


@pytest.fixture
def data() -> Path:
    return Path(tempfile.mkdtemp(prefix="colonnade-kept-")).resolve()


@asynccontextmanager
async def running(data: Path) -> AsyncGenerator[tuple[LocalEngine, str]]:
    """A claimed runtime with something in /content, on a host of its own."""
    engine, id = LocalEngine(Settings(data=data)), new_id()
    try:
        limits = Limits(disk_bytes=64 << 20, memory_bytes=512 << 20)
        await engine.launch(LaunchSpec(id, limits, ENVIRONMENT))
        await engine.claim(id, "ada", make_area(data, "ada"))
        await run(engine, id, WRITE)
        yield engine, id
    finally:
        await engine.close()
        end_host(data)
        shutil.rmtree(data)


async def run(engine: LocalEngine, id: str, code: str) -> str:
    async with aiohttp.ClientSession(connector=engine.connector(id)) as session:
        return await (await open_kernel(session)).run(code)


async def archived(engine: LocalEngine, id: str) -> dict[str, bytes]:
    """The files of the archive, by name."""
    packed = b"".join([piece async for piece in engine.archive(id)])
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
        files = [one for one in archive if one.isfile()]
        return {one.name: archive.extractfile(one).read() for one in files}  # type: ignore[union-attr]


def packers_of(host: psutil.Process) -> int:
    """How many archives are being made."""
    lines: list[str] = []
    for one in host.children():
        with suppress(psutil.Error):
            lines += [line for line in one.cmdline() if line.endswith("packing.py")]
    return len(lines)


def mounts_of(host: psutil.Process) -> str:
    """What is mounted where the host looks."""
    return Path(f"/proc/{host.pid}/mounts").read_text()


@sandboxed
async def test_kept_files_are_whole_after_the_end_also_what_was_written_since(data: Path) -> None:
    async with running(data) as (engine, id):
        await engine.keep(id, WHY, UNTIL)
        with pytest.raises(Unavailable, match="not ended"):
            await archived(engine, id)
        await run(engine, id, "open('/content/late.txt', 'w').write('until the end')")
        await engine.keep(id, "again", UNTIL + timedelta(days=1))
        await engine.stop(id)
        (kept,) = await engine.kept()
        assert (kept.id, kept.owner, kept.reason, kept.until) == (id, "ada", WHY, UNTIL)
        assert 256_000 < kept.bytes < 64 << 20
        files = await archived(engine, id)
        assert files["content/work.bin"] == bytes(range(256)) * 1000
        assert files["content/late.txt"] == b"until the end"
        assert not (data / "host" / "runtimes" / id).exists()
        await engine.forget(id)
        assert await engine.kept() == []
        assert list((data / "host" / "kept").iterdir()) == []
        with pytest.raises(NotFound):
            await archived(engine, id)


@sandboxed
async def test_a_runtime_that_is_stopped_otherwise_leaves_nothing(data: Path) -> None:
    async with running(data) as (engine, id):
        await engine.stop(id)
        assert await engine.kept() == []
        with pytest.raises(NotFound):
            await engine.keep(id, WHY, UNTIL)


@sandboxed
async def test_kept_files_survive_a_killed_host_and_two_read_them_at_once(data: Path) -> None:
    async with running(data) as (engine, id):
        await engine.keep(id, WHY, UNTIL)
        host_process(data).send_signal(signal.SIGKILL)
        await asyncio.sleep(0.5)
        await engine.ensure_host()
        first, second = await asyncio.gather(archived(engine, id), archived(engine, id))
        assert first["content/work.bin"] == second["content/work.bin"] == bytes(range(256)) * 1000


@sandboxed
async def test_a_runtime_that_ends_itself_after_that_takes_nothing_away(data: Path) -> None:
    async with running(data) as (engine, id):
        await engine.keep(id, WHY, UNTIL)
        attack = asyncio.ensure_future(run(engine, id, "import os; os.kill(os.getppid(), 9)"))
        await until(lambda: not (data / "host" / "runtimes" / id).exists(), 30)
        attack.cancel()
        await asyncio.wait([attack])
        assert (await archived(engine, id))["content/work.bin"] == bytes(range(256)) * 1000


@sandboxed
async def test_an_archive_leaves_no_mount_and_no_process_when_its_reader_goes(data: Path) -> None:
    async with running(data) as (engine, id):
        noise = (
            "import os\nfor n in range(40): open(f'/content/{n}', 'wb').write(os.urandom(1 << 20))"
        )
        await run(engine, id, noise)
        await engine.keep(id, WHY, UNTIL)
        await engine.stop(id)
        host = host_process(data)
        reading = engine.archive(id)
        await anext(reading)
        assert packers_of(host) == 1
        await reading.aclose()
        await until(lambda: packers_of(host) == 0)
        assert f"/kept/{id}" not in mounts_of(host)
        assert len(await archived(engine, id)) >= 41


# Without images: what machines without root, or without loop devices, do.


def shelf(data: Path) -> KeptFiles:
    ground = Ground(None, find_limiter("colonnade-kept-test"), False, False, Tier(False, ()))
    return KeptFiles(HostFolder(data), ground)


def kept(id: str) -> Kept:
    return Kept(id, "ada", WHY, datetime(2026, 11, 30, tzinfo=UTC), UNTIL)


def disk(data: Path, id: str) -> Path:
    """A runtime's disk that is a folder."""
    content = data / "host" / "runtimes" / id / "disk" / "content"
    content.mkdir(parents=True)
    (content / "work.txt").write_text("mine")
    return content


async def read(files: KeptFiles, id: str) -> bytes:
    return b"".join([piece async for piece in files.archive(id)])


async def test_a_disk_that_is_a_folder_is_kept_too(data: Path) -> None:
    files, id = shelf(data), new_id()
    content = disk(data, id)
    files.keep(kept(id))
    # What runs without a sandbox goes on under the path that it knows.
    (content / "later.txt").write_text("still here")
    shutil.rmtree(content.parent.parent)
    with tarfile.open(fileobj=io.BytesIO(await read(files, id)), mode="r:gz") as archive:
        assert {"content/work.txt", "content/later.txt"} < set(archive.getnames())
    (told,) = files.list(living=())
    assert told.bytes > 0
    files.forget(id)
    assert files.list(living=()) == []
    shutil.rmtree(data)


async def test_a_host_that_died_half_way_finishes_and_forgets_what_was_not_begun(
    data: Path,
) -> None:
    files, begun, empty = shelf(data), new_id(), new_id()
    content = disk(data, begun)
    files.keep(kept(begun))
    content.unlink()
    (data / "host" / "kept" / begun / "content").rename(content)
    (data / "host" / "kept" / empty).mkdir()
    shelf(data).recover()
    assert not (data / "host" / "kept" / empty).exists()
    assert (data / "host" / "kept" / begun / "content" / "work.txt").read_text() == "mine"
    assert not content.exists()
    shutil.rmtree(data)


def test_files_that_cannot_be_kept_stay_where_they_are(data: Path) -> None:
    files, id = shelf(data), new_id()
    content = disk(data, id)
    (data / "host" / "kept").write_text("in the way")
    with pytest.raises(ColonnadeError, match="did not take them"):
        files.keep(kept(id))
    assert (content / "work.txt").read_text() == "mine"
    shutil.rmtree(data)


@pytest.mark.parametrize("id", ["..", ".", "", "x" * 32, "a/b"])
async def test_only_ids_of_runtimes_lead_to_files(data: Path, id: str) -> None:
    files = shelf(data)
    (data / "host" / "content").mkdir()
    files.forget(id)
    with pytest.raises(NotFound):
        await read(files, id)
    assert (data / "host" / "content").is_dir()
    shutil.rmtree(data)
