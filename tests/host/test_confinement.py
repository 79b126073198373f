"""What code in a runtime can and cannot do, tried by real code in a real sandbox."""

import asyncio
import json
import os
from pathlib import Path

import psutil
import pytest

from colonnade.kit.ownership import AREA_UID, RUNTIME_UIDS
from colonnade.runtimes.engine import RuntimeState
from colonnade.runtimes.local import LocalEngine

from .conftest import Kernel, next_change

pytestmark = pytest.mark.sandbox

LOOK_AROUND = """
import ctypes, errno, fcntl, json, os, pathlib, pty, socket
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    ctypes.set_errno(0)
    result = libc.syscall(number, *arguments)
    return errno.errorcode.get(ctypes.get_errno(), str(result))
def attempt(work):
    try:
        return str(work())
    except OSError as problem:
        return errno.errorcode[problem.errno]
def inject():
    main, side = pty.openpty()
    return fcntl.ioctl(side, 0x5412, b"x")
def connect():
    return socket.create_connection(("203.0.113.1", 80), 2)
print(json.dumps({
    "uid": os.getuid(),
    "processes": len([name for name in os.listdir("/proc") if name.isdigit()]),
    "hostname": socket.gethostname(),
    "interfaces": [name for _, name in socket.if_nameindex()],
    "connect": attempt(connect),
    "root": sorted(os.listdir("/")),
    "write /usr": attempt(lambda: open("/usr/x", "w")),
    "write /": attempt(lambda: open("/x", "w")),
    "write /dev": attempt(lambda: open("/dev/x", "w")),
    "write environment": attempt(lambda: open("/opt/environment/x", "w")),
    "write ours": attempt(lambda: open("/opt/colonnade/x", "w")),
    "write notes": attempt(lambda: open("/run/colonnade/folder", "w")),
    "unshare": call(272, 0x10000000),
    "clone": call(56, 0x10000000 | 17, 0, 0, 0, 0),
    "mount": call(165, b"none", b"/tmp", b"tmpfs", 0, 0),
    "ptrace": call(101, 16, 1, 0, 0),
    "bpf": call(321, 0, 0, 0),
    "keyctl": call(250, 0, -3, 0),
    "io_uring": call(425, 1, 0),
    "clone3": call(435, 0, 0),
    "userfaultfd": call(323, 0),
    "perf": call(298, 0, 0, -1, -1, 0),
    "vsock": attempt(lambda: socket.socket(40, socket.SOCK_STREAM)),
    "packet": attempt(lambda: socket.socket(17, socket.SOCK_RAW)),
    "netlink": attempt(lambda: socket.socket(16, socket.SOCK_RAW, 12)),
    "set-user-id": attempt(lambda: os.chmod("/content", 0o4755)),
    "TIOCSTI": attempt(inject),
    "capabilities": [line for line in open("/proc/self/status") if line.startswith("CapEff")][0],
}))
"""


async def test_a_runtime_sees_nothing_of_the_machine_and_has_no_dangerous_call(
    kernel: Kernel, house: Path
) -> None:
    seen = json.loads(await kernel.run(LOOK_AROUND))
    assert seen["uid"] == 1000
    assert seen["processes"] < 12
    assert seen["hostname"] == "colonnade"
    assert seen["interfaces"] == ["lo"]
    assert seen["connect"] == "ENETUNREACH"
    assert not {"home", "srv", "boot", "sys", "mnt", "work"} & set(seen["root"])
    for name, outcome in seen.items():
        if name.startswith("write"):
            assert outcome in {"EROFS", "EACCES"}, name
    refused = "unshare clone mount ptrace bpf keyctl userfaultfd perf vsock packet netlink TIOCSTI"
    assert {name: seen[name] for name in refused.split()} == dict.fromkeys(refused.split(), "EPERM")
    assert seen["set-user-id"] == "EPERM"
    assert seen["io_uring"] == seen["clone3"] == "ENOSYS"
    assert int(seen["capabilities"].split()[1], 16) == 0
    hidden = await kernel.run(f"import os; print(os.path.exists({str(house)!r}))")
    assert hidden.strip() == "False"


