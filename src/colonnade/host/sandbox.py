"""One sandbox that runs: its process, what it prints, how it ends."""

import asyncio
import json
import os
import resource
import shutil
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from colonnade.host import processes
from colonnade.host.registry import Record
from colonnade.host.seccomp import build_filter
from colonnade.kit.errors import Unavailable
from colonnade.runtimes.engine import LaunchSpec, RuntimeState, RuntimeStatus
from colonnade.sensors.process.filter import MACHINES
from colonnade.sensors.process.filter import build_filter as build_filter_of_execs

LOG_BYTES = 1 << 20
DRAIN_SECONDS = 0.5
"""Once the log is full, a runtime that goes on printing is read this slowly."""
_LAUNCH = Path(__file__).with_name("launch.py")
_OPEN_FILES = range(1024, 65_537)
_FEW_PROCESSES = 512


@dataclass
class Sandbox:
    """A runtime in the host's hands."""

    spec: LaunchSpec
    record: Record
    state: RuntimeState = RuntimeState.STARTING
    owner: str | None = None
    reason: str = ""
    ending: str = ""
    """Why the host ends it without being asked to."""
    process: asyncio.subprocess.Process | None = None
    hook: socket.socket | None = None
    """The host's end of the channel by which its kernels' hooks speak."""
    drive_map: int | None = None
    """Descriptor of the user namespace that maps the owner's files to this runtime's user."""
    kills_seen: int = 0
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    def status(self) -> RuntimeStatus:
        """What the engine tells of it."""
        return RuntimeStatus(self.spec.id, self.state, self.record.since, self.owner, self.reason)

    async def end(self, grace_seconds: float) -> None:
        """Ask it to end, insist after the grace, and wait until nothing of it is left."""
        if self.process is not None:
            found = processes.members(self.process.pid, self.record.groups)
            if grace_seconds > 0 and processes.ask_to_end(found):
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.process.wait(), grace_seconds)
            with suppress(ProcessLookupError):
                self.process.kill()
        await self.gone.wait()


@dataclass(frozen=True)
class Start:
    """How a process is started: command and variables, and for bubblewrap its arguments."""

    command: list[str]
    variables: dict[str, str]
    confinement: list[str] | None
    limits: dict[str, int]


def resource_limits(spec: LaunchSpec, own_user: bool, memory_bounded: bool) -> dict[str, int]:
    """Limits by name in `resource`: no core dumps, no priority above others; what no group bounds
    is bounded here.

    RLIMIT_CORE is 1, not 0: with 0 a machine that pipes dumps into a program still starts that
    program, outside and as root, for each crash (fs/coredump.c, core(5)). RLIMIT_DATA, not
    RLIMIT_AS, bounds memory: address space that is only reserved breaks CUDA.
    """
    limits = {"RLIMIT_CORE": 1, "RLIMIT_NOFILE": open_files(spec.limits.processes, most_files())}
    limits |= {"RLIMIT_RTPRIO": 0, "RLIMIT_NICE": 0}
    if own_user and spec.limits.processes:
        limits["RLIMIT_NPROC"] = spec.limits.processes
    if not memory_bounded and spec.limits.memory_bytes:
        limits["RLIMIT_DATA"] = spec.limits.memory_bytes
    return {name: value for name, value in limits.items() if hasattr(resource, name)}


def open_files(processes: int, most: int) -> int:
    """How many files one process may hold open, when all may have `most` (fs.file-max).

    All processes of a runtime together get a quarter of the machine's, as far as 1,024 each allow:
    past `most` nobody else's process could open a file.
    """
    share = most // 4 // (processes or _FEW_PROCESSES)
    return min(max(share, _OPEN_FILES[0]), _OPEN_FILES[-1])


def most_files() -> int:
    """How many files the machine's processes may hold open together (proc(5), fs.file-max)."""
    with suppress(OSError, ValueError):
        return int(Path("/proc/sys/fs/file-max").read_text())
    return sys.maxsize


async def spawn(
    start: Start, record: Record, address: str, handed: Mapping[str, socket.socket]
) -> asyncio.subprocess.Process:
    """Start the process with a fresh listener at `address` as its descriptor 3.

    handed: its ends of pairs: those of `launch.FIXED` (`way_out`, by which it gives its proxy's
    listener away, and `hook`, by which its kernels tell what they run), and `asking`, over which
    comes the listener that must answer for each of its execs.

    Must be called on the main thread: the sandbox dies with the thread that started it. Raises
    OSError.
    """
    passed: dict[str, int] = {}
    try:
        passed["listener"] = _listen(address)
        for name, end in handed.items():
            passed[name] = os.dup(end.fileno())
        command = start.command
        if start.confinement is not None:
            bwrap = shutil.which("bwrap") or "/usr/bin/bwrap"
            words = b"".join(os.fsencode(word) + b"\0" for word in start.confinement)
            passed["args"] = _memory_file(words)
            passed["seccomp"] = _memory_file(build_filter())
            command = [bwrap, "--args", "@args", "--seccomp", "@seccomp", "--", *command]
        plan = {
            "groups": [str(folder) for folder in record.groups],
            "uid": record.uid,
            "limits": start.limits,
            "passed": passed,
            "filter": exec_filter().hex() if "asking" in handed else "",
            "parent": os.getpid(),
            "command": command,
            "variables": start.variables,
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(_LAUNCH)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            pass_fds=tuple(passed.values()),
            env={},
            cwd="/",
        )
    finally:
        for descriptor in passed.values():
            os.close(descriptor)
    assert process.stdin is not None
    process.stdin.write(json.dumps(plan).encode())
    process.stdin.close()
    return process


def exec_filter() -> bytes:
    """The filter that makes the kernel ask about execs. Raises Unavailable on other machines."""
    machine = MACHINES.get(os.uname().machine)
    if machine is None:
        raise Unavailable("Programs cannot be watched on this kind of processor.")
    return build_filter_of_execs(machine)


async def keep_output(process: asyncio.subprocess.Process, log: Path) -> None:
    """Write what the process prints to `log`, up to `LOG_BYTES`, until it ends."""
    assert process.stdout is not None
    kept = 0
    with log.open("ab", buffering=0) as file:
        while piece := await process.stdout.read(1 << 16):
            if kept < LOG_BYTES:
                file.write(piece[: LOG_BYTES - kept])
                kept += len(piece)
            else:
                await asyncio.sleep(DRAIN_SECONDS)


async def first_answer(address: str) -> None:
    """Return once the server at `address` has answered a request. Raises Unavailable."""
    try:
        reader, writer = await asyncio.open_unix_connection(address)
        try:
            writer.write(b"GET /api HTTP/1.0\r\nHost: runtime\r\n\r\n")
            line = await reader.readline()
        finally:
            writer.close()
    except (OSError, ValueError) as problem:
        raise Unavailable("The runtime's server closed its connection.") from problem
    if b" 200 " not in line:
        raise Unavailable("The runtime's server did not start properly.")


def last_lines(log: Path, count: int = 3) -> str:
    """The end of a log, for the operator's log and for errors at start."""
    with suppress(OSError):
        return " | ".join(log.read_bytes()[-2000:].decode(errors="replace").splitlines()[-count:])
    return ""


def _listen(address: str) -> int:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(address)
        listener.listen(1024)
        return listener.detach()


def _memory_file(content: bytes) -> int:
    descriptor = os.memfd_create("colonnade", 0)
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
