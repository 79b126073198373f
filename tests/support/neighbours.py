"""Another person, and the control plane's memory, while somebody attacks the platform."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import psutil

from support.kernels import api, text_of
from support.serving import Platform

MEMORY_BYTES = 200 << 20
"""What the control plane may grow by while it is attacked."""


@asynccontextmanager
async def neighbour(colonnade: Platform) -> AsyncGenerator[list[str]]:
    """Another person, who computes all the time; what each of their cells printed."""
    printed: list[str] = []
    async with api(colonnade.address, colonnade.token("admin")) as ada:
        kernel_id = await ada.start_kernel("calm.ipynb")
        async with ada.kernel(kernel_id) as socket:

            async def compute() -> None:
                while True:
                    printed.append(text_of(await socket.run("print(6 * 7)", 10)))
                    await asyncio.sleep(0.02)

            computing = asyncio.create_task(compute())
            try:
                yield printed
                done = len(printed)
                async with asyncio.timeout(10):
                    while len(printed) < done + 3:  # noqa: ASYNC110
                        await asyncio.sleep(0.02)
            finally:
                computing.cancel()
                await asyncio.gather(computing, return_exceptions=True)


@asynccontextmanager
async def bounded_memory(colonnade: Platform) -> AsyncGenerator[None]:
    """The control plane grows by no more than `MEMORY_BYTES` at any time within the block."""
    assert colonnade.process
    plane = psutil.Process(colonnade.process.pid)
    before = most = plane.memory_info().rss

    async def look() -> None:
        nonlocal most
        while True:
            most = max(most, plane.memory_info().rss)
            await asyncio.sleep(0.05)

    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()
    assert most - before < MEMORY_BYTES