async def test_the_folder_of_the_socket_cannot_be_reached_from_inside(kernel: Kernel) -> None:
    found = await kernel.run(
        "import os\n"
        "print([os.path.join(b, n) for b, _, f in os.walk('/') for n in f if n == 'server.sock'])"
    )
    assert found.strip() == "[]"
    assert "server.sock" not in await kernel.run("print(open('/proc/self/mountinfo').read())")


@pytest.mark.skipif(os.geteuid() != 0, reason="ids can be given away by root only")
async def test_each_runtime_has_a_user_of_its_own(
    engine: LocalEngine, house: Path, shared: str, small: str
) -> None:
    users: dict[str, set[int]] = {}
    for process in psutil.process_iter(["uids", "cmdline"]):
        # Some end while one looks: their uids or command lines are None then.
        uids, words = process.info["uids"], process.info["cmdline"]
        if uids and words and uids.real in RUNTIME_UIDS:
            users.setdefault(str(uids.real), set()).add(process.pid)
            assert str(house) not in " ".join(words), "a command line shows the host's paths"
    assert len(users) >= 2


async def test_the_owner_s_files_are_the_runtime_s_own(
    kernel: Kernel, house: Path, shared: str
) -> None:
    code = """
import os
print(os.getcwd(), os.stat("data.csv").st_uid, open("data.csv").read().split()[1])
open("made.txt", "w").write("here")
os.chmod("made.txt", 0o600)
print(open("/content/drive/MyDrive/course/data.csv").read().split()[0])
"""
    assert (await kernel.run(code)).split() == ["/drive/course", "1000", "1,2", "a,b"]
    made = house / "areas" / "ada" / "course" / "made.txt"
    assert made.read_text() == "here"
    if os.geteuid() == 0:
        assert (made.stat().st_uid, made.stat().st_gid) == (AREA_UID, AREA_UID)


async def test_a_kernel_keeps_its_folder_when_it_is_restarted(
    kernel: Kernel, engine: LocalEngine, shared: str
) -> None:
    await kernel.restart()
    assert (await kernel.run("import os; print(os.getcwd())")).strip() == "/drive/course"
    await engine.enter(shared, "no/such/folder")
    text = await kernel.run("import colonnade_runtime; print(colonnade_runtime.enter())")
    assert "cannot be entered" in text
    assert text.strip().endswith("/drive")
    text = await kernel.run("print(colonnade_runtime.enter('../etc'))")
    assert text.strip().endswith("/drive")
    await engine.enter(shared, "course")
    await kernel.run("colonnade_runtime.enter()")


async def test_a_burst_of_output_loses_nothing(kernel: Kernel) -> None:
    text = await kernel.run("for n in range(4000): display(n)")
    assert text.split() == [str(number) for number in range(4000)]


async def test_a_terminal_opens_in_the_sandbox(kernel: Kernel) -> None:
    async with kernel.session.post("http://runtime/api/terminals") as answer:
        name = (await answer.json())["name"]
    address = f"http://runtime/terminals/websocket/{name}"
    seen = ""
    async with asyncio.timeout(20), kernel.session.ws_connect(address) as socket:
        await socket.send_json(["stdin", "echo $((6 * 7)) $USER; which python\r"])
        while "/opt/layer/bin/python" not in seen:
            kind, *rest = await socket.receive_json()
            seen += str(rest[0]) if kind == "stdout" else ""
    assert "42 jovyan" in seen


