"""From asking for a kernel to its first result, out of the prewarmed pool and cold.

A sample is what a notebook does when it is opened: POST /api/sessions, connect the WebSocket, run
`1 + 1`, wait for the result on iopub. The pool is full again before the next sample.
"""

import time

from bench.configuration import cold_only, prewarmed
from bench.figures import Figure, at_most, p50, percentile
from bench.ground import Ground
from bench.kernels import BenchError, JupyterServer
from bench.served import Served, platform

POOL = 1
FROM_POOL = at_most(100)
COLD = at_most(3)


async def measure(ground: Ground) -> list[Figure]:
    """Samples from the pool, then without one."""
    pooled = await from_pool(ground, ground.samples(20, 4))
    cold = await _cold(ground, ground.samples(5, 2))
    firsts, sessions = [first for _, first in pooled], [created for created, _ in pooled]
    count = f"{len(pooled)} samples"
    return [
        Figure("claim", "pool to first result, p50", p50(firsts) * 1e3, "ms", FROM_POOL, count),
        Figure("claim", "pool to first result, p90", percentile(firsts, 90) * 1e3, "ms"),
        Figure("claim", "of which until the session is there, p50", p50(sessions) * 1e3, "ms"),
        Figure("claim", "cold to first result, p50", p50(cold), "s", COLD, f"{len(cold)} samples"),
    ]


async def from_pool(ground: Ground, count: int) -> list[tuple[float, float]]:
    """`count` samples, each the seconds until the session was there and until the first result."""
    async with (
        platform(ground, "pool", prewarmed(POOL)) as served,
        served.person("ada") as client,
    ):
        return [await _sample_full(served, client) for _ in range(count)]


async def _sample_full(served: Served, client: JupyterServer) -> tuple[float, float]:
    await served.pool_holds(POOL)
    return await sample(client)


async def _cold(ground: Ground, count: int) -> list[float]:
    async with (
        platform(ground, "cold", cold_only()) as served,
        served.person("ada") as client,
    ):
        return [(await sample(client))[1] for _ in range(count)]


async def sample(client: JupyterServer) -> tuple[float, float]:
    """One notebook that is opened: seconds until its session was there, and its first result."""
    started = time.perf_counter()
    session_id, kernel_id = await client.open_session("bench.ipynb")
    created = time.perf_counter() - started
    async with client.channel(kernel_id) as channel:
        connected = time.perf_counter() - started
        run = await channel.execute("1 + 1")
    await client.close_session(session_id)
    if run.first_result_seconds != run.first_result_seconds:
        raise BenchError("`1 + 1` gave no result")
    return created, connected + run.first_result_seconds
