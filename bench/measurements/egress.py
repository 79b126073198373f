"""How fast bytes flow through the egress proxy, and what it adds to a connection's first answer.

A proxy in a process of its own, as the host starts it, between a client and an origin on loopback,
each in a process of its own too. The client speaks TLS to the proxy's eye only: a real ClientHello
for the origin's name goes first, plain bytes follow, so that no encryption is measured.
"""

import asyncio
import random
import socket
import ssl
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bench.figures import Figure, at_least, at_most, p50
from bench.ground import Ground
from bench.kernels import BenchError
from colonnade.host.egress.keeper import Keeper
from colonnade.runtimes.egress.terms import EgressTerms, Mode

NAME = "origin.bench.example"
MEGABYTE = 1_000_000
ORIGIN = """
import socket, sys, threading
asked = int(sys.argv[1])
piece = bytes(1 << 18)
def serve(way):
    with way:
        # Whoever asks says last how many bytes, in sixteen digits.
        left = int(way.recv(asked, socket.MSG_WAITALL)[-16:] or 0)
        while left:
            left -= way.send(piece[:min(left, len(piece))])
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""


async def measure(ground: Ground) -> list[Figure]:
    """Megabytes in rounds; then short connections, directly and through the proxy in turns."""
    rounds, connections = ground.samples(7, 2), ground.samples(200, 20)
    amount = ground.samples(400, 50) * MEGABYTE
    async with _origin() as origin, _proxy(origin) as proxy:
        speeds = [amount / MEGABYTE / await _take(proxy, origin, amount) for _ in range(rounds)]
        direct = [amount / MEGABYTE / await _take(None, origin, amount) for _ in range(rounds)]
        added = await _added(proxy, origin, connections)
    note = f"{rounds} of {amount // MEGABYTE} MB over loopback"
    return [
        Figure("egress", "through the proxy", p50(speeds), "MB/s", at_least(100), note),
        Figure("egress", "directly", p50(direct), "MB/s"),
        Figure(
            "egress",
            "added to connecting and a first answer, p50",
            added * 1000,
            "ms",
            at_most(2),
            f"{connections} pairs in turns",
        ),
    ]


async def _added(proxy: int, origin: int, count: int) -> float:
    """Seconds, the median of the differences of pairs."""
    differences: list[float] = []
    for _ in range(count):
        ways: list[int | None] = [proxy, None]
        random.shuffle(ways)
        seconds = {way: await _take(way, origin, 1) for way in ways}
        differences.append(seconds[proxy] - seconds[None])
    return p50(differences)


async def _take(proxy: int | None, origin: int, amount: int) -> float:
    return await asyncio.to_thread(_taken, proxy, origin, amount)


def _taken(proxy: int | None, origin: int, amount: int) -> float:
    """Seconds from connecting until `amount` bytes have come."""
    asked = _HELLO + b"%016d" % amount
    started = time.perf_counter()
    with socket.create_connection(("127.0.0.1", proxy or origin), 30) as way:
        way.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if proxy is not None:
            way.sendall(f"CONNECT {NAME}:{origin} HTTP/1.1\r\n\r\n".encode())
            if b" 200 " not in way.recv(4096):
                raise BenchError("the proxy refused")
        way.sendall(asked)
        room, left = bytearray(1 << 20), amount
        while left and (count := way.recv_into(room)):
            left -= count
    if left:
        raise BenchError(f"{left:,} bytes did not arrive")
    return time.perf_counter() - started


@asynccontextmanager
async def _origin() -> AsyncGenerator[int]:
    words = ("-I", "-S", "-c", ORIGIN, str(len(_HELLO) + 16))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def _proxy(origin: int) -> AsyncGenerator[int]:
    """A proxy with one guest who may reach the origin; the port where it accepts."""
    keeper = Keeper(lambda observation, dropped: None)
    task = asyncio.create_task(keeper.keep())
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    port = listener.getsockname()[1]
    local = ((NAME, ("127.0.0.1",)),)
    terms = EgressTerms(Mode.OPEN, private=(f"{NAME}:{origin}",), hosts=local)
    keeper.open("0" * 32, listener, terms)
    try:
        await _take(port, origin, 1)
        yield port
    finally:
        keeper.close("0" * 32)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _hello() -> bytes:
    """What a TLS client sends first."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=NAME)
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()
    raise BenchError("a handshake without an answer")


_HELLO = _hello()
