"""Runtimes are started, given away, survive the control plane, end with the host, and are swept."""

import asyncio
import json
import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

import aiohttp
import psutil
import pytest

from colonnade.kit.errors import Conflict, Invalid, NotFound, Unavailable
from colonnade.kit.ids import new_id
from colonnade.kit.settings import Settings
from colonnade.runtimes.engine import (
    LaunchSpec,
    Limits,
    RuntimeState,
)
from colonnade.runtimes.local import LocalEngine
from colonnade.runtimes.wire import HostFolder

from .conftest import ENVIRONMENT, Kernel, end_host, host_process, next_change, open_kernel

pytestmark = pytest.mark.sandbox

SMALL = Limits(memory_bytes=512 << 20, disk_bytes=32 << 20)

CONTROL_PLANE = """
import asyncio, os, sys
from pathlib import Path
import aiohttp
from colonnade.kit.settings import Settings
from colonnade.runtimes.engine import LaunchSpec, Limits
from colonnade.runtimes.local import LocalEngine

async def main(data, id):
    engine = LocalEngine(Settings(data=Path(data)))
    await engine.launch(LaunchSpec(id, Limits(disk_bytes=32 << 20), Path(sys.prefix)))
    async with aiohttp.ClientSession(connector=engine.connector(id)) as session:
        async with session.post("http://r/api/kernels", json={"name": "python3"}) as answer:
            assert answer.status == 201
    print("ready", flush=True)
    await asyncio.sleep(600)

asyncio.run(main(*sys.argv[1:]))
"""


def traces_of(id: str) -> list[str]:
    """Mounts and control groups that still bear a runtime's name."""
    mounts = [line for line in Path("/proc/self/mounts").read_text().splitlines() if id in line]
    return [*mounts, *map(str, Path("/sys/fs/cgroup").rglob(id))]


def zombies_of(host: psutil.Process) -> list[psutil.Process]:
    """Its descendants that ended and that nobody has waited for."""
    found: list[psutil.Process] = []
    for one in host.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if one.status() == psutil.STATUS_ZOMBIE:
                found.append(one)
    return found


async def until_waited_for(host: psutil.Process) -> None:
    """Wait until nothing dead is left below the host; it waits for orphans in rounds."""
    async with asyncio.timeout(20):
        while zombies_of(host):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def until_dead(processes: list[psutil.Process]) -> None:
    """Wait until none of them runs."""
    async with asyncio.timeout(10):
        while any(is_alive(one) for one in processes):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def until_there(path: Path) -> None:
    """Wait until there is something at `path`."""
    async with asyncio.timeout(20):
        while not path.exists():  # noqa: ASYNC110, ASYNC240
            await asyncio.sleep(0.01)


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs: who is dead and not yet reaped does not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def until_listed(engine: LocalEngine, id: str, wanted: bool) -> None:
    """Wait until the engine's list has the runtime, or has it no longer."""
    async with asyncio.timeout(10):
        while (id in {one.id for one in await engine.list()}) is not wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_killed_control_plane_leaves_kernels_and_their_variables(
    engine: LocalEngine, house: Path
) -> None:
    id = new_id()
    command = [sys.executable, "-c", CONTROL_PLANE, str(house), id]
    first = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert first.stdout is not None
    while (line := await first.stdout.readline()) != b"ready\n":
        assert line
    async with aiohttp.ClientSession(connector=engine.connector(id)) as session:
        await (await open_kernel(session)).run("answer = 41")
    first.kill()
    await first.wait()
    again = LocalEngine(Settings(data=house))
    assert {one.id: one.state for one in await again.list()}[id] is RuntimeState.RUNNING
    async with aiohttp.ClientSession(connector=again.connector(id)) as session:
        assert (await (await open_kernel(session)).run("print(answer + 1)")).strip() == "42"
    await again.stop(id)
    assert id not in {one.id for one in await again.list()}
    await again.close()


