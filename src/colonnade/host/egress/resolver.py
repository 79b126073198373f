"""Looks names up, once for each connection, and dials exactly what was found and checked."""

import asyncio
import socket
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from colonnade.host.egress.errors import Unreached

LOOKUP_THREADS = 32
LOOKUP_SECONDS = 10.0
DIAL_SECONDS = 10.0
MOST_ANSWERS = 32
MOST_DIALLED = 4

Lookup = Callable[[str], Sequence[str]]
"""Every address of a name, as text; blocks; raises OSError when there is none."""


def system_lookup(name: str) -> list[str]:
    """As this machine resolves names."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    # A scope ('%eth0') is part of the text, and never public.
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Resolver:
    """A bounded number of threads that wait for name servers."""

    def __init__(self, lookup: Lookup = system_lookup) -> None:
        self._lookup = lookup
        self._threads = ThreadPoolExecutor(LOOKUP_THREADS, thread_name_prefix="lookup")

    async def addresses(
        self, name: str, own: Mapping[str, Sequence[str]], slots: asyncio.Semaphore
    ) -> list[str]:
        """Every address of `name`; `own` are the operator's names, asked first.

        slots: of the runtime that asks; one is held until the name server has answered, even when
        the runtime has given up. Raises Unreached.
        """
        if name in own:
            return list(own[name])
        await slots.acquire()
        asked = asyncio.get_running_loop().run_in_executor(self._threads, self._lookup, name)
        asked.add_done_callback(lambda done: _let_go(done, slots))
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                found = await asyncio.shield(asked)
        except (OSError, UnicodeError) as problem:
            raise Unreached(f"The name {name} is not known.") from problem
        if not found or len(found) > MOST_ANSWERS:
            raise Unreached(f"The name {name} leads to {len(found)} addresses.")
        return list(found)


def _let_go(done: "asyncio.Future[Sequence[str]]", slots: asyncio.Semaphore) -> None:
    slots.release()
    if not done.cancelled():
        # Whoever asked may have gone: what went wrong was theirs to hear.
        done.exception()


async def dial(addresses: Sequence[str], port: int) -> socket.socket:
    """A connection to the first of these numeric addresses that answers. Raises Unreached."""
    for address in addresses[:MOST_DIALLED]:
        try:
            return await _dial(address, port)
        except (OSError, TimeoutError):
            continue
    raise Unreached("The host does not answer.")


def leads_to_itself(connection: socket.socket) -> bool:
    """Whether the other end is this very machine, under whatever address."""
    return connection.getsockname()[0] == connection.getpeername()[0]


async def _dial(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        async with asyncio.timeout(DIAL_SECONDS):
            await asyncio.get_running_loop().sock_connect(connection, (address, port))
    except BaseException:
        connection.close()
        raise
    return connection
