"""What the in-kernel hook costs a kernel: its start, making code in a tight loop, a stock notebook.

Kernels of the runtimes' own program, outside a sandbox, in pairs with a channel and without one.
All is taken in the processor's time, in which a neighbour's load does not count.
"""

import asyncio
import os
import random
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

from bench.figures import Figure, at_most, p50, paired_ratio
from bench.ground import Ground
from bench.kernels import BenchError
from colonnade.host.stage import INSIDE

READY_SECONDS = 60.0
LOOP = """
import time
began = time.process_time()
for number in range({count}):
    {work}
print((time.process_time() - began) / {count} * 1e6)
"""
SAME, FRESH = "eval('1+1')", "eval(f'{number}+1')"
STOCK = """
%matplotlib inline
import numpy, pandas, matplotlib.pyplot
frame = pandas.DataFrame(numpy.random.rand(1000, 4), columns=list('abcd'))
frame.query('a > 0.5').groupby(frame.a.round(1)).mean().plot()
matplotlib.pyplot.show()
"""


@dataclass(frozen=True)
class Sample:
    """What one kernel took, in seconds of the processor; the loops in microseconds a round.

    told: packets that came, pulses left out.
    """

    start: float
    same: float
    fresh: float
    stock: float
    told: int


async def measure(ground: Ground) -> list[Figure]:
    """Pairs of kernels in random order."""
    pairs = ground.samples(11, 2)
    await asyncio.to_thread(_sample, ground, False)  # Fonts are looked for once.
    with_hook: list[Sample] = []
    without: list[Sample] = []
    for _ in range(pairs):
        ways = [with_hook, without]
        random.shuffle(ways)
        for taken in ways:
            taken.append(await asyncio.to_thread(_sample, ground, taken is with_hook))

    def ratio(name: str) -> float:
        return paired_ratio(
            [[getattr(one, name)] for one in with_hook], [[getattr(one, name)] for one in without]
        )

    def added(name: str) -> float:
        return p50(
            [
                getattr(one, name) - getattr(other, name)
                for one, other in zip(with_hook, without, strict=True)
            ]
        )

    note = f"{pairs} pairs, processor's time"
    return [
        Figure("hook", "kernel's start, with ÷ without", ratio("start"), "×", at_most(1.05), note),
        Figure("hook", "added to the start", added("start") * 1000, "ms"),
        Figure("hook", "added to an eval of the same text", added("same"), "µs", at_most(8), note),
        Figure("hook", "added to an eval of a new text", added("fresh"), "µs", at_most(10), note),
        Figure("hook", "stock notebook, with ÷ without", ratio("stock"), "×", at_most(1.05), note),
        Figure("hook", "texts told by a stock notebook", max(one.told for one in with_hook), "",
               at_most(5)),
    ]  # fmt: skip


def _sample(ground: Ground, hooked: bool) -> Sample:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    with ours, theirs, _kernel(ground, theirs.fileno() if hooked else None) as (process, client):
        start = _used(process)
        _run(client, STOCK)
        after = _used(process)
        told = sum(b'"pulse"' not in packet for packet in _packets(ours))
        count = ground.samples(20_000, 2_000)
        same, fresh = (
            float(_run(client, LOOP.format(count=count, work=work))) for work in (SAME, FRESH)
        )
        if hooked == (not list(_packets(ours))):
            raise BenchError("the hook told nothing, or there was one where none should be")
        return Sample(start, same, fresh, after - start, told)


@contextmanager
def _kernel(
    ground: Ground, channel: int | None
) -> Generator[tuple[psutil.Process, BlockingKernelClient]]:
    """A kernel that is ready, and a client of it."""
    file, _ = write_connection_file(str(ground.folder / f"kernel-{random.getrandbits(40)}.json"))
    kernel = INSIDE / "colonnade_kernel.py"
    process = subprocess.Popen(
        [ground.environment / "bin" / "python", "-B", kernel, "-f", file],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=() if channel is None else (channel,),
        env=_variables(ground.folder, channel),
        cwd=ground.folder,
    )
    client = BlockingKernelClient(connection_file=file)
    try:
        client.load_connection_file()
        client.start_channels(hb=False)
        client.wait_for_ready(READY_SECONDS)
        yield psutil.Process(process.pid), client
    except RuntimeError as problem:
        raise BenchError(f"a kernel did not start ({problem})") from problem
    finally:
        client.stop_channels()
        process.kill()
        process.wait()


def _variables(folder: Path, channel: int | None) -> dict[str, str]:
    found = {"PATH": os.environ["PATH"], "HOME": str(folder), "IPYTHONDIR": str(folder / "ipython")}
    found |= {"MPLCONFIGDIR": str(folder / "matplotlib"), "COLONNADE_ROOT": str(folder)}
    return found if channel is None else {**found, "COLONNADE_HOOK": str(channel)}


def _run(client: BlockingKernelClient, code: str) -> str:
    """What the code printed."""
    printed: list[str] = []

    def take(message: dict[str, dict[str, str]]) -> None:
        printed.append(message["content"].get("text", ""))

    reply = client.execute_interactive(code, timeout=READY_SECONDS, output_hook=take)
    if reply["content"]["status"] != "ok":
        raise BenchError(f"a cell failed: {reply['content'].get('evalue')}")
    return "".join(printed)


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _packets(end: socket.socket) -> Generator[bytes]:
    while True:
        try:
            yield end.recv(1 << 17)
        except BlockingIOError:
            return
