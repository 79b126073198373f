"""Fifty people, each with a kernel of their own, each running one small cell a second.

Their seconds are spread over the second, as people's are. A cell that answers wrongly, late beyond
reason or not at all is a failure.
"""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from bench.configuration import cold_only
from bench.figures import Figure, at_most, p50, p99
from bench.ground import Ground
from bench.kernels import BenchError, Channel, JupyterServer
from bench.served import Served, platform

PEOPLE = 50
STARTING_AT_ONCE = 2
LATE_SECONDS = 10
P99, FAILURES, PERSON = at_most(25), at_most(0), at_most(100)


@dataclass
class Tally:
    """What the crowd met: seconds of each cell that ran, and how many did not."""

    seconds: list[float] = field(default_factory=list[float])
    failures: int = 0


async def measure(ground: Ground) -> list[Figure]:
    """Everybody starts, then runs for a while.

    Memory is read as soon as they have run: walking the pages of 150 processes takes longer than
    many cells, and would be counted as theirs.
    """
    people, lasting = ground.samples(PEOPLE, 8), ground.samples(30, 5)
    async with platform(ground, "crowd", cold_only(people)) as served, AsyncExitStack() as stack:
        names = [f"student-{number}" for number in range(people)]
        clients = await stack.enter_async_context(served.people(names))
        started = time.perf_counter()
        channels = await _start_all(stack, clients)
        starting = time.perf_counter() - started
        tally = Tally()
        await asyncio.gather(
            *(_live(channel, i / people, lasting, tally) for i, channel in enumerate(channels))
        )
        memory = _megabytes(served)
    return _figures(people, lasting, starting, tally, memory)


def _figures(
    people: int, lasting: int, starting: float, tally: Tally, memory: dict[str, float]
) -> list[Figure]:
    if not tally.seconds:
        raise BenchError(f"not one of the crowd's cells ran; {tally.failures} failed")
    note = f"{people} people, {len(tally.seconds)} cells in {lasting} s"
    each = sum(memory.values()) / people
    parts = ", ".join(f"{name} {value:,.0f} MB" for name, value in memory.items())
    return [
        Figure("crowd", "a cell, p50", p50(tally.seconds) * 1e3, "ms", None, note),
        Figure("crowd", "a cell, p99", p99(tally.seconds) * 1e3, "ms", P99),
        Figure("crowd", "failures", tally.failures, "", FAILURES),
        Figure("crowd", "memory a person", each, "MB", PERSON, f"PSS of everything: {parts}"),
        Figure("crowd", "until all had a kernel, cold", starting, "s"),
    ]


def _megabytes(served: Served) -> dict[str, float]:
    return {
        "runtimes": served.sandboxes_bytes() / 1e6,
        "control plane": served.control_plane_bytes() / 1e6,
        "host": served.host_bytes() / 1e6,
    }


async def _start_all(stack: AsyncExitStack, clients: list[JupyterServer]) -> list[Channel]:
    gate = asyncio.Semaphore(STARTING_AT_ONCE)

    async def start(client: JupyterServer) -> str:
        async with gate:
            return await client.start_kernel()

    kernels = await asyncio.gather(*map(start, clients))
    channels: list[Channel] = []
    for client, kernel_id in zip(clients, kernels, strict=True):
        channel = await stack.enter_async_context(client.channel(kernel_id))
        await channel.execute("1 + 1")
        channels.append(channel)
    return channels


async def _live(channel: Channel, offset: float, lasting: int, tally: Tally) -> None:
    begin = time.monotonic() + offset
    for second in range(lasting):
        await asyncio.sleep(max(0.0, begin + second - time.monotonic()))
        try:
            tally.seconds.append((await channel.execute(f"1 + {second}", LATE_SECONDS)).seconds)
        except (BenchError, ConnectionError):
            tally.failures += 1
