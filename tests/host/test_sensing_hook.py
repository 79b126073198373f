"""What the hooks in real kernels tell of what they run, and what becomes of their lies."""

import asyncio
import base64
import json
import marshal
import os
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import replace
from pathlib import Path

import aiohttp
import psutil
import pytest

from colonnade.kit.clock import utcnow
from colonnade.kit.errors import Invalid, NotFound
from colonnade.kit.ids import new_id
from colonnade.kit.settings import Settings
from colonnade.observations import Observation, Trust
from colonnade.runtimes.engine import LaunchSpec, Limits
from colonnade.runtimes.local import LocalEngine
from support.watched_host import OBSERVATION

from .conftest import ENVIRONMENT, Kernel, open_kernel

pytestmark = pytest.mark.sandbox

HOST = Path(__file__).parents[1] / "support" / "watched_host.py"
TEXT = """
import os
os.system("git clone https://github.com/lab-example/renamed-tool && python main.py train --model x")
"""
FIND = """
import os, socket
def channels():
    for name in os.listdir("/proc/self/fd"):
        try:
            with socket.socket(fileno=int(name)) as one:
                copy = one.dup() if one.type == socket.SOCK_SEQPACKET else None
                one.detach()
        except OSError:
            continue
        if copy is not None:
            yield int(name), copy
"""


class Room:
    """A host, one runtime and its kernel."""

    def __init__(
        self, data: Path, host: psutil.Process, engine: LocalEngine, runtime: str, kernel: Kernel
    ) -> None:
        self.data, self.host, self.engine = data, host, engine
        self.runtime, self.kernel = runtime, kernel

    def seen(self) -> list[Observation]:
        """What was observed of the runtime so far."""
        lines = (self.data / "seen.jsonl").read_bytes().splitlines()
        found = [OBSERVATION.validate_json(line) for line in lines]
        return [one for one in found if one.runtime == self.runtime]

    async def until(self, fits: Callable[[Observation], bool], seconds: float = 20) -> Observation:
        """The first that fits."""
        async with asyncio.timeout(seconds):
            while True:
                for one in self.seen():
                    if fits(one):
                        return one
                await asyncio.sleep(0.1)


@pytest.fixture(scope="module")
def host() -> Generator[tuple[Path, psutil.Process]]:
    """A host of its own, since the others' say nothing of what stays with them."""
    data = Path(tempfile.mkdtemp(prefix="colonnade-hook-")).resolve()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with (data / "host.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(HOST), str(data)], stdout=log, stderr=log, env=environment
        )
    yield data, psutil.Process(process.pid)
    process.terminate()
    process.wait(20)
    shutil.rmtree(data)


@pytest.fixture
async def room(host: tuple[Path, psutil.Process]) -> AsyncGenerator[Room]:
    """A runtime of its own for each test."""
    data, process = host
    engine, id = LocalEngine(Settings(data=data)), new_id()
    async with asyncio.timeout(20):
        while not (data / "host" / "host.sock").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await engine.launch(LaunchSpec(id, Limits(cpus=2, disk_bytes=64 << 20), ENVIRONMENT))
    try:
        async with aiohttp.ClientSession(connector=engine.connector(id)) as session:
            yield Room(data, process, engine, id, await open_kernel(session))
    finally:
        await engine.stop(id, 0)
        await engine.close()


def features(one: Observation) -> list[list[str]]:
    """What it shows."""
    return json.loads(str(one.attributes["features"]))


def is_hook(one: Observation) -> bool:
    return one.kind == "hook"


async def test_decoded_text_shows_what_it_does(room: Room) -> None:
    encoded = base64.b64encode(zlib.compress(TEXT.encode())).decode()
    cell = f"""
import base64, zlib, builtins
run = getattr(builtins, "ex" + "ec")
run(zlib.decompress(base64.b64decode({encoded!r})))
"""
    await room.kernel.run(cell)
    one = await room.until(lambda one: is_hook(one) and one.attributes["origin"] == "computed")
    assert ["clone", "github.com/lab-example/renamed-tool"] in features(one)
    assert ["subcommand", "main.py train"] in features(one)
    assert (one.trust, one.source) == (Trust.IN_SANDBOX, "hook")
    assert len(str(one.attributes["features"])) <= 1000
    log = (room.data / "host.log").read_text()
    assert room.runtime in log
    assert "renamed-tool" not in log


async def test_a_code_object_without_text_shows_its_calls(room: Room) -> None:
    data = marshal.dumps(compile(TEXT.replace("renamed", "marshalled"), "<x>", "exec"))
    await room.kernel.run(f"import marshal; exec(marshal.loads({data!r}))")
    one = await room.until(lambda one: is_hook(one) and one.attributes["origin"] == "code")
    assert ["clone", "github.com/lab-example/marshalled-tool"] in features(one)


