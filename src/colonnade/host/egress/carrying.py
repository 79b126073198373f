"""Carries bytes from one stream to the other, as fast as the slower one takes them."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from contextlib import suppress

from colonnade.host.egress.chunks import LAST, ChunkReader, chunk

PIECE_BYTES = 256 << 10
FLUSH_SECONDS = 60.0
"""How long a slow reader may take for what is left once everything else has ended."""

Meter = Callable[[int], Awaitable[None]]
"""Told of each piece before it is passed on; may wait, and may refuse by raising."""


async def carry(reader: StreamReader, writer: StreamWriter, meter: Meter) -> None:
    """Everything until the reader's end, which is passed on as an end where that is possible."""
    while data := await reader.read(PIECE_BYTES):
        await meter(len(data))
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        with suppress(OSError, RuntimeError):
            writer.write_eof()


async def carry_exactly(
    reader: StreamReader, writer: StreamWriter, count: int, meter: Meter
) -> None:
    """`count` bytes, and not one more. Raises IncompleteReadError when there are fewer."""
    while count:
        data = await reader.read(min(PIECE_BYTES, count))
        if not data:
            raise asyncio.IncompleteReadError(b"", count)
        count -= len(data)
        await meter(len(data))
        writer.write(data)
        await writer.drain()


async def carry_chunks(reader: StreamReader, writer: StreamWriter, meter: Meter) -> None:
    """A chunked body, read and written anew. Raises Malformed, IncompleteReadError."""
    chunks = ChunkReader()
    while not chunks.done:
        data = await reader.read(PIECE_BYTES)
        if not data:
            raise asyncio.IncompleteReadError(b"", None)
        await meter(len(data))
        if content := chunks.feed(data):
            writer.write(chunk(content))
            await writer.drain()
    writer.write(LAST)
    await writer.drain()


async def together(*works: Awaitable[None]) -> None:
    """Until all are done or the first fails, which ends the others; raises what it raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def flush(writer: StreamWriter) -> None:
    """Close the stream once what was written has left, within `FLUSH_SECONDS`."""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(FLUSH_SECONDS):
            writer.close()
            await writer.wait_closed()