async def test_pip_installs_into_the_layer_and_leaves_the_environment_alone(
    kernel: Kernel,
) -> None:
    code = """
import importlib.metadata, subprocess, zipfile
name = "/content/tornado-99.0-py3-none-any.whl"
about = "tornado-99.0.dist-info"
with zipfile.ZipFile(name, "w") as wheel:
    wheel.writestr("colonnade_example.py", "value = 41")
    wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\\nName: tornado\\nVersion: 99.0\\n")
    wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
    wheel.writestr(f"{about}/RECORD", "")
done = subprocess.run(["pip", "install", "--no-index", "--no-deps", name], capture_output=True)
import colonnade_example
print(done.returncode, colonnade_example.__file__, importlib.metadata.version("tornado"))
"""
    words = (await kernel.run(code)).split()
    assert words[0] == "0", words
    assert words[1].startswith("/opt/layer/lib/")
    assert words[2] == "99.0"


async def test_a_fork_flood_is_bounded(attacker: Kernel) -> None:
    code = """
import os, signal, time
children = []
try:
    for _ in range(500):
        child = os.fork()
        if child == 0:
            time.sleep(30)
            os._exit(0)
        children.append(child)
except OSError as problem:
    print(type(problem).__name__)
print(len(children))
for child in children:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""
    error, count = (await attacker.run(code)).split()
    assert error == "BlockingIOError"
    assert int(count) < 60


async def test_the_disk_is_bounded(attacker: Kernel, engine: LocalEngine, small: str) -> None:
    tier = {line.name: line.level for line in (await engine.tier()).lines}
    if tier["disk limit"] != "full":
        pytest.skip("this machine cannot bound disks")
    code = """
import errno, os
try:
    with open("/content/big", "wb") as file:
        for _ in range(64): file.write(bytes(1 << 20)); file.flush()
except OSError as problem:
    print(errno.errorcode[problem.errno])
"""
    assert (await attacker.run(code)).strip() == "ENOSPC"
    assert (await engine.usage(small)).disk_bytes > 20 << 20
    await attacker.run("os.remove('/content/big')")


async def test_the_number_of_files_is_bounded_and_nobody_else_notices(
    attacker: Kernel, kernel: Kernel, engine: LocalEngine
) -> None:
    tier = {line.name: line.level for line in (await engine.tier()).lines}
    if tier["disk limit"] != "full":
        pytest.skip("this machine cannot bound disks")
    code = """
import errno, os
os.makedirs("/content/flood")
try:
    for count in range(1_000_000): open(f"/content/flood/{count}", "w").close()
except OSError as problem:
    print(errno.errorcode[problem.errno], count)
"""
    error, count = (await attacker.run(code)).split()
    assert error == "ENOSPC"
    assert int(count) < 20_000
    written = "for n in range(100): open(f'/content/{n}.mine', 'w').write('x' * 10_000)\nprint(n)"
    assert (await kernel.run(written)).strip() == "99"
    await kernel.run("import glob, os\nfor name in glob.glob('/content/*.mine'): os.remove(name)")
    await attacker.run("import shutil; shutil.rmtree('/content/flood')")


async def test_a_memory_flood_ends_the_kernel_only_and_is_told(
    attacker: Kernel, engine: LocalEngine, small: str
) -> None:
    tier = {line.name: line.level for line in (await engine.tier()).lines}
    if tier["limits"] != "full":
        pytest.skip("this machine bounds the memory of single processes only")
    events = engine.events()
    told = asyncio.ensure_future(next_change(events))
    await engine.tier()  # Asked after the stream, and so answered once the stream is open.
    flood = "import os\nblocks = [os.urandom(1 << 20) for _ in range(2000)]"
    attack = asyncio.ensure_future(attacker.run(flood))
    event = await asyncio.wait_for(told, 120)
    assert event.status.id == small
    assert event.status.state is RuntimeState.RUNNING
    assert "Out of memory" in event.status.reason
    attack.cancel()
    await asyncio.wait([attack])
    assert (await attacker.run("print(6 * 7)")).strip() == "42"


async def test_an_idle_runtime_is_small(engine: LocalEngine, kernel: Kernel, shared: str) -> None:
    await kernel.restart()
    await kernel.run("1")
    usage = await engine.usage(shared)
    assert 0 < usage.memory_bytes < 110 << 20
    assert usage.processes >= 3
    assert usage.cpu_seconds > 0