async def test_modules_of_their_own_and_commands_are_told_also_after_a_restart(room: Room) -> None:
    await room.kernel.run("print(1)")
    await room.kernel.restart()
    await room.kernel.run(
        "open('/content/mine.py', 'w').write('import numpy.fft')\n"
        "import sys; sys.path.insert(0, '/content')\n"
        "import mine, subprocess\n"
        "subprocess.run(['git', 'clone', 'https://example.org/a/b', '--depth=1'])"
    )
    one = await room.until(lambda one: is_hook(one) and one.attributes["origin"] == "module")
    assert ["import", "numpy.fft"] in features(one)
    one = await room.until(lambda one: is_hook(one) and one.attributes["origin"] == "command")
    assert ["clone", "example.org/a/b"] in features(one)


async def test_forked_children_tell_for_themselves_and_programs_have_no_channel(
    room: Room,
) -> None:
    text = TEXT.replace("renamed", "forked")
    found = await room.kernel.run(
        f"import os\nif os.fork() == 0:\n    exec({text!r}[:])\n    os._exit(0)\nos.wait()\n"
        "import subprocess\nprint(subprocess.run(['ls', '-l', '/proc/self/fd'],"
        " capture_output=True, text=True, close_fds=False).stdout)"
    )
    assert "socket:" not in found
    await room.until(lambda one: is_hook(one) and "forked-tool" in str(one.attributes))


async def test_what_is_forged_is_a_hint_or_nothing(room: Room) -> None:
    plausible = b'{"kind": "text", "origin": "computed", "language": "shell"}\ngit clone x.org/f'
    unknown = b'{"kind": "text", "origin": ["x"], "language": "python"}\nx'
    count = b'{"kind": "pulse", "dropped": 1e400}'
    packets = [b"", b"\n", b"{", b"[" * 1000, b"\xff" * 90_000, unknown, count, plausible]
    await room.kernel.run(
        FIND
        + f"for _, one in channels():\n    for packet in {packets!r}:\n        one.send(packet)"
    )
    one = await room.until(lambda one: is_hook(one) and "x.org/f" in str(one.attributes))
    assert one.trust is Trust.IN_SANDBOX
    assert {one.trust for one in room.seen() if one.source == "hook"} == {Trust.IN_SANDBOX}


async def test_a_flood_is_bounded_and_becomes_one_gap(room: Room) -> None:
    used, resident = room.host.cpu_times(), room.host.memory_info().rss
    await room.kernel.run(
        FIND
        + """
import time
head = b'{"kind": "text", "origin": "computed", "language": "python"}\\n'
for _, one in channels():
    for number in range(100_000):
        try:
            one.send(head + b"x = %d" % number + b" " * 60_000, socket.MSG_DONTWAIT)
        except BlockingIOError:
            time.sleep(0.001 if number % 20 == 0 else 0)
"""
    )
    gap = await room.until(lambda one: one.subject == "hook-flood")
    after = room.host.cpu_times()
    assert int(gap.attributes["count"]) > 0
    assert room.host.memory_info().rss - resident < 64 << 20
    assert after.user + after.system - used.user - used.system < 5


async def test_a_hook_that_is_switched_off_in_a_busy_kernel_is_a_gap(room: Room) -> None:
    await room.kernel.run(
        FIND + "for number, _ in channels():\n    os.close(number)\n"
        "import time\nuntil = time.time() + 8\nwhile time.time() < until: pass"
    )
    gap = await room.until(lambda one: one.subject == "hook-silent", 10)
    assert gap.kind == "gap"
    assert int(gap.attributes["count"]) >= 3


async def test_what_the_control_plane_notes_reaches_the_judge_as_a_hint(room: Room) -> None:
    about: dict[str, str | int | float | bool] = {"count": 3, "example": "[1][2]"}
    seen = Observation(utcnow(), "gate", Trust.KERNEL, "output", room.runtime, "form", about)
    await room.engine.note(seen)
    one = await room.until(lambda one: one.kind == "output")
    assert (one.trust, one.source, one.runtime) == (Trust.IN_SANDBOX, "output", room.runtime)
    assert one.attributes == about
    for wrong in (
        replace(seen, kind="finding"),
        replace(seen, subject="x" * 101),
        replace(seen, attributes={"example": "x" * 101}),
    ):
        with pytest.raises(Invalid):
            await room.engine.note(wrong)
    with pytest.raises(NotFound):
        await room.engine.note(replace(seen, runtime=new_id()))
    address = f"http://host/runtimes/{room.runtime}/observations"
    connector = aiohttp.UnixConnector(str(room.data / "host" / "host.sock"))
    async with aiohttp.ClientSession(connector=connector) as session:
        for body in (b"", b"{}", b'{"kind": "exec", "subject": "x"}', b"[" * 100_000):
            async with session.post(address, data=body) as answer:
                assert answer.status == 400, await answer.text()
