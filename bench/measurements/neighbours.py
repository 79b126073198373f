"""Whether one person's floods slow another's first result, or the control plane.

The attacker has a runtime of one core, as an operator of a shared machine would give. In each round
a second person opens notebooks out of the pool, calm and then under attack; the ratio is the median
of the rounds' ratios. The heartbeat is `/healthz`, asked twenty times a second all the while.
"""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp

from bench.attacks import ATTACKS, READER
from bench.configuration import shared_machine
from bench.figures import Figure, at_most, p50, paired_ratio, percentile
from bench.ground import Ground
from bench.kernels import BenchError, JupyterServer, execute_frame
from bench.measurements.claim import sample
from bench.people import add_people
from bench.processes import running
from bench.served import Served, platform
from bench.wire import PROTOCOL

NOTICED = at_most(2)
BEAT_SECONDS = 0.05
LAG = at_most(50)
SETTLE_SECONDS = 1.0


async def measure(ground: Ground) -> list[Figure]:
    """Each attack in turn, with calm moments between."""
    rounds, samples = ground.samples(3, 1), ground.samples(3, 2)
    figures: list[Figure] = []
    async with (
        platform(ground, "neighbours", shared_machine()) as served,
        served.person("ada") as ada,
    ):
        (token,) = await add_people(served.data, ["mallory"])
        await _firsts(served, ada, 2)
        for name, code in ATTACKS.items():
            ground.say(f"neighbours: {name}")
            figures += await _attacked(ground, served, ada, token, name, code, rounds, samples)
    return figures


async def _attacked(
    ground: Ground,
    served: Served,
    ada: JupyterServer,
    token: str,
    name: str,
    code: str,
    rounds: int,
    samples: int,
) -> list[Figure]:
    calm: list[list[float]] = []
    attacked: list[list[float]] = []
    calm_beats: list[float] = []
    beats: list[float] = []
    for _ in range(rounds):
        async with _heartbeat(served, calm_beats):
            calm.append(await _firsts(served, ada, samples))
        async with _attack(ground, served, token, code):
            await asyncio.sleep(SETTLE_SECONDS)
            async with _heartbeat(served, beats):
                attacked.append(await _firsts(served, ada, samples))
    milliseconds = [p50([one for part in both for one in part]) * 1e3 for both in (calm, attacked)]
    note = f"p50 {milliseconds[0]:.0f} ms calm, {milliseconds[1]:.0f} ms attacked"
    still = f"{percentile(calm_beats, 99) * 1e3:.0f} ms calm, {len(beats)} beats"
    ratio, lag = paired_ratio(attacked, calm), percentile(beats, 99) * 1e3
    return [
        Figure("neighbours", f"{name}: another's first result", ratio, "×", NOTICED, note),
        Figure("neighbours", f"{name}: heartbeat, p99", lag, "ms", LAG, still),
    ]


async def _firsts(served: Served, ada: JupyterServer, count: int) -> list[float]:
    found: list[float] = []
    for _ in range(count):
        await served.pool_holds(1)
        found.append((await sample(ada))[1])
    return found


@asynccontextmanager
async def _attack(ground: Ground, served: Served, token: str, code: str) -> AsyncGenerator[None]:
    """The attacker's runtime, flooding until the block ends."""
    await served.pool_holds(1)
    headers = {"Authorization": f"token {token}"}
    async with aiohttp.ClientSession() as http:
        mallory = JupyterServer(http, served.address, headers)
        session_id, kernel_id = await mallory.open_session("flood.ipynb")
        address = f"{served.address}/api/kernels/{kernel_id}/channels"
        program = READER.replace("PROTOCOL", repr(PROTOCOL))
        words = [sys.executable, "-c", program, address, token, execute_frame(code).hex()]
        log = ground.folder / "attacker.log"
        async with running(words, log) as client:
            yield
            if client.returncode is not None:
                raise BenchError(f"the attacker's client ended: {log.read_text()[-300:]}")
        await mallory.close_session(session_id)


@asynccontextmanager
async def _heartbeat(served: Served, seconds: list[float]) -> AsyncGenerator[None]:
    async def beat() -> None:
        async with aiohttp.ClientSession() as http:
            while True:
                began = time.perf_counter()
                async with http.get(f"{served.address}/healthz") as answer:
                    await answer.read()
                seconds.append(time.perf_counter() - began)
                await asyncio.sleep(BEAT_SECONDS)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
