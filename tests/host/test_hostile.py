"""Code in a runtime that looks for a way out, floods, or tries to outlive it: real and bounded.

What system calls it is refused is in `test_seccomp`, what of the network it reaches in
`test_egress_confinement`.
"""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from colonnade.host.sandbox import most_files
from colonnade.host.stage import MOST_TERMINALS
from colonnade.kit.ids import new_id
from colonnade.kit.settings import Settings
from colonnade.runtimes.engine import LaunchSpec, Limits
from colonnade.runtimes.local import LocalEngine

from .conftest import ENVIRONMENT, Kernel, end_host, host_process, open_kernel
from .test_lifecycle import until_dead

pytestmark = pytest.mark.sandbox

ITS_OWN = re.compile(
    r"/proc/sys/(fs/mqueue/|kernel/(msg|sem$|shm|auto_msgmni|ns_last_pid$|pid_max$))"
)
"""Settings of a sandbox's own namespaces of messages and processes (namespaces(7))."""
SURROUNDINGS = Path(__file__).with_name("attacks") / "surroundings.py"


@pytest.fixture
def listeners() -> Generator[tuple[str, int]]:
    """Something of the machine that listens: an abstract name and a port, both without a guard."""
    name = f"colonnade-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as abstract, socket.socket() as loopback:
        abstract.bind("\0" + name)
        abstract.listen()
        loopback.bind(("127.0.0.1", 0))
        loopback.listen()
        yield name, loopback.getsockname()[1]


