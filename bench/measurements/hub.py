"""The same steps with JupyterHub and its stock parts, in the same run.

Start to first result: the person asks for a server, it answers, a kernel starts, `1 + 1` gives a
result. Memory: as many people with an idle kernel on either side; the hub, its proxy, the control
plane and the host are shown apart and count for neither.
"""

import asyncio
import time

from bench.figures import Figure, at_least, at_most, p50
from bench.ground import Ground
from bench.hub import Hub, hub
from bench.measurements.claim import from_pool
from bench.measurements.memory import runtime_megabytes

QUICKER, LEANER = at_least(50), at_most(0.7)
SETTLE_SECONDS = 5


async def measure(ground: Ground) -> list[Figure]:
    """JupyterHub first, then the platform, with nothing of the other running."""
    people = ground.samples(5, 2)
    async with hub(ground) as there:
        seconds = [await _start(there, f"person-{number}") for number in range(people)]
        await asyncio.sleep(SETTLE_SECONDS)
        theirs, themselves = there.people_bytes() / people / 1e6, there.own_bytes() / 1e6
    pooled = p50([first for _, first in await from_pool(ground, ground.samples(10, 3))])
    ours = await runtime_megabytes(ground, people)
    slow = p50(seconds)
    note = f"{people} people on either side"
    return [
        Figure("hub", "JupyterHub, start to first result, p50", slow, "s", None, note),
        Figure("hub", "Colonnade, from the pool, p50", pooled * 1e3, "ms"),
        Figure("hub", "quicker by", slow / pooled, "×", QUICKER),
        Figure("hub", "JupyterHub, memory a person with a kernel", theirs, "MB"),
        Figure("hub", "Colonnade, memory a person with a kernel", ours, "MB"),
        Figure("hub", "memory, Colonnade ÷ JupyterHub", ours / theirs, "×", LEANER),
        Figure("hub", "JupyterHub's hub and proxy", themselves, "MB"),
    ]


async def _start(there: Hub, name: str) -> float:
    await there.add_person(name)
    started = time.perf_counter()
    server = await there.start_server(name)
    async with server.channel(await server.start_kernel()) as channel:
        connected = time.perf_counter() - started
        return connected + (await channel.execute("1 + 1")).first_result_seconds
