"""Processes that the bench starts, and the memory of process trees as the kernel counts it."""

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from bench.kernels import BenchError

GRACE_SECONDS = 20
POLL_SECONDS = 0.02
READY_SECONDS = 120
LOG_TAIL_CHARACTERS = 800


@asynccontextmanager
async def running(
    command: Sequence[str | Path],
    log: Path,
    environment: Mapping[str, str] | None = None,
    end_with: signal.Signals = signal.SIGTERM,
    stdout: int | None = None,
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """`command` as a process in a session of its own, ended when the block ends.

    A terminal's Ctrl-C therefore reaches the bench alone, which then ends each process in order.
    log: takes standard error, and standard output unless `stdout` says otherwise.
    """
    with log.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            *map(str, command),
            stdin=subprocess.DEVNULL,
            stdout=file if stdout is None else stdout,
            stderr=file,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        await _end(process, end_with)


async def _end(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    if process.returncode is None:
        process.send_signal(number)
        try:
            await asyncio.wait_for(process.wait(), GRACE_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


async def finished(
    command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None
) -> str:
    """What `command` prints until it ends. Raises BenchError when it fails."""
    async with running(command, log, environment, stdout=subprocess.PIPE) as process:
        printed, _ = await process.communicate()
    if process.returncode:
        words = " ".join(Path(str(word)).name for word in command[:4])
        raise BenchError(f"`{words} …` failed: {tail(log)}")
    return printed.decode()


async def end_by_id(pid: int) -> None:
    """End a process that is not our child (one that was left behind on purpose), and wait."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        with suppress(BenchError):
            await until(lambda: _gone(pid), f"process {pid} to end", GRACE_SECONDS)
            return


async def _gone(pid: int) -> bool:
    return not os.path.exists(f"/proc/{pid}")  # noqa: ASYNC240 (procfs answers at once)


async def until(
    condition: Callable[[], Awaitable[bool]],
    what: str,
    seconds: float = READY_SECONDS,
    pause_seconds: float = POLL_SECONDS,
) -> None:
    """Wait until `condition` holds. Raises BenchError, naming `what`, after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110 (other processes set no events)
                await asyncio.sleep(pause_seconds)
    except TimeoutError:
        raise BenchError(f"waited {seconds:g} s in vain for {what}") from None


def tail(log: Path) -> str:
    """The end of a log, for a person who wonders what went wrong."""
    return log.read_text("utf-8", errors="replace")[-LOG_TAIL_CHARACTERS:].strip()


def free_port() -> int:
    """A port that was free on loopback a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def descendants(pid: int) -> list[int]:
    """Every process that descends from `pid`, itself not among them."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                children.setdefault(_parent(folder), []).append(int(folder.name))
    found = list(children.get(pid, []))
    for child in found:
        found += children.get(child, [])
    return found


def _parent(folder: Path) -> int:
    # The command's name stands in parentheses and may itself hold parentheses and spaces.
    return int((folder / "stat").read_text().rpartition(")")[2].split()[1])


def pss_bytes(pids: Sequence[int]) -> int:
    """Proportional set size of the processes together; one that has ended counts nothing."""
    return sum(_pss_bytes(pid) for pid in pids)


def _pss_bytes(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
