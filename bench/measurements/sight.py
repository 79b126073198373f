"""How soon what a program does is found out, by the sensors of a real host.

Each sign is shown alone, by a program without a telling name in a fresh runtime. The time runs from
the cell that starts the program to the finding that the control plane is told of.
"""

import asyncio
import time
from pathlib import Path

import aiohttp

from bench.figures import Figure, at_most, p50
from bench.ground import Ground
from bench.kernels import BenchError, JupyterServer
from bench.signs import SIGNS
from colonnade.kit.ids import new_id
from colonnade.kit.settings import Settings
from colonnade.observations.vocabulary import FINDING
from colonnade.runtimes.engine import LaunchSpec, Limits, Observed
from colonnade.runtimes.local import LocalEngine

SOON = at_most(20)
PATIENCE_SECONDS = 60
LIMITS = Limits(cpus=1, memory_bytes=1 << 30, disk_bytes=256 << 20)


async def measure(ground: Ground) -> list[Figure]:
    """Seconds for each sign, and for all of them."""
    rounds = ground.samples(5, 1)
    engine = LocalEngine(Settings(data=ground.room("sight")))
    taken: dict[str, list[float]] = {sign: [] for sign in SIGNS}
    try:
        await engine.ensure_host()
        for _ in range(rounds):
            for sign, code in SIGNS.items():
                ground.say(f"sight: {sign}")
                taken[sign].append(await _found(engine, ground.environment, code))
    finally:
        await engine.end_host()
        await engine.close()
    note = f"p50 of {rounds}"
    each = [Figure("sight", sign, p50(found), "s", note=note) for sign, found in taken.items()]
    every = [one for found in taken.values() for one in found]
    note = f"slowest {max(every):.1f} s"
    return [*each, Figure("sight", "first sign to finding, p50", p50(every), "s", SOON, note)]


async def _found(engine: LocalEngine, environment: Path, code: str) -> float:
    """Seconds from the cell to the first finding. Raises BenchError when there is none."""
    runtime = new_id()
    told = asyncio.create_task(_first_finding(engine, runtime))
    await engine.launch(LaunchSpec(runtime, LIMITS, environment))
    try:
        async with aiohttp.ClientSession(connector=engine.connector(runtime)) as http:
            server = JupyterServer(http, "http://runtime")
            async with server.channel(await server.start_kernel()) as channel:
                began = time.perf_counter()
                await channel.execute(code)
                await asyncio.wait_for(told, PATIENCE_SECONDS)
                return time.perf_counter() - began
    except TimeoutError as problem:
        raise BenchError(f"no finding within {PATIENCE_SECONDS} s") from problem
    finally:
        told.cancel()
        await engine.stop(runtime, 0)


async def _first_finding(engine: LocalEngine, runtime: str) -> None:
    async for event in engine.events():
        seen = event.observation if isinstance(event, Observed) else None
        if seen is not None and seen.kind == FINDING and seen.runtime == runtime:
            return
