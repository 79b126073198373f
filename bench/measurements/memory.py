"""What a signed-in person without a runtime costs the control plane, and what a runtime costs.

Memory is PSS: pages shared by several processes count in parts. A person is the slope of the
control plane's memory over people who signed in and looked around; what it costs to have imported
and warmed everything falls out of a slope.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp

from bench.configuration import cold_only
from bench.figures import Figure, at_most, slope
from bench.ground import Ground
from bench.kernels import BenchError, JupyterServer
from bench.people import sign_in_links
from bench.served import Served, platform, sign_in

LOOKED_AT = ("/", "/api/me", "/api/kernels", "/api/sessions", "/api/kernelspecs", "/api/contents")
WARMING = 40
STEP = 20
PERSON, RUNTIME = at_most(100), at_most(100)
SETTLE_SECONDS = 2


async def measure(ground: Ground) -> list[Figure]:
    """People first, on a platform where nobody runs anything; then some runtimes."""
    people, count = await _people(ground), ground.samples(5, 2)
    each = await runtime_megabytes(ground, count)
    note = f"all processes of the sandbox, mean of {count}"
    return [*people, Figure("memory", "runtime with an idle kernel", each, "MB", RUNTIME, note)]


async def _people(ground: Ground) -> list[Figure]:
    steps = ground.samples(10, 3)
    async with platform(ground, "signed-in", cold_only()) as served:
        names = [f"person-{number}" for number in range(WARMING + STEP * steps)]
        links = await sign_in_links(served.data, names)
        await _visit(served, links[:WARMING])
        idle = served.control_plane_bytes()
        counts, sizes = [0], [idle]
        for step in range(steps):
            start = WARMING + STEP * step
            await _visit(served, links[start : start + STEP])
            counts.append(counts[-1] + STEP)
            sizes.append(served.control_plane_bytes())
    note = f"slope over {counts[-1]} people who signed in and looked around, after {WARMING} others"
    growth = slope(counts, sizes) / 1e3
    return [
        Figure("memory", "signed-in person without a runtime", growth, "KB", PERSON, note),
        Figure("memory", "control plane before them", idle / 1e6, "MB"),
    ]


async def _visit(served: Served, links: list[str]) -> None:
    for link in links:
        async with _browser(served, link) as http:
            for path in LOOKED_AT:
                async with http.get(served.address + path) as answer:
                    if answer.status != 200:
                        raise BenchError(f"{path} answered {answer.status} to a signed-in person")
                    await answer.read()
    await asyncio.sleep(SETTLE_SECONDS)


@asynccontextmanager
async def _browser(served: Served, link: str) -> AsyncGenerator[aiohttp.ClientSession]:
    """A browser's cookies, signed in by a one-time link as the page behind the link does it."""
    async with aiohttp.ClientSession(
        cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"Origin": served.address}
    ) as http:
        await sign_in(http, served.address, link)
        yield http


async def runtime_megabytes(ground: Ground, count: int) -> float:
    """PSS of one of `count` sandboxes with an idle kernel each, all their processes, in MB."""
    async with (
        platform(ground, "runtimes", cold_only(count)) as served,
        served.people([f"runner-{number}" for number in range(count)]) as people,
    ):
        before = served.sandboxes_bytes()
        for client in people:
            await _one_cell(client)
        await asyncio.sleep(SETTLE_SECONDS)
        return (served.sandboxes_bytes() - before) / count / 1e6


async def _one_cell(client: JupyterServer) -> None:
    async with client.channel(await client.start_kernel()) as channel:
        await channel.execute("1 + 1")