async def test_it_finds_nothing_of_the_platform_of_others_or_of_the_machine(
    kernel: Kernel, house: Path, small: str, listeners: tuple[str, int], tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of the platform")
    host = host_process(house)
    targets = [house, secret, house / "host" / "host.sock", house / "areas" / "bob"]
    targets += [house / "host" / "runtimes" / small / "server.sock", Path("/etc/shadow")]
    targets += [Path(f"/proc/{host.pid}/root"), Path(f"/proc/{os.getpid()}"), *_stages()]
    name, port = listeners
    given = f"TARGETS = {list(map(str, targets))!r}\nPORT = {port}\nNAME = {name!r}\n"
    attack = given + SURROUNDINGS.read_text()
    there = await asyncio.to_thread(_outside, attack)
    assert there["abstract"] == there["loopback"] == "connected"
    assert len(there["found"]) >= len(targets) - 2
    seen = json.loads(await kernel.run(attack))
    assert seen["found"] == seen["switches"] == []
    assert [path for path in seen["settings"] if not ITS_OWN.match(path)] == []
    assert len([path for path in there["settings"] if not ITS_OWN.match(path)]) > 100
    assert seen["abstract"] == seen["loopback"] == seen["loopback6"] == "ECONNREFUSED"


def _outside(program: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    return json.loads(done.stdout)


def _stages() -> list[Path]:
    return sorted(Path("/run").glob("colonnade-*"))


async def test_a_link_in_place_of_a_socket_leads_the_platform_nowhere(
    kernel: Kernel, shared: str, house: Path
) -> None:
    folders = ["/content", "/drive", "/opt/layer", "/tmp", "/dev/shm", "/run/jupyter"]
    links = [f"{folder}/server.sock" for folder in folders]
    await kernel.run(f"import os\nfor n in {links!r}: os.symlink('/run/docker.sock', n)")
    address = house / "host" / "runtimes" / shared / "server.sock"
    assert address.is_socket()
    assert not address.is_symlink()
    async with kernel.session.get("http://runtime/api/kernels") as answer:
        assert kernel.id in await answer.text()
    await kernel.run(f"for n in {links!r}: os.remove(n)")


async def test_a_processor_flood_is_held_to_its_share(
    attacker: Kernel, engine: LocalEngine, small: str
) -> None:
    if await _level(engine, "limits") != "full":
        pytest.skip("this machine bounds the processor of no group")
    code = """
import subprocess, sys, time
spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(8)]
time.sleep(0.5)
print("spinning")
"""
    assert "spinning" in await attacker.run(code)
    loop = asyncio.get_running_loop()
    before, began = await engine.usage(small), loop.time()
    await asyncio.sleep(2)
    after, seconds = await engine.usage(small), loop.time() - began
    await attacker.run("for one in spinning: one.kill(); one.wait()")
    # One core is promised; without the limit eight processes take all there are.
    assert 0.1 < (after.cpu_seconds - before.cpu_seconds) / seconds < 1.3


async def test_an_inode_flood_is_bounded(attacker: Kernel, engine: LocalEngine) -> None:
    if await _level(engine, "disk limit") != "full":
        pytest.skip("this machine cannot bound disks")
    code = """
import errno, os
count = 0
try:
    while count < 100_000:
        open(f"/content/f{count}", "w").close()
        count += 1
except OSError as problem:
    print(errno.errorcode[problem.errno])
for number in range(count): os.remove(f"/content/f{number}")
"""
    assert (await attacker.run(code)).strip() == "ENOSPC"


async def test_what_lies_in_memory_is_bounded_before_memory_ends(attacker: Kernel) -> None:
    code = """
import errno, os
filled = 0
for folder in ("/tmp", "/dev/shm", "/run/jupyter"):
    try:
        with open(folder + "/big", "wb", 0) as file:
            for _ in range(400): filled += file.write(bytes(1 << 20))
    except OSError as problem:
        print(errno.errorcode[problem.errno])
for folder in ("/tmp", "/dev/shm", "/run/jupyter"): os.remove(folder + "/big")
print(filled >> 20)
"""
    *errors, filled = (await attacker.run(code)).split()
    assert errors == ["ENOSPC"] * 3
    assert int(filled) < 300


async def test_a_flood_of_open_files_takes_them_from_nobody(
    attacker: Kernel, kernel: Kernel
) -> None:
    code = """
import os, signal
holding = []
for _ in range(20):
    ready, done = os.pipe()
    child = os.fork()
    if child == 0:
        kept = []
        try:
            while True: kept.append(os.eventfd(0))
        except OSError as problem:
            os.write(done, f"{problem.errno} {len(kept)}".encode())
        signal.pause()
    holding.append(child)
    print(os.read(ready, 100).decode())
"""
    lines = (await attacker.run(code)).splitlines()
    opened = "print(len([open('/dev/null') for _ in range(500)]))"
    assert (await kernel.run(opened)).strip() == "500"
    await attacker.run("for c in holding: os.kill(c, 9); os.waitpid(c, 0)")
    assert [line.split()[0] for line in lines] == ["24"] * 20
    assert 60 * int(lines[0].split()[1]) <= most_files() // 4


async def test_a_flood_of_terminals_takes_them_from_nobody(
    attacker: Kernel, kernel: Kernel
) -> None:
    code = """
import errno, os
kept = []
try:
    while True: kept.append(os.open("/dev/ptmx", os.O_RDWR))
except OSError as problem:
    print(errno.errorcode[problem.errno], len(kept))
"""
    error, count = (await attacker.run(code)).split()
    opened = "import pty; print(len(pty.openpty()))"
    assert (await kernel.run(opened)).strip() == "2"
    await attacker.run("for one in kept: os.close(one)")
    assert error == "ENOSPC"
    assert int(count) <= MOST_TERMINALS


OUTLIVE = """
import os
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir("/")
        os.execv("/bin/sleep", ["sleep", "86397"])
    os._exit(0)
os.wait()
print("left behind")
"""


@pytest.mark.parametrize("ending", ["the runtime is stopped", "its server dies", "the host dies"])
async def test_what_forks_twice_and_leaves_its_session_dies_with_its_runtime(
    ending: str, tmp_path: Path
) -> None:
    engine = LocalEngine(Settings(data=tmp_path))
    id = new_id()
    try:
        await engine.launch(LaunchSpec(id, Limits(disk_bytes=32 << 20), ENVIRONMENT))
        host = host_process(tmp_path)
        async with aiohttp.ClientSession(connector=engine.connector(id)) as session:
            kernel = await open_kernel(session)
            assert "left behind" in await kernel.run(OUTLIVE)
        left = await _until_found(host, "86397")
        if ending == "the runtime is stopped":
            await engine.stop(id, 0)
        elif ending == "its server dies":
            for one in _below(host, "/opt/environment/bin/python"):
                one.kill()
        else:
            host.send_signal(signal.SIGKILL)
        await until_dead(left)
    finally:
        await engine.close()
        await asyncio.to_thread(end_host, tmp_path)


async def _until_found(host: psutil.Process, word: str) -> list[psutil.Process]:
    async with asyncio.timeout(20):
        while not (found := _below(host, word)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return found


def _below(host: psutil.Process, word: str) -> list[psutil.Process]:
    """Its descendants with `word` in their command lines, bubblewrap's aside."""
    found: list[psutil.Process] = []
    for one in host.children(recursive=True):
        with suppress(psutil.Error):
            if word in one.cmdline() and one.name() != "bwrap":
                found.append(one)
    return found


async def _level(engine: LocalEngine, name: str) -> str:
    return {line.name: line.level for line in (await engine.tier()).lines}[name]
