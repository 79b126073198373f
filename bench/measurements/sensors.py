"""What watching costs: a runtime that rests, and a walk through many files.

At rest: processor time of the whole host over some minutes, with few and with more idle runtimes;
the slope is what one more costs, everything that the host does for it included. A walk: the
thread's own processor time over trees of growing size, first with everything new, then with
nothing new.
"""

import asyncio
import math
import os
import sys
import tempfile
import time
from pathlib import Path
from random import Random

import psutil

from bench.figures import Figure, at_most, p50, slope
from bench.ground import Ground
from bench.kernels import BenchError
from colonnade.kit.clock import utcnow
from colonnade.kit.ids import new_id
from colonnade.kit.settings import Settings
from colonnade.runtimes.engine import LaunchSpec, Limits
from colonnade.runtimes.local import LocalEngine
from colonnade.sensors.files.looking import Looking
from colonnade.sensors.files.walk import Budget
from colonnade.sensors.watched import Watched

FEW, MORE = 1, 6
SETTLE_SECONDS = 30
AT_REST = at_most(0.2)
LINEAR = at_most(1.15)
SIZES = (1_000, 4_000, 16_000)
FILES_A_FOLDER = 200
UNBOUNDED = Budget(10**7, 600)


async def measure(ground: Ground) -> list[Figure]:
    """Idle runtimes first, then trees."""
    return [await _at_rest(ground), *await asyncio.to_thread(_walks, ground)]


async def _at_rest(ground: Ground) -> Figure:
    seconds = ground.samples(150, 65)
    engine = LocalEngine(Settings(data=ground.folder))
    try:
        await engine.ensure_host()
        host = _host_of(ground.folder)
        counts: list[float] = []
        shares: list[float] = []
        for wanted in (FEW, MORE):
            while len(await engine.list()) < wanted:
                limits = Limits(cpus=1, memory_bytes=512 << 20, disk_bytes=64 << 20)
                await engine.launch(LaunchSpec(new_id(), limits, ground.environment))
            await asyncio.sleep(SETTLE_SECONDS)
            before, began = _seconds(host), time.monotonic()
            await asyncio.sleep(seconds)
            counts.append(wanted)
            shares.append((_seconds(host) - before) / (time.monotonic() - began) * 100)
        note = f"of a core, in percent: slope from {FEW} to {MORE} over {seconds} s, whole host"
        share = slope(counts, shares)
        return Figure("sensors", "watching an idle runtime", share, "", AT_REST, note)
    finally:
        await engine.close()
        for one in _hosts_of(ground.folder):
            one.terminate()
            one.wait(20)


def _walks(ground: Ground) -> list[Figure]:
    rounds = ground.samples(7, 3)
    first: list[float] = []
    again: list[float] = []
    for size in SIZES:
        with tempfile.TemporaryDirectory(dir=ground.folder) as made:
            _plant(Path(made), size)
            timed = [_walk_twice(Path(made)) for _ in range(rounds)]
            first.append(p50([one for one, _ in timed]))
            again.append(p50([two for _, two in timed]))
    growth = slope([math.log(size) for size in SIZES], [math.log(cost) for cost in again])
    many = SIZES[-1]
    note = f"processor time, {many:,} files in folders of {FILES_A_FOLDER}"
    return [
        Figure("sensors", "a file, first walk", first[-1] / many * 1e6, "", note=f"µs; {note}"),
        Figure("sensors", "a file, nothing new", again[-1] / many * 1e6, "", note=f"µs; {note}"),
        Figure("sensors", "growth of a walk with its size", growth, "", LINEAR, "exponent"),
    ]


def _plant(folder: Path, size: int) -> None:
    for number in range(size):
        inner = folder / str(number // FILES_A_FOLDER)
        inner.mkdir(exist_ok=True)
        (inner / f"{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(60))


def _walk_twice(folder: Path) -> tuple[float, float]:
    watched = Watched("0" * 32, os.getpid(), None, (), folder, disk_bytes=1)
    looking = Looking(watched, utcnow, Random(1), UNBOUNDED)  # noqa: S311
    try:
        return looking.walk().cost_seconds, looking.walk().cost_seconds
    finally:
        looking.close()


def _host_of(data: Path) -> psutil.Process:
    found = _hosts_of(data)
    if not found:
        raise BenchError("no host runs")
    return found[0]


def _hosts_of(data: Path) -> list[psutil.Process]:
    command = [sys.executable, "-m", "colonnade.host", "--data", str(data)]
    return [one for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"] == command]


def _seconds(host: psutil.Process) -> float:
    """Processor time of the host, all its threads, without its children."""
    times = host.cpu_times()
    return times.user + times.system
