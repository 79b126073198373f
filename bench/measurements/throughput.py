"""How fast text and displays flow through the gate and directly, and whether any is lost.

The direct server has the rate limits and ZeroMQ's high-water marks off, as the runtimes have; what
a stock server makes of the same cells is shown beside it. Before each round the runtime rests,
until the gate lets a burst pass at once again (`colonnade.gate.pace`).
"""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from bench.configuration import prewarmed
from bench.figures import Figure, Target, at_least, p50, paired_ratio
from bench.ground import Ground
from bench.kernels import BenchError, Channel
from bench.plain import plain_server
from bench.served import platform
from colonnade.gate.pace import RATE_BYTES

LINE_CHARACTERS = 1024
MEGABYTE = 1_000_000
DISPLAYS = 4000
RATIO, ALL = at_least(0.8), at_least(DISPLAYS)
TEXT = """
import sys
for _ in range({lines}):
    sys.stdout.write('x' * {characters} + '\\n')
"""
SHOW = f"""
from IPython.display import display
for i in range({DISPLAYS}):
    display({{'text/plain': 'x' * 300}}, raw=True)
"""


async def measure(ground: Ground) -> list[Figure]:
    """Rounds in which both variants print and display in turns; then a stock server, once."""
    rounds, megabytes = ground.samples(9, 2), ground.samples(40, 10)
    async with _variants(ground) as channels:
        text, displays = await _take_turns(channels, rounds, megabytes)
    least = min(count for turns in displays["gate"] for count, _ in turns)
    note = f"{rounds} rounds of {megabytes} MB in turns"
    return [
        *_compared("stdout", text, megabytes, "MB/s", RATIO, note),
        *_compared(
            "displays",
            {name: [[s for _, s in turns] for turns in all_] for name, all_ in displays.items()},
            DISPLAYS,
            "/s",
            RATIO,
            f"{rounds} rounds of {DISPLAYS} in turns",
        ),
        Figure("throughput", f"of {DISPLAYS:,} displays arrive, at least", least, "", ALL),
        *await _stock(ground, megabytes),
    ]


def _compared(
    what: str,
    seconds: dict[str, list[list[float]]],
    amount: float,
    unit: str,
    target: Target,
    note: str,
) -> list[Figure]:
    speeds = {name: amount / p50([t[0] for t in turns]) for name, turns in seconds.items()}
    # Speed is the inverse of time, so the direct server's time stands above.
    ratio = paired_ratio(seconds["direct"], seconds["gate"])
    return [
        *(Figure("throughput", f"{what}, {name}", value, unit) for name, value in speeds.items()),
        Figure("throughput", f"{what}, gate ÷ direct", ratio, "×", target, note),
    ]


async def _take_turns(
    channels: dict[str, Channel], rounds: int, megabytes: int
) -> tuple[dict[str, list[list[float]]], dict[str, list[list[tuple[int, float]]]]]:
    """By variant and round: seconds for the text; displays that arrived, and their seconds."""
    text: dict[str, list[list[float]]] = {name: [] for name in channels}
    displays: dict[str, list[list[tuple[int, float]]]] = {name: [] for name in channels}
    order = list(channels)
    for _ in range(rounds):
        await asyncio.sleep(2 * megabytes * MEGABYTE / RATE_BYTES)
        random.shuffle(order)
        for name in order:
            text[name].append([await _print(channels[name], megabytes)])
        for name in order:
            run = await channels[name].execute(SHOW)
            displays[name].append([(run.displays, run.seconds)])
    return text, displays


async def _print(channel: Channel, megabytes: int) -> float:
    run = await channel.execute(_printing(megabytes))
    if run.stream_characters != _lines(megabytes) * LINE_CHARACTERS:
        raise BenchError(f"only {run.stream_characters:,} of {megabytes} MB of text arrived")
    return run.seconds


def _printing(megabytes: int) -> str:
    return TEXT.format(lines=_lines(megabytes), characters=LINE_CHARACTERS - 1)


def _lines(megabytes: int) -> int:
    return megabytes * MEGABYTE // LINE_CHARACTERS


async def _stock(ground: Ground, megabytes: int) -> list[Figure]:
    folder = ground.room("throughput-stock")
    async with (
        plain_server(ground.environment, folder, "unix", bounded=True) as server,
        server.kernel() as channel,
    ):
        displays = (await channel.execute(SHOW)).displays
        characters = (await channel.execute(_printing(megabytes))).stream_characters
    return [
        Figure("throughput", f"stock server: of {DISPLAYS:,} displays arrive", displays),
        Figure(
            "throughput",
            f"stock server: of {megabytes} MB of text arrive",
            characters / MEGABYTE,
            "MB",
        ),
    ]


@asynccontextmanager
async def _variants(ground: Ground) -> AsyncGenerator[dict[str, Channel]]:
    async with AsyncExitStack() as stack:
        folder = ground.room("throughput-plain")
        served = await stack.enter_async_context(platform(ground, "throughput", prewarmed(1)))
        person = await stack.enter_async_context(served.person("ada"))
        direct = await stack.enter_async_context(plain_server(ground.environment, folder, "unix"))
        yield {
            "gate": await stack.enter_async_context(person.kernel()),
            "direct": await stack.enter_async_context(direct.kernel()),
        }