async def test_a_killed_host_takes_its_sandboxes_and_the_next_one_sweeps(tmp_path: Path) -> None:
    engine = LocalEngine(Settings(data=tmp_path))
    id = new_id()
    try:
        await engine.launch(LaunchSpec(id, SMALL, ENVIRONMENT))
        host = host_process(tmp_path)
        inside = host.children(recursive=True)
        host.send_signal(signal.SIGKILL)
        await until_dead(inside)
        (lost,) = await engine.list()
        assert (lost.id, lost.state) == (id, RuntimeState.LOST)
        assert "host" in lost.reason
        assert os.listdir(tmp_path / "host" / "runtimes") == []
        assert not traces_of(id)
        await engine.stop(id)
        assert await engine.list() == []
        id = new_id()
        await engine.launch(LaunchSpec(id, SMALL, ENVIRONMENT))
    finally:
        await engine.close()
        await asyncio.to_thread(end_host, tmp_path)


async def test_a_server_that_is_killed_inside_is_told_and_reaped(
    engine: LocalEngine, house: Path
) -> None:
    id = new_id()
    await engine.launch(LaunchSpec(id, SMALL, ENVIRONMENT))
    events = engine.events()
    told = asyncio.ensure_future(next_change(events))
    async with aiohttp.ClientSession(connector=engine.connector(id)) as session:
        kernel = await open_kernel(session)
        attack = asyncio.ensure_future(kernel.run("import os; os.kill(os.getppid(), 9)"))
        status = (await asyncio.wait_for(told, 20)).status
        attack.cancel()
        await asyncio.wait([attack])
    assert (status.id, status.state) == (id, RuntimeState.STOPPED)
    assert "ended by itself" in status.reason
    ended = {one.id: one for one in await engine.list()}
    assert ended[id].reason == status.reason
    await until_waited_for(host_process(house))
    assert not (house / "host" / "runtimes" / id).exists()
    with pytest.raises(NotFound):
        await engine.usage(id)
    await engine.stop(id)


async def test_a_cancelled_launch_leaves_nothing(engine: LocalEngine, house: Path) -> None:
    id = new_id()
    launch = asyncio.ensure_future(engine.launch(LaunchSpec(id, SMALL, ENVIRONMENT)))
    await until_listed(engine, id, True)
    launch.cancel()
    await asyncio.wait([launch])
    await until_listed(engine, id, False)
    assert not (house / "host" / "runtimes" / id).exists()


async def test_what_cannot_be_done_is_refused_by_name(
    engine: LocalEngine, shared: str, house: Path, tmp_path: Path
) -> None:
    unknown = new_id()
    with pytest.raises(NotFound):
        await engine.claim(unknown, "ada", tmp_path)
    with pytest.raises(NotFound):
        await engine.usage(unknown)
    with pytest.raises(NotFound):
        await engine.enter(unknown, "")
    await engine.stop(unknown)
    with pytest.raises(Conflict):
        await engine.claim(shared, "mallory", tmp_path)
    await engine.claim(shared, "ada", house / "areas" / "ada")
    with pytest.raises(Invalid):
        await engine.enter(shared, "../bob")
    with pytest.raises(Conflict):
        await engine.launch(LaunchSpec(shared, SMALL, ENVIRONMENT))
    with pytest.raises(Invalid, match="hexadecimal"):
        await engine.launch(LaunchSpec("../../etc", SMALL, ENVIRONMENT))
    with pytest.raises(Invalid, match="accelerator"):
        await engine.launch(LaunchSpec(new_id(), SMALL, ENVIRONMENT, "T4", 1))
    with pytest.raises(Invalid, match="memory"):
        await engine.launch(LaunchSpec(new_id(), Limits(memory_bytes=1 << 60), ENVIRONMENT))
    with pytest.raises(Invalid, match="environment"):
        await engine.launch(LaunchSpec(new_id(), SMALL, tmp_path))


