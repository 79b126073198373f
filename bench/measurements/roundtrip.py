"""One small cell after another, through the gate and directly, in turns.

A sum is plain enough to be judged where it arrives; a cell with a text in it takes the way to an
examining process and back, and is measured beside it.

A server in a sandbox of ours, without the gate before it, tells apart what the sandbox and what the
gate costs. It is another server than the plain one, so it is shown beside the judged figure.

Direct over TCP comes twice. As clients find it, the server's small writes wait for the client's
delayed acknowledgements (Nagle's algorithm, some 40 ms); and with a client that acknowledges at
once, which shows what the transport alone costs.
"""

import random
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from bench.configuration import prewarmed
from bench.figures import Figure, at_most, p50, p99, paired_ratio
from bench.ground import Ground
from bench.kernels import Channel
from bench.plain import plain_server
from bench.served import platform

UNIX, TCP = at_most(1.1), at_most(1.0)
INSIDE = "sandbox, without the gate"
TEXT_GATE, TEXT_UNIX = "gate, with a text", "unix, with a text"


async def measure(ground: Ground) -> list[Figure]:
    """Rounds in which every variant has a turn of some cells back to back, in random order."""
    rounds, cells = ground.samples(60, 8), ground.samples(8, 5)
    async with variants(ground, "roundtrip") as channels:
        taken = await _take_turns(channels, rounds, cells)
    note = f"{rounds} rounds of {cells} cells in turns"
    figures = [
        Figure("roundtrip", f"{name}, {which}", of([x for r in samples for x in r]) * 1e3, "ms")
        for name, samples in taken.items()
        for which, of in (("p50", p50), ("p99", p99))
    ]
    gate, examined, inside = taken["gate"], taken[TEXT_GATE], taken[INSIDE]
    return [
        *figures,
        Figure("roundtrip", "gate ÷ unix", paired_ratio(gate, taken["unix"]), "×", UNIX, note),
        Figure("roundtrip", "sandbox ÷ unix", paired_ratio(inside, taken["unix"]), "×"),
        Figure("roundtrip", "gate ÷ sandbox", paired_ratio(gate, inside), "×"),
        Figure("roundtrip", "gate ÷ TCP", paired_ratio(gate, taken["TCP"]), "×", TCP),
        Figure("roundtrip", "gate ÷ TCP, quick ack", paired_ratio(gate, taken["TCP quick"]), "×"),
        Figure(
            "roundtrip", "with a text, gate ÷ unix", paired_ratio(examined, taken[TEXT_UNIX]), "×"
        ),
    ]


async def _take_turns(
    channels: dict[str, Channel], rounds: int, cells: int
) -> dict[str, list[list[float]]]:
    """Seconds of each cell, by variant and round."""
    turns = {name: (channel, "{} + {}") for name, channel in channels.items()}
    turns[TEXT_GATE] = channels["gate"], "str({}) + '{}'"
    turns[TEXT_UNIX] = channels["unix"], "str({}) + '{}'"
    taken: dict[str, list[list[float]]] = {name: [] for name in turns}
    order = list(turns)
    for turn in range(rounds):
        random.shuffle(order)
        for name in order:
            channel, form = turns[name]
            # No two cells of a kernel are alike, so that nothing can be known from before.
            codes = [form.format(turn, number) for number in range(cells)]
            taken[name].append([(await channel.execute(code)).seconds for code in codes])
    return taken


@asynccontextmanager
async def variants(ground: Ground, name: str) -> AsyncGenerator[dict[str, Channel]]:
    """An open kernel for each way there is: through the gate, past it, and three direct ones."""
    async with AsyncExitStack() as stack:
        folder = ground.room(f"{name}-plain")
        served = await stack.enter_async_context(platform(ground, name, prewarmed(2)))
        person = await stack.enter_async_context(served.person("ada"))
        unix = await stack.enter_async_context(plain_server(ground.environment, folder, "unix"))
        tcp = await stack.enter_async_context(plain_server(ground.environment, folder, "tcp"))
        other = await person.start_kernel()
        inside = await stack.enter_async_context(served.past_the_gate(other))
        yield {
            INSIDE: await stack.enter_async_context(inside.channel(other)),
            "gate": await stack.enter_async_context(person.kernel()),
            "unix": await stack.enter_async_context(unix.kernel()),
            "TCP": await stack.enter_async_context(tcp.kernel()),
            "TCP quick": await stack.enter_async_context(tcp.kernel(quick_ack=True)),
        }