async def test_malformed_requests_are_refused_and_harm_nobody(
    engine: LocalEngine, kernel: Kernel, house: Path
) -> None:
    folder = HostFolder(house)
    connector = aiohttp.UnixConnector(folder.control)
    async with aiohttp.ClientSession(connector=connector) as session:
        for body in (b"", b"{", b"[" * 60_000, b'{"id": 7}', b"\xff\xfe", b"x" * 100_000):
            async with session.put("http://host/runtimes", data=body) as answer:
                assert answer.status in {400, 413}
                assert json.loads(await answer.read())["message"]
        async with session.get("http://host/nothing") as answer:
            assert answer.status == 404
        async with session.delete("http://host/runtimes/x?grace=nan-sense") as answer:
            assert answer.status == 400
    reader, writer = await asyncio.open_unix_connection(folder.control)
    writer.write(os.urandom(4096))
    await reader.read(1 << 16)
    writer.close()
    folder.close()
    assert (await kernel.run("print(1)")).strip() == "1"


async def test_a_second_host_for_the_same_folder_leaves_the_first_alone(
    engine: LocalEngine, house: Path
) -> None:
    await engine.ensure_host()
    first = host_process(house)
    command = [sys.executable, "-m", "colonnade.host", "--data", str(house)]
    second = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, text = await asyncio.wait_for(second.communicate(), 20)
    assert b"runs already" in text
    assert first.is_running()


async def test_a_host_ends_when_its_folder_is_deleted(tmp_path: Path) -> None:
    data = tmp_path / "data"
    engine = LocalEngine(Settings(data=data))
    await engine.ensure_host()
    host = host_process(data)
    await engine.close()
    shutil.rmtree(data)
    await until_dead([host])


async def test_a_host_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "colonnade.toml").write_text("this is no TOML")
    engine = LocalEngine(Settings(data=tmp_path))
    with pytest.raises(Unavailable, match="TOML"):
        await engine.ensure_host()
    await engine.close()


async def test_a_host_without_privileges_confines_with_a_namespace_of_its_own(
    tmp_path: Path,
) -> None:
    command = ["unshare", "--user", "--map-root-user", sys.executable, "-m", "colonnade.host"]
    host = await asyncio.create_subprocess_exec(*command, "--data", str(tmp_path))
    engine = LocalEngine(Settings(data=tmp_path))
    id = new_id()
    area = tmp_path / "area"
    area.mkdir()
    try:
        await until_there(tmp_path / "host" / "host.sock")
        levels = {line.name: line.level for line in (await engine.tier()).lines}
        if levels["sandbox"] != "full":
            pytest.skip("user namespaces cannot be nested here")
        assert levels["user ids"] == levels["disk limit"] == "reduced"
        await engine.launch(LaunchSpec(id, SMALL, ENVIRONMENT))
        await engine.claim(id, "ada", area)
        await engine.enter(id, "")
        async with aiohttp.ClientSession(connector=engine.connector(id)) as session:
            await (await open_kernel(session)).run("open('made.txt', 'w').write('here')")
        assert (area / "made.txt").read_text() == "here"
    finally:
        await engine.end_host()
        await engine.close()
        await host.wait()


async def test_without_a_sandbox_a_notebook_runs_only_when_the_operator_says_so(
    tmp_path: Path,
) -> None:
    engine = LocalEngine(Settings(data=tmp_path, unsafe_no_sandbox=True))
    id = new_id()
    try:
        tier = await engine.tier()
        assert not tier.sound
        assert "unsafe-no-sandbox" in tier.lines[0].detail
        await engine.launch(LaunchSpec(id, SMALL, ENVIRONMENT))
        area = tmp_path / "area"
        area.mkdir()
        (area / "seen.txt").write_text("seen")
        await engine.claim(id, "ada", area)
        await engine.enter(id, "")
        async with aiohttp.ClientSession(connector=engine.connector(id)) as session:
            assert "seen" in await (await open_kernel(session)).run(
                "print(open('seen.txt').read())"
            )
        await engine.stop(id)
    finally:
        await engine.close()
        await asyncio.to_thread(end_host, tmp_path)
